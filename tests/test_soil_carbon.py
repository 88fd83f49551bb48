"""Two-pool soil carbon, straw, typed terms and soil mass, against answers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from helpers.carbon_terms import CarbonTerm, add_carbon
from helpers.errors import InputError
from helpers.sensitivity import one_at_a_time, sobol
from helpers.soil_carbon import (
    ICBM,
    Turnover,
    simulate,
    simulate_sources,
    split_stock,
    steady_state,
    year_matrix,
)
from helpers.soil_mass import compaction_bias, depth_stock, layer_mass, mass_stock, stony_stock
from helpers.straw import check_fates, crop_carbon, run_fields, with_return

SHARES = {"returned": 0.5, "burnt": 0.1, "fed": 0.2, "removed": 0.2}
HUMIFIED = {"straw": 0.125, "roots": 0.125, "manure": 0.25}
unit = st.floats(0, 1)
rate = st.one_of(st.just(0.0), st.floats(1e-6, 5.0))


def two_crops():
    return crop_carbon(
        [100.0, 50.0], dry_share=0.8, harvest_index=[0.5, 0.25], root_shoot=0.1,
        carbon_content=0.5, extra_root=0.0,
    )  # fmt: skip


def fields(returned=0.5, *, growth=0.0, manure=0.01, years=40, turnover=ICBM, stock=2.0):
    return run_fields(
        two_crops(), shares=with_return(SHARES, returned), base_shares=SHARES, manure=manure,
        growth=growth, stock=stock, humification=HUMIFIED, turnover=turnover, years=years,
    )  # fmt: skip


# --- the two pools


def test_pools_follow_an_independent_integrator():
    inputs, h, turnover = [0.3, 0.5, 0.1], 0.2, Turnover(climate=1.7)
    fast, slow = turnover.rates

    def slope(t, state, i):
        y, o, _ = state
        return [i - fast * y, h * fast * y - slow * o, (1 - h) * fast * y + slow * o]

    state, respired = [0.4, 3.0, 0.0], []
    for i in inputs:
        state = solve_ivp(slope, (0, 1), [*state[:2], 0.0], args=(i,), rtol=1e-12, atol=1e-14).y
        state = state[:, -1]
        respired.append(state[2])
    run = simulate(inputs, humification=h, young=0.4, old=3.0, turnover=turnover)
    np.testing.assert_allclose([run.young[-1], run.old[-1]], state[:2], rtol=1e-10)
    np.testing.assert_allclose(run.respired, respired, rtol=1e-10)


def test_bare_fallow_decays_by_the_closed_form():
    # no input: Y = Y0 exp(-k1 t), O = O0 exp(-k2 t) + h k1 Y0 (exp(-k1 t) - exp(-k2 t)) / (k2 - k1)
    k1, k2 = 0.8 * 1.32, 0.00605 * 1.32
    run = simulate(np.zeros(30), humification=0.13, young=0.3, old=3.96,
                   turnover=Turnover(climate=1.32))  # fmt: skip
    t = np.arange(31)
    np.testing.assert_allclose(run.young, 0.3 * np.exp(-k1 * t), rtol=1e-12)
    old = 3.96 * np.exp(-k2 * t)
    old += 0.13 * k1 * 0.3 * (np.exp(-k1 * t) - np.exp(-k2 * t)) / (k2 - k1)
    np.testing.assert_allclose(run.old, old, rtol=1e-12)


def test_steady_state_is_where_nothing_changes_and_where_runs_end():
    young, old = steady_state(0.2, humification=0.125, turnover=ICBM)
    assert young == pytest.approx(0.25)
    assert old == pytest.approx(0.125 * 0.2 / 0.00605)
    still = simulate(np.full(50, 0.2), humification=0.125, young=young, old=old)
    np.testing.assert_allclose(still.stock, young + old, rtol=1e-12)
    end = simulate(np.full(5000, 0.2), humification=0.125)
    np.testing.assert_allclose([end.young[-1], end.old[-1]], [young, old], rtol=1e-10)


def test_no_turnover_keeps_everything_and_no_input_keeps_nothing():
    kept = simulate([1.0, 2.0], young=3.0, old=4.0, turnover=Turnover(young=0.0, old=0.0))
    np.testing.assert_allclose(kept.stock, [7, 8, 10], rtol=1e-14)
    assert not kept.respired.any()
    empty = simulate(np.zeros(3))
    assert not empty.stock.any()
    assert not empty.respired.any()


def test_no_humification_leaves_the_old_pool_alone():
    run = simulate(np.ones(10), humification=0.0, old=5.0, turnover=Turnover(old=0.0))
    np.testing.assert_allclose(run.old, 5.0, rtol=1e-14)


def test_equal_rates_are_no_special_case():
    near = simulate(np.ones(5), turnover=Turnover(young=0.5, old=0.5 + 1e-9))
    same = simulate(np.ones(5), turnover=Turnover(young=0.5, old=0.5))
    np.testing.assert_allclose(near.old, same.old, rtol=1e-7)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=12), unit, rate, rate,
    st.floats(0, 3), st.floats(0, 1e3), st.floats(0, 1e3),
)  # fmt: skip
def test_carbon_is_conserved(inputs, h, young_rate, old_rate, climate, young, old):
    run = simulate(inputs, humification=h, young=young, old=old,
                   turnover=Turnover(young_rate, old_rate, climate))  # fmt: skip
    assert run.residual() <= 1e-12
    assert run.stock.min() >= -1e-12 * max(1.0, young + old + sum(inputs))
    put_in = young + old + sum(inputs)
    assert run.stock[-1] + run.respired.sum() == pytest.approx(put_in, rel=1e-12, abs=1e-300)


def test_sources_add_and_many_runs_go_at_once():
    climate = np.array([0.5, 1.0, 2.0])
    both = simulate_sources(
        {"a": [1.0, 1.0], "b": [2.0, 0.0]}, humification={"a": 0.1, "b": 0.1},
        young=0.5, old=3.0, turnover=Turnover(climate=climate),
    )  # fmt: skip
    for place, r in enumerate(climate):
        alone = simulate([3.0, 1.0], humification=0.1, young=0.5, old=3.0,
                         turnover=Turnover(climate=r))  # fmt: skip
        # the first pools humify as plants do
        alone_plant = simulate([0.0, 0.0], humification=0.125, young=0.5, old=3.0,
                               turnover=Turnover(climate=r))  # fmt: skip
        zero = simulate([0.0, 0.0], humification=0.1, young=0.5, old=3.0,
                        turnover=Turnover(climate=r))  # fmt: skip
        expected = alone.stock - zero.stock + alone_plant.stock
        np.testing.assert_allclose(both.stock[:, place], expected, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(rate, rate, unit), min_size=1, max_size=6))
def test_exponential_of_many_is_scipys_of_each(rates):
    young, old, h = (np.array(column) for column in zip(*rates, strict=True))
    together = year_matrix(Turnover(young, old), humification=h)
    for place, (fast, slow, share) in enumerate(rates):
        flows = np.zeros((4, 4))
        flows[0, 0], flows[0, 3], flows[1, 1] = -fast, 1.0, -slow
        flows[1, 0], flows[2, 0], flows[2, 1] = share * fast, (1 - share) * fast, slow
        np.testing.assert_allclose(together[place], expm(flows), rtol=1e-12, atol=1e-14)


def test_matrix_columns_sum_to_one_and_equal_the_exponential():
    matrix = year_matrix(ICBM, humification=0.3)
    np.testing.assert_allclose(matrix[:3, :3].sum(axis=0), 1.0, rtol=1e-14)
    flows = [[-0.8, 0, 0, 1], [0.24, -0.00605, 0, 0], [0.56, 0.00605, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(matrix, expm(np.array(flows)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulate([]), r"No year of inputs(?s:.*)found: shape \(0,\)(?s:.*)fix: Give"),
        (lambda: simulate(1.0), "No year of inputs"),
        (lambda: simulate([-1.0]), "out of range.*\n.*inputs"),
        (lambda: simulate([np.nan]), r"out of range(?s:.*)\[nan\](?s:.*)fix: Correct `inputs`"),
        (lambda: simulate([1.0], humification=1.1), "humification"),
        (lambda: Turnover(old=-1), "old"),
        (
            lambda: steady_state(1.0, turnover=Turnover(old=0)),
            r"no steady state(?s:.*)found: least rates 0\.8, 0\n(?s:.*)fix: Give both",
        ),
        (
            lambda: split_stock(0.1, 1.0),
            r"exceeds the whole stock(?s:.*)accepted: a stock of at least",
        ),
        (
            lambda: simulate_sources({"a": [1]}, humification={}, young=0, old=0),
            r"same kinds(?s:.*)found: in one only: a\n(?s:.*)fix: Name each",
        ),
    ],
)
def test_soil_refusals(call, message):
    with pytest.raises(InputError, match=message):
        call()


# --- straw


def test_crop_carbon_by_hand():
    # crop 1: 100 Mt, dry 80, carbon 40: straw 40, roots 0.1 x 80; crop 2: carbon 20, shoot 80
    crops = two_crops()
    assert float(crops.harvest) == pytest.approx(0.060)
    assert float(crops.straw) == pytest.approx(0.040 + 0.060)
    assert float(crops.roots) == pytest.approx(0.008 + 0.008)
    assert float(crops.total) == pytest.approx(0.176)


def test_no_straw_returned_and_all_returned():
    none, half, whole = (fields(share) for share in (0.0, 0.5, 1.0))
    assert not none.flows["returned"].any()
    for name in ("burnt", "fed", "removed"):
        assert not whole.flows[name].any()
    assert none.soil.stock[-1] < half.soil.stock[-1] < whole.soil.stock[-1]
    # linear model: the gain is in proportion to the straw
    gains = [run.soil.stock[-1] - none.soil.stock[-1] for run in (half, whole)]
    assert gains[1] == pytest.approx(2 * gains[0], rel=1e-12)
    np.testing.assert_allclose(none.flows["burnt"], 0.1 / 0.5 * 0.1, rtol=1e-12)


def test_what_straw_adds_each_year_never_exceeds_the_straw():
    extra = fields(1.0).soil.change - fields(0.0).soil.change
    assert (extra <= 0.1).all()
    assert (extra[5:] <= 0.125 * 0.1 + 1e-3).all()


@settings(max_examples=40, deadline=None)
@given(unit, st.floats(-0.05, 0.05), st.floats(0, 0.1), st.floats(0.2, 3))
def test_field_carbon_is_conserved(returned, growth, manure, climate):
    run = fields(returned, growth=growth, manure=manure, turnover=Turnover(climate=climate))
    assert run.residual() <= 1e-12
    assert run.soil.residual() <= 1e-12
    gone = run.flows["harvest"] + run.flows["fed"] + run.flows["removed"] + run.flows["burnt"]
    kept = run.soil.stock[-1] - run.soil.stock[0]
    put_in = (run.flows["fixed"] + run.flows["manure"]).sum()
    assert gone.sum() + run.soil.respired.sum() + kept == pytest.approx(put_in, rel=1e-12)


def test_net_uptake_of_a_field_in_balance_is_what_is_carried_off():
    inputs = 0.1 * 0.5 + 0.016
    young, old = steady_state(inputs)
    run = fields(0.5, manure=0.0, stock=float(young + old))
    np.testing.assert_allclose(run.soil.change, 0.0, atol=1e-12)
    np.testing.assert_allclose(run.net_uptake, run.carried_off, rtol=1e-10)
    assert run.net_uptake[0] == pytest.approx(0.060 + 0.04)


def test_run_fields_vectorises():
    together = fields(np.array([0.0, 0.5, 1.0]), growth=np.array([0.0, 0.01, 0.02]))
    for place, (share, growth) in enumerate([(0.0, 0.0), (0.5, 0.01), (1.0, 0.02)]):
        alone = fields(share, growth=growth)
        np.testing.assert_allclose(together.soil.stock[:, place], alone.soil.stock, rtol=1e-12)
        np.testing.assert_allclose(together.net_uptake[:, place], alone.net_uptake, rtol=1e-12)


def test_fates_keep_their_ratio():
    fates = with_return(SHARES, 0.8)
    assert float(fates["fed"]) == pytest.approx(0.08)
    assert sum(float(share) for share in fates.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: check_fates({**SHARES, "fed": 0.3}),
            r"do not sum to 1(?s:.*)fix: Divide the shares",
        ),
        (
            lambda: check_fates({"returned": 1.0}),
            r"not complete(?s:.*)where: shares\n  found: returned\n(?s:.*)fix: Name",
        ),
        (
            lambda: check_fates({**SHARES, "fed": -0.1}),
            r"not between 0 and 1(?s:.*)found: -0\.1\n(?s:.*)fix: Give a share",
        ),
        (
            lambda: with_return({**dict.fromkeys(SHARES, 0.0), "returned": 1.0}, 0.5),
            r"no ratio(?s:.*)found: a share of 1 before\n.*below 1",
        ),
        (
            lambda: crop_carbon([1.0], dry_share=1, harvest_index=0, root_shoot=0),
            r"without harvest(?s:.*)found: 0",
        ),
        (
            lambda: crop_carbon([-1.0], dry_share=1, harvest_index=1, root_shoot=0),
            r"negative(?s:.*)found: \[-1\.\](?s:.*)fix:",
        ),
    ],
)
def test_straw_refusals(call, message):
    with pytest.raises(InputError, match=message):
        call()


# --- the guard


def term(quantity="SOC change", value=1.0, **other):
    words = {"unit": "Pg C yr-1", "scope": "North", "period": "2010", "source": "A"} | other
    return CarbonTerm(quantity=quantity, value=value, **words)


def test_terms_of_one_kind_and_different_places_add():
    total = add_carbon(term(value=1.0), term(value=2.5, scope="South"))
    assert (total.value, total.scope) == (3.5, "North + South")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (term("NBP", scope="South"), "do not add.*\n.*quantity"),
        (term("harvest", scope="South"), "do not add"),
        (term("SOC scenario", scope="South"), "do not add"),
        (term("SOC potential", scope="South"), "do not add"),
        (term(unit="t ha-1", scope="South"), "unit"),
        (term(period="2011", scope="South"), "period"),
        (term(source="B", scope="South"), "source"),
        (term(), "each place once\n  fix: Leave out"),
    ],
)
def test_terms_that_do_not_add_are_refused(other, message):
    with pytest.raises(InputError, match=message):
        add_carbon(term(), other)


def test_a_term_must_say_what_it_is():
    with pytest.raises(
        InputError, match=r"does not say what it is(?s:.*)'carbon sink'(?s:.*)fix: Name the one"
    ):
        term("carbon sink")
    with pytest.raises(
        InputError, match=r"not finite(?s:.*)found: nan\n(?s:.*)fix: Give the number"
    ):
        term(value=float("nan"))
    with pytest.raises(InputError, match=r"Nothing to add(?s:.*)found: no term(?s:.*)fix: Give"):
        add_carbon()


# --- soil mass

PROFILE = {"bulk_density": [1.2, 1.4], "thickness": [20.0, 20.0]}


def test_stock_to_a_depth_by_hand():
    # 10 g/kg x 1.2 g/cm3 x 20 cm = 24 t/ha; half the second layer: 5 x 1.4 x 10 / 10 = 7 t/ha
    stock = depth_stock([10.0, 5.0], depth=30.0, **PROFILE)
    assert stock == pytest.approx(24 + 7)
    assert layer_mass(1.2, 20) == pytest.approx(2400)


def test_compaction_adds_nothing_to_an_equivalent_mass():
    before = mass_stock([10.0, 5.0], mass=3000.0, **PROFILE)
    denser = {"bulk_density": [1.32, 1.54], "thickness": [20 / 1.1, 20 / 1.1]}
    assert mass_stock([10.0, 5.0], mass=3000.0, **denser) == pytest.approx(before, rel=1e-12)
    bias = compaction_bias([10.0, 5.0], depth=20.0, density_change=0.1, **PROFILE)
    # the fixed depth now holds all of layer 1 and 1.818 cm of layer 2 at 1.54 g/cm3
    assert bias == pytest.approx(5 * 1.54 * (20 - 20 / 1.1) / 10)


@settings(max_examples=40, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(1, 30), st.floats(1, 30))
def test_bias_has_the_sign_of_the_density_change(change, top, bottom):
    bias = compaction_bias([top, bottom], depth=20.0, density_change=change, **PROFILE)
    assert np.sign(bias) == np.sign(change) or abs(bias) < 1e-9


def test_only_one_way_to_count_stones_is_unbiased():
    shared = {"fine_density": 1.2, "rock_volume": 0.2, "thickness": 30.0}
    stocks = {m: float(stony_stock(10.0, method=m, **shared)) for m in ("M1", "M2", "M3", "M4")}
    assert stocks["M4"] == pytest.approx(10 * 1.2 * 0.8 * 30 / 10)
    assert stocks["M1"] == pytest.approx(10 * (1.2 * 0.8 + 2.6 * 0.2) * 30 / 10)
    assert min(stocks, key=stocks.get) == "M4"
    bare = {**shared, "rock_volume": 0.0}
    assert len({round(float(stony_stock(10.0, method=m, **bare)), 9) for m in stocks}) == 1


def test_soil_mass_refusals():
    with pytest.raises(
        InputError, match=r"does not reach that far\.\n  where: depth\n  found: 41 cm"
    ):
        depth_stock([10.0, 5.0], depth=41.0, **PROFILE)
    with pytest.raises(
        InputError, match=r"has no soil(?s:.*)found: 0\., 20\.\n(?s:.*)fix: Correct the layer"
    ):
        layer_mass(0.0, 20)
    with pytest.raises(
        InputError, match=r"Stones fill(?s:.*)found: 1\.\n(?s:.*)fix: Give the share"
    ):
        stony_stock(10.0, fine_density=1.2, rock_volume=1.0, thickness=30.0)
    with pytest.raises(InputError, match=r"Unknown method(?s:.*)'M5'(?s:.*)fix: Choose"):
        stony_stock(10.0, fine_density=1.2, rock_volume=0.1, thickness=30.0, method="M5")
    with pytest.raises(InputError, match=r"No soil is left(?s:.*)found: -1\n.*above -1\n.*fix:"):
        compaction_bias([1, 1], depth=20, density_change=-1, **PROFILE)
    with pytest.raises(InputError, match=r"found: \[ *1\. nan\](?s:.*)fix: Correct the sample"):
        depth_stock([1.0, np.nan], depth=20, **PROFILE)
    with pytest.raises(InputError, match=r"where: mass\n  found: 1e\+06 t ha-1"):
        mass_stock([1.0, 1.0], mass=1e6, **PROFILE)


# --- sensitivity


def test_sensitivity_of_a_plane_is_known():
    # y = 3 a + b on the unit square: variance shares 9/10 and 1/10, c does nothing
    def plane(p):
        return 3 * p["a"] + p["b"] + 0 * p["c"]

    base, ranges = dict.fromkeys("abc", 0.5), dict.fromkeys("abc", (0.0, 1.0))
    table = one_at_a_time(plane, baseline=base, ranges=ranges).set_index("parameter")
    assert table["swing"].to_dict() == pytest.approx({"a": 3.0, "b": 1.0, "c": 0.0})
    found, drawn = sobol(plane, baseline=base, ranges=ranges, draws=1024)
    found = found.set_index("parameter")
    np.testing.assert_allclose(found.loc["a", ["first_order", "total"]], 0.9, atol=0.01)
    np.testing.assert_allclose(found.loc["b", ["first_order", "total"]], 0.1, atol=0.01)
    assert drawn.shape == (2048,)
    assert drawn.mean() == pytest.approx(2.0, abs=0.01)


def test_sensitivity_refuses_a_range_that_is_none():
    with pytest.raises(
        InputError, match=r"cannot be used(?s:.*)found: 1\.0 to 1\.0\n(?s:.*)fix: Give the lower"
    ):
        one_at_a_time(lambda p: p["a"], baseline={"a": 1.0}, ranges={"a": (1.0, 1.0)})
