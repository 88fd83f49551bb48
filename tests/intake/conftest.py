"""A local server over TLS that misbehaves on request."""

import datetime
import ipaddress
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from helpers.intake.downloads import Download

CONTENT = b"# a table\nyear,value\n" + b"2015,1.5\n" * 40_000


def make_certificates(folder):
    """Write an authority and a certificate of localhost signed by it; return both paths."""
    now = datetime.datetime.now(datetime.UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])

    def builder(subject, public_key):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )

    key_id = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    own = (
        builder(authority, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(key_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        builder(subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca, server = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(own.public_bytes(pem))
    server.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(pem)
    )
    return ca, server


@dataclass
class Server:
    """What the server serves, how it misbehaves, and what it was asked."""

    url: str
    ca: object
    content: bytes = CONTENT
    kind: str = "text/csv"
    mark: str | None = '"v1"'
    script: list = field(default_factory=list)  # one entry an answer; the last good one stays
    asked: list = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        world = self.server.world
        world.asked.append((self.path, self.headers.get("Range"), self.headers.get("If-Range")))
        self.close_connection = True
        what, *more = world.script.pop(0) if world.script else ("good",)
        getattr(self, what)(world, *more)

    def good(self, world, *, cut=None, pause=0.0):
        body, start = world.content, 0
        asked, condition = self.headers.get("Range"), self.headers.get("If-Range")
        if asked and (condition is None or condition == world.mark):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Type", world.kind)
        self.send_header("Content-Length", str(len(body) - start))
        if world.mark:
            self.send_header("ETag", world.mark)
        self.end_headers()
        self.wfile.write(body[start:cut])
        if pause:
            self.wfile.flush()
            time.sleep(pause)

    def cut(self, world, at):
        self.good(world, cut=at)

    def stall(self, world, at, pause):
        self.good(world, cut=at, pause=pause)

    def status(self, world, code, headers=()):
        self.send_response(code)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def page(self, world, kind="text/html; charset=utf-8"):
        text = b"<!DOCTYPE html><html><title>Please sign in</title></html>"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def endless(self, world, size):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"1,2\n" * (size // 4))

    def piece(self, world, size):
        """Give a part of what was asked for, as a server may."""
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = world.content[start : start + size]
        self.send_response(206)
        where = f"bytes {start}-{start + len(body) - 1}/{len(world.content)}"
        self.send_header("Content-Range", where)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", world.mark)
        self.end_headers()
        self.wfile.write(body)

    def misfit(self, world):
        self.send_response(206)
        self.send_header("Content-Range", "bytes 7-8/9")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"xx")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates):
    ca, own = certificates
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    listening.handle_error = lambda *_: None
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    listening.world = Server(f"https://localhost:{listening.server_port}", ca)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield listening.world
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def declared(server):
    """Build the declaration of a source on the local server."""

    def build(**fields):
        usual = {
            "title": "A table",
            "access": "open",
            "page": f"{server.url}/about",
            "urls": [f"{server.url}/table.csv"],
            "path": "tables/table.csv",
            "format": "csv",
            "limit_mb": 2,
            "used_for": "a test",
            "licence": "none",
            "citation": "none",
            "evidence": "none",
        }
        return Download.model_validate({**usual, **fields})

    return build
