"""Twins of figures: the values of the figure's own file, the look and the words of the figure."""

import json

import pandas as pd
import pytest

from helpers import charts, figures, ladders, results, season_charts
from helpers.errors import InputError
from helpers.interactive import look, specs
from helpers.results import Row
from helpers.style import PRODUCTS, product_styles

TITLES = {"beps": "BEPS (reconstructed)", "oco2-mip": "OCO-2 (reconstructed)"}


def estimate_rows():
    shared = {"quantity": "annual_mean", "scope": "China", "unit": "Pg C yr-1"}
    frame = results.to_frame([
        Row(product="beps", period="2015-2019", value=0.384, sd=0.04, sd_kind="interannual", n=5,
            **shared),
        Row(product="oco2-mip", period="2015-2019", value=0.541, sd=0.05, sd_kind="interannual",
            n=5, **shared),
        Row(product="oco2-mip", period="2015-2019", value=0.541, sd=0.37, sd_kind="members", n=14,
            **shared),
        Row(product="beps", period="2015-2019", value=-0.1, **shared),
    ])  # fmt: skip
    return frame.assign(group=["Ours", "Ours", "Ours", "Printed"],
                        label=["BEPS", "OCO-2", "OCO-2", "old"])  # fmt: skip


def ladder_rows():
    return pd.DataFrame({
        "label": ["A 2018", "B 2020"], "group": ["Bottom-up", "Top-down"],
        "value": [0.2, -0.3], "low": [None, -0.6], "high": [None, 0.1],
        "kind": ["none", "undefined"], "used": [True, False], "disputed": [False, True],
        "colour": ["beps", "oco2-mip"],
    })  # fmt: skip


def member_rows(transport="TM5"):
    return pd.DataFrame({
        "transport": [transport, ""], "member": ["member-01", "member-02"],
        "value": [0.9, -0.1], "sd": [0.1, None], "sd_kind": ["interannual", ""], "n": [5, 1],
        "without": [0.5, 0.6], "unit": "Pg C yr-1",
    })  # fmt: skip


@pytest.fixture
def made(tmp_path):
    """Return the specification and the file of a figure, published as in a notebook."""

    def make(drawing, *, is_standin=True):
        shown = figures.publish(drawing, name="chart", notebook="test", results_dir=tmp_path,
                                is_standin=is_standin, parameters={})  # fmt: skip
        facts = shown._repr_mimebundle_()[1][figures.METADATA_KEY]
        csv = tmp_path / "figures" / "test-chart.csv"
        return specs.twin_of(csv, json.loads(json.dumps(facts))), pd.read_csv(csv)

    return make


def compare(spec, frame, columns):
    """Compare the rows of a specification with a file, column by column, in order."""
    rows = spec["data"]["values"]
    assert len(rows) == len(frame)
    for name in columns:
        found = [row[name] for row in rows]
        wanted = look.records(frame[[name]])
        for one, other in zip(found, (row[name] for row in wanted), strict=True):
            if isinstance(other, float):
                assert one == other
            else:
                assert str(one or "") == str(other or "")


def test_annual_values_are_those_of_the_file(made, rows_for):
    spec, frame = made(charts.annual_series(rows_for(["2015", "2016"]), titles=TITLES))
    compare(spec, frame, ["product", "member", "value"])
    rows = spec["data"]["values"]
    assert [row["_x"] for row in rows[:2]] == [2015.0, 2016.0]
    assert rows[0]["_text"] == "BEPS (reconstructed), 2015: −0.129 Pg C yr⁻¹"
    assert rows[-1]["_series"].startswith("OCO-2 (reconstructed), m")
    assert sorted(spec["usermeta"]["switches"]) == [
        "BEPS (reconstructed)", "OCO-2 (reconstructed)", "OCO-2 (reconstructed): members"
    ]  # fmt: skip
    assert spec["usermeta"]["mark"] == figures.MARKS[True]
    assert "land uptake positive" in json.dumps(spec, ensure_ascii=False)


def test_colours_are_those_of_the_static_figure(made, rows_for):
    spec, _ = made(charts.annual_series(rows_for(["2015"]), titles=TITLES))
    scales = [
        layer["encoding"]["color"]["scale"]
        for layer in spec["layer"]
        if "color" in layer.get("encoding", {})
    ]
    styles = product_styles(["beps", "oco2-mip"])
    assert scales[0] == {"domain": list(TITLES.values()),
                         "range": [style.colour for style in styles.values()]}  # fmt: skip


def test_months_and_the_mean_year_have_names(made, rows_for):
    year = [f"{month:02d}" for month in range(1, 13)]
    spec, frame = made(season_charts.mean_year(rows_for(year, "climatology"), titles=TITLES))
    compare(spec, frame, ["product", "member", "value"])
    assert spec["data"]["values"][6]["_when"] == "Jul"
    months = [f"2015-{month}" for month in year]
    spec, frame = made(season_charts.monthly_series(rows_for(months, "monthly"), titles=TITLES),
                       is_standin=False)  # fmt: skip
    compare(spec, frame, ["product", "member", "period", "value"])
    assert spec["data"]["values"][6]["_when"] == "Jul 2015"
    assert spec["data"]["values"][6]["_x"] == pytest.approx(2015 + 6.5 / 12)
    assert spec["usermeta"]["mark"] == ""


def test_each_spread_of_an_estimate_is_a_row_on_one_line(made):
    drawing = charts.estimates(estimate_rows(), open_groups=["Printed"], title="Means")
    spec, frame = made(drawing, is_standin="mixed")
    compare(spec, frame, ["product", "label", "group", "value", "sd", "n"])
    first, second, again, old = spec["data"]["values"]
    assert (first["_from"], first["_to"]) == pytest.approx((0.344, 0.424))
    assert second["_y"] == again["_y"]
    assert (second["_label"], again["_label"]) == ("OCO-2", "")
    assert old["_y"] > again["_y"] + 40
    assert old["_fill"] != first["_fill"] == PRODUCTS["beps"].colour
    assert old["_from"] is None
    assert "± 0.37 (SD over 14 members)" in again["_text"]
    assert spec["usermeta"]["mark"] == figures.MARKS["mixed"]


def test_the_ladder_says_interval_and_use(made):
    drawing = ladders.ladder(ladder_rows(), title="Ladder", marks=("pooled", "shown"))
    spec, frame = made(drawing, is_standin=False)
    compare(spec, frame, ["label", "group", "value", "low", "high", "kind", "colour"])
    first, second = spec["data"]["values"]
    assert first["_text"] == "A 2018: 0.20 Pg C yr⁻¹ (no interval printed); pooled"
    assert second["_text"].endswith("printed ±, meaning not stated); shown, disputed")
    assert (first["_shape"], second["_shape"]) == ("circle", "cross")


@pytest.mark.parametrize("transport", ["TM5", ""])
def test_members_stand_beside_the_mean_without_them(tmp_path, transport):
    csv = tmp_path / "test-members.csv"
    frame = member_rows(transport).iloc[: 2 if transport else 1]
    frame.to_csv(csv, index=False)
    facts = {"twin": {"kind": "members", "title": "Members", "product": "oco2-mip"}}
    spec = specs.twin_of(csv, facts)
    compare(spec, frame, ["member", "value", "sd", "without", "transport"])
    assert spec["data"]["values"][0]["_tick"] == 0.5
    assert ["transport", "transport model"] in spec["usermeta"]["columns"] or not transport
    assert any(layer["mark"].get("type") == "tick" for layer in spec["layer"])


def test_a_kind_or_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such interactive chart"):
        specs.twin_of(tmp_path / "a.csv", {"twin": {"kind": "pie"}})
    with pytest.raises(InputError, match="values of a figure are missing"):
        specs.twin_of(tmp_path / "a.csv", {"twin": {"kind": "annual"}})


def test_a_script_gives_back_its_content():
    content = {"a": [1.5, None, "x, ) (y"]}
    text = specs.as_script("a-name", content)
    assert text.startswith('sinkbookInteractive.take("a-name",')
    assert specs.read_script(text) == content
    with pytest.raises(ValueError, match="JSON"):
        specs.as_script("a-name", {"a": float("nan")})
