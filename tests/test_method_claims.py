"""Arguments about methods: the table in the repository, and tables that are damaged."""

import pytest

from helpers import method_claims, published
from helpers.errors import InputError

HEAD = "id,notebook,verdict,reason"
GOOD = "z24-m-period,uncertainty,consistent,A reason."


def test_every_argument_becomes_a_verdict_of_its_notebook():
    table = method_claims.method_reasons()
    found = method_claims.argued_methods(profile="stand-in", notebook=table["notebook"][0])
    assert len(found) == (table["notebook"] == table["notebook"][0]).sum()
    assert all(verdict.reason and not verdict.is_standin for verdict in found)


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        (
            ["id,verdict,reason,notebook", "z24-m-period,consistent,A reason.,u"],
            "columns(?s:.*)accepted: id, n(?s:.*)fix: R",
        ),
        ([HEAD, GOOD, "z24-none,u,consistent,A reason."], "unknown claim(?s:.*)z24-none"),
        ([HEAD, GOOD, GOOD], "twice(?s:.*)z24-m-period(?s:.*)fix: Keep one"),
        ([HEAD, "z24-m-period,u,consistent, "], "no reason(?s:.*)z24-m-period"),
    ],
)
def test_a_damaged_table_is_refused(lines, match, tmp_path, monkeypatch):
    known = published.claims()
    monkeypatch.setattr(published, "claims", lambda: known)
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    (tmp_path / method_claims.FILE).write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=rf"damaged(?s:.*){match}"):
        method_claims.method_reasons()
