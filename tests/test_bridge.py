"""The bridge: closure both ways under any switches, CEOS signs, and known examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import bridge
from helpers.bridge import BASES, LEVELS, at, leftover, load_steps, walk
from helpers.errors import InputError
from helpers.sources import ceos
from helpers.uncertainty import Estimate

STEPS = load_steps()
KEYS = [step.key for step in STEPS]


def estimate(value, sd=0.1):
    return Estimate(value=value, sd=sd, kind="propagated")


@given(
    value=st.floats(-2, 2),
    on=st.sets(st.sampled_from(KEYS)),
    numbers=st.lists(st.floats(-1, 1), min_size=len(KEYS), max_size=len(KEYS)),
    origin=st.sampled_from(list(LEVELS)),
    goal=st.sampled_from(list(LEVELS)),
)
def test_there_and_back_closes_under_any_switches(value, on, numbers, origin, goal):
    own = {key: [number, 0.1] for key, number in zip(KEYS, numbers, strict=True)}
    steps = load_steps(on=sorted(on), values=own)
    there = walk(estimate(value), steps, origin=origin, goal=goal)
    back = walk(there[-1].total, steps, origin=goal, goal=origin)
    assert back[-1].total.value == pytest.approx(value, abs=1e-12)
    changes = sum(stop.change.value for stop in there if stop.change)
    assert there[-1].total.value == pytest.approx(value + changes, abs=1e-12)
    off = [stop for stop in there if stop.step and not stop.step.on]
    assert all(stop.change.value == 0.0 and stop.change.sd == 0.0 for stop in off)


@given(on=st.sets(st.sampled_from(KEYS)))
def test_spreads_add_in_quadrature_over_the_steps_taken(on):
    steps = load_steps(on=sorted(on))
    stops = walk(estimate(0.5, 0.3), steps, origin="air", goal="nep")
    taken = [stop.change.sd**2 for stop in stops if stop.change]
    assert stops[-1].total.sd == pytest.approx((0.09 + sum(taken)) ** 0.5, rel=1e-12)


def test_printed_identity_of_the_national_budget():
    steps = load_steps(on=["rivers", "trade"])
    stops = walk(estimate(0.6449), steps, origin="air", goal="stocks")
    assert at(stops, "stocks").value == pytest.approx(0.6251, abs=1e-4)
    again = walk(estimate(0.6251), steps, origin="stocks", goal="air")
    assert at(again, "air").value == pytest.approx(0.6449, abs=1e-4)


@pytest.fixture(scope="module")
def ceos_file(shared_data):
    path = shared_data / "ceos" / "pilot_topdown_CO2_Budget_countries_v1.csv"
    if not path.is_file():
        pytest.skip("the CEOS national table is not beside the project")
    return path


@pytest.mark.parametrize("experiment", ["IS", "LNLG", "LNLGIS", "LNLGOGIS"])
@pytest.mark.parametrize("year", [2015, 2018, 2020])
def test_signs_are_those_of_the_real_table(ceos_file, experiment, year):
    table = ceos.read_budget_table(ceos_file)
    rows = ceos.china_budget(table, start_year=year, end_year=year)
    own = rows[rows["experiment"] == experiment].set_index("quantity")["value_pg_c"]
    steps = load_steps(on=["rivers", "trade"], ceos_file=ceos_file, start_year=year, end_year=year)
    stops = walk(estimate(-own["NBE"]), steps, origin="air", goal="stocks")
    # the table is printed to six digits of Tg CO2
    assert at(stops, "stocks").value == pytest.approx(-own["dC_loss"], abs=1e-5)
    found = {step.key: step.amount for step in steps}
    assert found["rivers"].value < 0 < found["trade"].value
    assert found["trade"].sd == pytest.approx(0.3 * found["trade"].value, rel=1e-4)


def test_printed_steps_are_the_means_of_the_real_table(ceos_file):
    real = {step.key: step.amount.value for step in load_steps(ceos_file=ceos_file)}
    printed = {step.key: step.amount.value for step in load_steps()}
    for key in ("rivers", "trade"):
        assert printed[key] == pytest.approx(real[key], abs=6e-5)


def test_fire_and_harvest_lie_between_nbp_and_nep():
    down = walk(estimate(0.38), STEPS, origin="nep", goal="nbp")
    assert at(down, "nbp").value < 0.38
    names = {stop.step.key for stop in down if stop.step}
    assert {"fire", "crops", "wood", "grazing"} <= names


def test_crop_harvest_is_computed_from_production():
    # 689 Mt at 86.6 % dry matter and 45 % carbon
    assert bridge.harvested_crops() == pytest.approx(0.268, abs=0.002)


def test_what_is_no_number_for_china_says_so():
    for step in STEPS:
        assert step.basis in BASES
        assert step.note
        if step.basis == "other region":
            assert step.scope != "China"
        if step.basis == "assumed":
            assert not step.on


def test_leftover_has_its_interval():
    gap = leftover(estimate(0.6, 0.3), estimate(0.2, 0.4), correlation=0.0)
    assert (gap.value, gap.sd) == pytest.approx((0.4, 0.5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load_steps(on=["river"]), "did you mean 'rivers'"),
        (
            lambda: load_steps(values={"rivers": [1.0]}),
            r"a value and its sd(?s:.*)found: \[1.0\](?s:.*)fix: Give two",
        ),
        (lambda: walk(estimate(1), STEPS, origin="air", goal="sky"), "outside the vocabulary"),
        (
            lambda: walk(estimate(1), STEPS[:4], origin="air", goal="nep"),
            "do not connect(?s:.*)fix: .*load_steps",
        ),
        (
            lambda: at(walk(estimate(1), STEPS, origin="air", goal="stocks"), "nep"),
            "not pass(?s:.*)accepted: air, stocks\n  fix: Choose",
        ),
    ],
)
def test_a_wrong_step_or_level_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
