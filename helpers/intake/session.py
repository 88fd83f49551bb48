"""How we speak to servers: over TLS, with certificates checked, and without credentials."""

from __future__ import annotations

import os
from pathlib import Path

import requests

from helpers.errors import InputError


class PlainSession(requests.Session):
    """A session that leaves every redirect to the caller.

    The one of requests looks at the address of a redirect that it is not to follow, and dies of
    one that is none.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Tell of no redirect."""


def open_session(ca_file: Path | None = None) -> requests.Session:
    """Return a session that trusts `ca_file`, or ``SSL_CERT_FILE``, or the usual authorities.

    It sends no credentials: `.netrc` is not read. Certificates are always checked.
    """
    named = ca_file or os.environ.get("SSL_CERT_FILE")
    if named and not Path(named).is_file():
        raise InputError(
            "The file of certificate authorities is missing.",
            file=named,
            found="no such file",
            accepted="a file of certificates (PEM)",
            fix="Correct --ca-file, or SSL_CERT_FILE of the environment.",
        )
    session = PlainSession()
    session.verify = str(named) if named else True
    session.auth = _no_credentials
    session.headers.update({"User-Agent": "sinkbook", "Accept-Encoding": "identity"})
    return session


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
