"""Masks on trial: worlds in which the effect of every choice is known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from helpers import geography, strips, trial_tables, trials
from helpers.errors import InputError

SOME = [
    trials.Trial(mask=mask, grid=grid, boundary="natural-earth")
    for mask in ("fraction", "centre", "touched")
    for grid in trials.GRIDS
]


@pytest.fixture
def uniform(typed_flux):
    return typed_flux(lambda lat, lon, t: 100.0, start_year=2015, end_year=2015)


def test_all_combinations_are_tried_once():
    every = trials.all_trials()
    assert len(every) == len(trials.GRIDS) * 3 * 2 * 3 == len({trial.slug for trial in every})


def test_an_unknown_choice_is_refused():
    with pytest.raises(InputError, match=r"trial of masks(.|\n)*'half'(.|\n)*fraction"):
        trials.Trial(mask="half")


def test_uniform_flux_gives_each_trial_its_own_area(uniform):
    areas = trials.areas(SOME).set_index(["trial", "scope"])["area"]
    totals = trials.totals({"world": uniform}, SOME).set_index(["trial", "scope"])["value"]
    # 100 g m-2 on 1 km2 is 1e5 kg
    np.testing.assert_allclose(totals, areas.loc[totals.index] * 1e5 / 1e12, rtol=1e-9)


def test_fraction_is_exact_on_every_grid_and_whole_cells_are_not():
    areas = trials.areas(SOME)
    exact = areas[areas["mask"] == "fraction"]
    np.testing.assert_allclose(exact["excess"], 0.0, atol=1e-8)
    assert all(item.holds for item in trial_tables.fraction_keeps_area(areas))
    assert (areas.loc[areas["mask"] == "touched", "excess"] > 10).all()
    assert not trial_tables.fraction_keeps_area(areas.assign(mask="fraction"))[0].holds


def test_land_part_takes_the_coast_off():
    both = [trials.Trial(coast=coast) for coast in trials.COASTS]
    china = trials.areas(both).query("scope == 'China'").set_index("coast")["area"]
    assert 0.95 < china["land part"] / china["whole cell"] < 0.999
    # where every value is diluted by sea, the land takes the whole cell back
    assert 1.02 < china["land carries all"] / china["whole cell"] < 1.10


def test_steps_of_a_uniform_flux_are_areas(uniform):
    fractions = geography.ecosystem_fractions(trials.GRIDS["1 degree"])
    steps = trials.excess_steps(uniform, fractions=fractions, boundary="national")
    areas = trials.areas([trials.Trial(), trials.Trial(mask="touched")])
    china = areas[areas["scope"] == "China"].set_index("mask")["area"] * 1e5 / 1e12
    assert steps["nation"] == pytest.approx(china["fraction"], rel=1e-9)
    weights = trials.trial_weights(trials.Trial()).sel(scope="China", drop=True)
    exact = trials.class_totals(uniform, weights=weights, shares=fractions)
    assert steps["left out"] == pytest.approx(-float(exact.sel(ecosystem="other")), rel=1e-9)
    assert steps["four classes"] < china["touched"]
    assert all(item.holds for item in trial_tables.steps_add_up({"world": steps}))
    broken = {**steps, "touched": steps["touched"] * 1.01}
    assert not trial_tables.steps_add_up({"world": broken})[0].holds


def test_majority_gives_each_cell_to_one_class():
    fractions = geography.ecosystem_fractions(trials.GRIDS["1 degree"])
    shares = trials.majority_shares(fractions)
    np.testing.assert_array_equal(shares.sum("ecosystem"), 1.0)
    chosen = (fractions * shares).sum("ecosystem")
    xr.testing.assert_allclose(chosen, fractions.max("ecosystem"))


def test_classes_add_up_to_the_nation_under_every_trial_and_rule(uniform):
    table = trial_tables.class_table({"world": uniform})
    assert set(table["rule"]) == set(geography.WOODY_RULES)
    assert set(table["scope"]) == set(geography.ECOSYSTEMS)
    sums = table.groupby(["trial", "rule", "counting"])["value"].sum().unstack("trial")
    plain = [trial for trial in trials.all_trials() if trial.coast == "whole cell"]
    nation = trials.totals({"world": uniform}, plain).query("scope == 'China'")
    expected = nation.set_index("trial")["value"][sums.columns]
    # both ways to count give every cell away once, whatever border is drawn
    np.testing.assert_allclose(sums, np.tile(expected, (len(sums), 1)), rtol=1e-9)


def test_published_excess_is_the_one_in_the_forensic_check():
    rows = {(r.quantity, r.product): r.value for r in trial_tables.published_excess_rows()}
    found = [rows["published_excess_total", p] for p in ("beps", "vegas", "oco2-mip")]
    np.testing.assert_allclose(found, [0.052, 0.033, 0.018], atol=1e-9)


def test_drawings_say_what_they_show(uniform):
    areas = trials.areas(SOME)
    drawing = strips.area_strips(areas)
    assert "China: fraction 0.00 to 0.00" in drawing.alt
    assert drawing.figure.axes[0].get_xlabel() == "difference from the polygon's area in %"
    totals = trials.totals({"beps": uniform}, SOME)
    drawing = strips.total_strips(totals, scope="China", titles={"beps": "A world"})
    assert "A world" in drawing.alt
    assert "land uptake positive" in drawing.figure.axes[0].get_xlabel()
    assert len(drawing.data) == len(SOME)


def test_tables_and_rows_of_the_chapter_hold_the_trials_numbers(uniform):
    ways = [trials.Trial(mask=mask) for mask in ("fraction", "centre", "touched")]
    areas, totals = trials.areas(ways), trials.totals({"beps": uniform}, ways)
    shown = trial_tables.area_table(areas, grid="1 degree", scope="China").frame
    assert list(shown["mask"]) == ["centre", "fraction", "touched"]
    regions = trial_tables.region_table("national").frame.set_index("region")
    assert regions.iloc[:, -1].to_dict() == trial_tables.TEXTBOOK_SHARES
    rows = trial_tables.mask_rows(
        areas=areas, totals=totals, steps={"beps": {"left out": -0.1}}, period="2015"
    )
    found = {(row.quantity, row.product, row.scope): row.value for row in rows}
    china = areas[areas["scope"] == "China"].set_index("mask")["excess"]
    assert found["area_excess", "geography", "China"] == china["touched"]
    assert found["area_excess_centre", "geography", "China"] == china["centre"]
    assert found["excess_left_out", "beps", "China"] == -0.1
    assert found["area_natural_earth", "geography", "China"] > 9e6
    assert len([row for row in rows if row.quantity.startswith("total_")]) == len(totals)
    assert ("published_excess_total", "beps", "China") in found


def test_a_claim_without_a_value_is_told(monkeypatch):
    bare = replace(trial_tables.claim("z24-m-period"), value=None)
    monkeypatch.setattr(trial_tables, "claim", lambda name: bare)
    with pytest.raises(ValueError, match="has no value"):
        trial_tables.published_excess_rows()


def test_strips_of_regions_and_steps_say_what_they_show(uniform):
    totals = trials.totals({"beps": uniform}, SOME)
    drawing = strips.region_strips(totals, scopes=["South", "North"], titles={"beps": "A world"})
    assert list(dict.fromkeys(drawing.data["scope"])) == list(
        dict.fromkeys(totals.loc[totals["scope"].isin(["North", "South"]), "scope"])
    )
    assert "South, A world" in drawing.alt
    classes = totals.assign(scope="forest")
    assert "forest, A world" in strips.class_strips(classes, titles={"beps": "A world"}).alt
    steps = {"beps": {"nation": 1.0, "left out": -0.125}, "vegas": {"left out": 0.25}}
    drawing = strips.step_bars(steps, titles={"beps": "A world"})
    assert drawing.data[["product", "step", "value"]].values.tolist() == [
        ["beps", "left out", -0.125], ["vegas", "left out", 0.25],
    ]  # fmt: skip
    assert "A world: left out −0.125" in drawing.alt
    assert [bar.get_width() for bar in drawing.figure.axes[0].patches] == [-0.125, 0.25]
