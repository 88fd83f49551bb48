"""The cropland and monitoring chapters: what is printed, what is computed, and their charts."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers import cropland, curves, fields, monitoring, monitoring_claims, published, soil_rows
from helpers.argued import reasons
from helpers.carbon_terms import CarbonTerm, refusal
from helpers.closure import closure_card
from helpers.errors import InputError
from helpers.parameters import declared_parameters
from helpers.results import to_frame
from helpers.sampling import detectable_change
from helpers.sensitivity import one_at_a_time

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="module")
def account():
    return fields.book_account()


# --- what is printed


def test_f5_is_a_factor_of_ten_and_not_cropland():
    found = cropland.finding_f5()
    assert found.holds
    assert found.computed / found.printed == pytest.approx(9.857, abs=0.001)
    table = cropland.lal_table()
    assert table["printed"].tolist() == ["0.012–0.023", "0.001–0.014"]
    assert table["primary"].tolist() == ["0.119–0.226", "0.007–0.138"]
    unused = cropland.estimates().query("is_open")["id"]
    assert unused.tolist() == ["ev-c-lal04-soc", "ev-c-lal04-sic"]


def test_f11_makes_farming_almost_half_of_france():
    found = monitoring_claims.finding_f11()
    assert found.holds
    assert (found.printed, found.computed) == (17.0, 6.8)
    assert "42.5 %" in found.sentence
    assert "16.6 %" in found.sentence


def test_true_shares_and_rates_per_area_are_those_of_the_forensic_check():
    shares = [cropland.true_share(product) for product in cropland.PRODUCTS]
    assert shares == pytest.approx([24.5, 54.8, 39.6], abs=0.06)
    assert cropland.per_area().tolist() == pytest.approx([71, 90, 162], abs=0.5)
    assert cropland.observed_range() == (0.015, 0.037)


def test_every_claim_of_three_topics_has_one_verdict(account):
    own = {"profile": "stand-in", "notebook": "x"}
    tests = [
        *cropland.printed_tests(),
        *cropland.model_tests(account),
        *monitoring_claims.tests(change=2.0, bend=2003.0, map_ratio=0.5, atmosphere=880.0,
                                 emissions=11.0),
    ]  # fmt: skip
    corrected = [*cropland.corrections(**own), *monitoring_claims.corrections(**own)]
    judged = [test.claim for test in tests] + [verdict.id for verdict in corrected]
    topics = ["cropland", "mrv", "n2o"]
    argued = reasons()
    judged += argued.loc[argued["topic"].isin(topics), "id"].tolist()
    claims = published.claims()
    wanted = claims.loc[claims["topic"].isin(topics), "id"]
    assert sorted(judged) == sorted(wanted)


def test_statements_that_fail_and_hold():
    says = {test.claim: test.says for test in cropland.printed_tests()}
    assert says["z24-rank-vegas-crop"] == "fails"
    assert set(says.values()) == {"holds", "fails"}
    assert [name for name, word in says.items() if word == "fails"] == ["z24-rank-vegas-crop"]


def test_four_per_thousand_does_not_offset_the_emissions():
    values = {"change": 2.0, "bend": 2003.0, "map_ratio": 0.5, "emissions": 11.0}
    tests = {test.claim: test for test in monitoring_claims.tests(atmosphere=880.0, **values)}
    assert tests["eu21-4p1000-offset"].value == pytest.approx(0.64)
    assert tests["eu21-4p1000-offset"].says == "fails"
    more = {test.claim: test for test in monitoring_claims.tests(atmosphere=1375.0, **values)}
    assert more["eu21-4p1000-offset"].says == "holds"


# --- the account


def test_the_account_of_the_book_closes_and_is_that_of_the_page(account):
    closure_card(fields.identities(account.run(returned=0.9, growth=0.01)))
    page = {n: p.default for n, p in declared_parameters(NOTEBOOKS / "cropland_soc.ipynb").items()}
    assert account.fates == page["fates"]
    assert account.humification == page["humified"]
    assert (account.manure, account.stock) == (page["manure"], page["stock"])
    assert {name: getattr(account.turnover, name) for name in page["rates"]} == page["rates"]


def test_crops_add_up_and_factors_scale(account):
    table = account.crop_table()
    crops = account.carbon()
    for part in ("harvest", "straw", "roots"):
        assert table[part].sum() == pytest.approx(float(getattr(crops, part)), rel=1e-12)
    double = fields.crops(production=2.0)
    assert double["rice"][0] == 2 * fields.crops()["rice"][0]
    assert double["rice"][1:] == fields.crops()["rice"][1:]


def test_ledger_bars_balance(account):
    bars = fields.ledger_rows(account.run()).set_index("label")["end"]
    assert bars.drop("stored in the soil").sum() == pytest.approx(bars["stored in the soil"])


def test_more_straw_adds_less_than_its_humified_share(account):
    runs = fields.scenarios(account, shares=[0.0, 1.0], growths=[0.0])
    last = runs[runs["x"] == 2060].set_index("returned")["value"]
    straw = float(account.carbon().straw)
    assert 0 < last[1.0] - last[0.0] < 0.125 * straw


def test_needed_humification_reaches_the_gain(account):
    h = fields.needed_humification(account, gain=0.088, year=2050, returned=0.9, growth=0.01)
    changed = {**account.humification, "straw": h, "roots": h}
    again = fields.Fields(
        crops=account.crops, fates=account.fates, manure=account.manure, stock=account.stock,
        humification=changed,
    ).run(returned=0.9, growth=0.01)  # fmt: skip
    assert again.soil.change[list(account.years).index(2050)] == pytest.approx(0.088, abs=1e-6)
    assert np.isnan(
        fields.needed_humification(account, gain=9.0, year=2050, returned=0.9, growth=0.0)
    )


def test_sensitivity_model_at_the_baseline_is_the_account(account):
    model, base = fields.straw_model(account, returned=0.9), fields.baseline_of(account)
    here = model({name: np.array([value]) for name, value in base.items()})
    direct = account.run(returned=0.9).soil.change.mean() - account.run().soil.change.mean()
    assert here[0] == pytest.approx(direct, rel=1e-12)
    swings = one_at_a_time(model, baseline=base, ranges=fields.RANGES).set_index("parameter")
    assert swings["swing"].drop("root:shoot").min() > 1e-4
    assert swings.loc["root:shoot", "swing"] < 1e-12


def test_rows_can_be_written_and_are_not_repeated(account):
    rows = soil_rows.cropland_rows(account, straw_goal=0.9, growth=0.01, bias={"a-b": 1.0})
    frame = to_frame(rows)
    assert not frame.duplicated(["quantity", "product", "member", "scope", "period"]).any()
    gain = frame[frame["quantity"] == "straw_gain"].set_index("member")["value"]
    assert gain["all"] > gain["goal"] > 0


# --- monitoring


def test_designs_and_years():
    strata = pd.DataFrame({"weight": [0.5, 0.5], "mean": [10.0, 30.0], "sd": [2.0, 2.0]})
    table = monitoring.designs(strata, precision=0.1, confidence=0.9)
    assert table.loc["whole", "stratified"] < table.loc["whole", "simple"]
    rates = monitoring.gain_rates(36.0)
    assert next(iter(rates.values())) == pytest.approx(0.144)
    years = monitoring.years_table(rates, change=1.44)
    assert years["years"].iloc[0] == pytest.approx(10.0)


def test_identities_of_the_monitoring_page_hold_and_can_fail():
    strata = pd.DataFrame({"weight": [0.5, 0.5], "mean": [10.0, 30.0], "sd": [2.0, 2.0]})
    least = detectable_change(50, sd=10.0, correlation=0.5)
    right = {"plots": 50, "spread": 10.0, "power": 0.8, "confidence": 0.9}
    assert all(item.holds for item in monitoring.identities(strata, least=least, **right))
    wrong = monitoring.identities(strata, least=1.01 * least, **right)
    assert [item.holds for item in wrong] == [True, True, False]


def test_grass_may_go_only_in_the_inversions():
    table = monitoring.covered(share=0.95).set_index("product")
    assert table["may go"].to_dict() == {"BEPS": "none", "VEGAS": "none", "OCO-2 v10 MIP": "grass"}


def test_a_regular_grid_beats_chance_on_the_real_map():
    ratio = monitoring.map_gains([20], box=(105.0, 122.0, 28.0, 44.0))["variance ratio"].iloc[0]
    assert 0 < ratio < 1


def test_refusal_returns_words_and_cannot_be_fooled():
    words = {"unit": "Pg C yr-1", "period": "2010", "source": "A"}
    crop = CarbonTerm(quantity="NEP", value=1.0, scope="crop", **words)
    soil = CarbonTerm(quantity="SOC change", value=1.0, scope="crop", **words)
    grass = CarbonTerm(quantity="NEP", value=1.0, scope="grass", **words)
    assert "These do not add" in refusal(crop, soil)
    with pytest.raises(AssertionError, match="These were added"):
        refusal(crop, grass)


# --- charts


def test_curves_draw_what_they_say():
    frame = pd.DataFrame({"series": "a", "x": [1.0, 2.0, 3.0], "value": [1.0, 5.0, 2.0]})
    marks = pd.DataFrame({"series": ["seen"], "x": [2.0], "value": [4.0]})
    drawn = curves.curves(frame, title="T", x_label="x", y_label="y", marks=marks,
                          levels={"goal": 3.0}, bands={"range": (1.0, 2.0)})  # fmt: skip
    assert drawn.data["kind"].tolist() == ["curve"] * 3 + ["point", "level", "band", "band"]
    for words in ("from 1.00 at 1 to 2.00 at 3, lowest 1.00, highest 5.00", "point seen: 4.00 at 2",
                  "line at 3.00: goal", "band 1.00 to 2.00: range"):  # fmt: skip
        assert words in drawn.alt


def test_intervals_and_bars_describe_every_row():
    drawn = curves.intervals(cropland.estimates(), title="T", x_label="x", note="A note.")
    for label in cropland.LABELS.values():
        assert label in drawn.alt
    assert drawn.alt.endswith("A note.")
    bars = pd.DataFrame({"group": "", "label": ["a", "b"], "start": [0.0, -1.0],
                         "end": [1.0, 0.5], "text": ["", ""]})  # fmt: skip
    assert "b −1.000 to 0.500" in curves.bars(bars, title="T", x_label="x").alt


def test_charts_refuse_gaps():
    gap = pd.DataFrame({"series": "a", "x": [1.0], "value": [np.nan]})
    with pytest.raises(
        InputError, match=r"where: value\n  found: 1 of 1 values, first nan(?s:.*)fix: "
    ):
        curves.curves(gap, title="T", x_label="x", y_label="y")
    with pytest.raises(InputError, match=r"Nothing to draw(?s:.*)found: no row(?s:.*)fix: Give"):
        curves.curves(gap.iloc[:0], title="T", x_label="x", y_label="y")
    rows = pd.DataFrame({"group": "", "label": ["a"], "start": [0.0], "end": [np.inf], "text": ""})
    with pytest.raises(InputError, match="where: end\n  found: 1 of 2 values, first inf"):
        curves.bars(rows, title="T", x_label="x")


@pytest.mark.parametrize("name", ["cropland_soc", "monitoring"])
def test_pages_type_no_result(name):
    """Numbers in code cells are round inputs or years; longer ones stand in the parameters."""
    for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.tags:
            for node in ast.walk(ast.parse(cell.source)):
                is_number = isinstance(node, ast.Constant) and isinstance(node.value, float)
                if is_number and not 1900 <= node.value <= 2100:
                    assert len(f"{node.value:g}".replace(".", "").strip("0")) <= 3


def test_bars_of_named_groups_and_curves_on_logarithmic_axes():
    bars = pd.DataFrame({"group": ["One", "Two"], "label": ["a", "b"], "start": [0.0, -1.0],
                         "end": [1.0, 0.5], "text": ["", ""]})  # fmt: skip
    (axes,) = curves.bars(bars, title="T", x_label="x").figure.axes
    assert {"One", "Two"} <= {text.get_text() for text in axes.texts}
    frame = pd.DataFrame({"series": "a", "x": [1.0, 10_000.0], "value": [1.0, 100.0]})
    (axes,) = curves.curves(frame, title="T", x_label="x", y_label="y", log="xy").figure.axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.xaxis.get_major_formatter()(10_000.0, 0) == "10 000"
