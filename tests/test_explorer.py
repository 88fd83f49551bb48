"""The explorer: its data, the table without a script, and what the script computes, by Node."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
import xarray as xr

from helpers.errors import InputError
from helpers.explorer import explorer

YEARS = list(range(2015, 2020))
NAMES = ["member-01", "member-02", "<b>odd & name</b>"]


@pytest.fixture
def annual():
    values = np.random.default_rng(4).normal(0.2, 0.4, size=(2, 3, 5))
    coords = {"scope": ["China", "Qinghai-Tibet"], "member": NAMES, "year": YEARS}
    return xr.DataArray(values, dims=("scope", "member", "year"), coords=coords)


@pytest.fixture
def made(annual):
    return explorer(annual, product="oco2-mip", groups=None, is_standin=True)


@pytest.fixture
def script(root):
    """Return what the functions of the script give for data and choices."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    path = root / "book" / "_static" / "explorer.js"

    def run(data, **choices):
        code = (
            "const e = require(process.argv[1]); const [d, c] = JSON.parse(process.argv[2]);"
            "const s = Object.assign(e.initial(d), c); const r = e.compute(d, s);"
            "process.stdout.write(JSON.stringify({result: r, words: e.words(d, s, r),"
            "chart: e.chart(d, s, r), table: e.table(d, s, r)}));"
        )
        argument = json.dumps([data, choices])
        done = subprocess.run([node, "-e", code, str(path), argument], capture_output=True,
                              text=True, check=True, timeout=60)  # fmt: skip
        return json.loads(done.stdout)

    return run


def test_without_a_script_the_page_has_the_table(made, annual):
    html = made._repr_html_()
    table = re.sub(r"<script.*?</script>", "", html)
    assert table.count("<tr>") == 4
    mean = f"{float(annual.sel(scope='China', member='member-02').mean()):.3f}"
    assert f"<td>{mean}</td>" in table
    assert "Reconstructed from published tables" in table
    assert "<b>odd" not in html
    assert "//" not in re.sub(r"</", "", html.replace("../../", ""))


def test_the_data_are_those_of_the_ensemble(made, annual):
    text = re.search(r'application/json">(.*?)</script>', made._repr_html_())[1]
    data = json.loads(text)
    assert data["members"] == NAMES
    assert data["values"]["China"][1] == pytest.approx(
        annual.sel(scope="China")[1].values, abs=1e-5
    )
    assert data["published"]["China"]["value"] == 0.54
    assert data["published"]["Qinghai-Tibet"]["value"] == -0.037
    assert data["groups"] is None


def test_value_words_chart_and_table_change_together(made, annual, script):
    for choices in (
        {},
        {"members": NAMES[:2]},
        {"scope": "Qinghai-Tibet", "first": 2016, "last": 2018},
        {"first": 2019, "last": 2015},
    ):
        found = script(made.data, **choices)
        low, high = sorted((choices.get("first", 2015), choices.get("last", 2019)))
        part = annual.sel(
            scope=choices.get("scope", "China"), member=choices.get("members", NAMES),
            year=slice(low, high),
        )  # fmt: skip
        mean = float(part.mean())
        across = float(part.mean("year").std("member", ddof=1))
        assert found["result"]["mean"] == pytest.approx(mean, abs=1e-5)
        assert found["result"]["acrossMembers"] == pytest.approx(across, abs=1e-5)
        over = float(part.mean("member").std("year", ddof=1))
        assert found["result"]["overYears"] == pytest.approx(over, abs=1e-5)
        shown = f"{mean:.2f}".replace("-", "\u2212")
        assert f"mean uptake {shown} " in found["words"]
        assert f"mean {shown}<" in found["chart"]
        assert f"{part.sizes['member']} of 3 members" in found["words"]
        assert found["chart"].count('class="explorer-uptake"') + found["chart"].count(
            'class="explorer-release"'
        ) == part.sizes["member"]  # fmt: skip
        assert found["table"].count('scope="row"') == part.sizes["member"] + 1
        assert "Reconstructed" in found["words"]
        assert found["chart"].split('aria-label="')[1].startswith(part["scope"].item())


def test_one_member_one_year_and_none(made, script):
    one = script(made.data, members=["member-01"], first=2017, last=2017)
    assert one["result"]["acrossMembers"] is None
    assert one["result"]["overYears"] is None
    assert "SD" not in one["words"]
    none = script(made.data, members=[])
    assert none["result"] is None
    assert "Choose at least one" in none["words"]
    assert none["table"] == ""


def test_names_of_members_cannot_be_markup(made, script):
    found = script(made.data)
    assert "<b>" not in found["chart"]
    assert "&lt;b&gt;odd &amp; name" in found["table"]


def test_groups_are_in_the_table(annual, script):
    groups = dict(zip(NAMES, ["TM5", "TM5", "LMDz"], strict=True))
    data = explorer(annual, product="mine", groups=groups, is_standin=False).data
    assert data["published"] == {}
    found = script(data)
    assert "transport" in found["table"]
    assert "LMDz" in found["table"]
    assert "Reconstructed" not in found["words"]


def test_gaps_and_floods_are_refused(annual, monkeypatch):
    with pytest.raises(
        InputError, match=r"found: \d+ of \d+ totals missing\n(?s:.*)fix: Leave out"
    ):
        explorer(annual.where(annual > 0), product="oco2-mip", groups=None, is_standin=True)
    monkeypatch.setattr("helpers.explorer.LARGEST", 100)  # 900 000 take long to write
    with pytest.raises(InputError, match=r"where: explorer\n(?s:.*)at most 100\b"):
        explorer(annual, product="oco2-mip", groups=None, is_standin=True)


def test_the_script_asks_nothing_of_the_network(root):
    text = (root / "book" / "_static" / "explorer.js").read_text(encoding="utf-8")
    for word in ("http", "fetch(", "XMLHttpRequest", "import(", "eval("):
        assert word not in text
