"""The sentinels on the stand-in: quiet as it is, and the right one on every seeded fault."""

import numpy as np
import pytest
import xarray as xr

from helpers import sentinels
from helpers.sentinels import alarm as alarms
from helpers.sentinels import measures
from helpers.sentinels.rules import MISTAKES
from helpers.study import open_study


@pytest.fixture(scope="module")
def study():
    return open_study(
        profile="stand-in",
        data_dir=None,
        start_year=2015,
        end_year=2019,
        experiment="LNLGIS",
        mask="touched",
    )


def codes(fluxes, masks):
    return [(alarm.code, alarm.product) for alarm in sentinels.watch(fluxes, masks)]


FAULTS = {
    "sign": lambda flux, masks: -flux,
    "land-fraction": lambda flux, masks: flux * masks["land_fraction"],
    "seasonless": lambda flux, masks: flux.mean("time") + 0 * flux,
    **{f"units {k:.3g}": (lambda flux, masks, k=k: k * flux) for k in MISTAKES},
}


def test_the_stand_in_raises_no_alarm(study):
    assert study.alarms == ()
    for key, flux in study.fluxes.items():
        assert codes({key: flux}, study.masks) == []


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("key", ["beps", "vegas", "oco2-mip"])
def test_each_fault_raises_its_own_alarm_and_no_other(study, key, name):
    flux = study.fluxes[key]
    kept = flux.copy(deep=True)
    broken = FAULTS[name](flux, study.masks).transpose(*flux.dims).assign_attrs(flux.attrs)
    found = sentinels.watch({**study.fluxes, key: broken}, study.masks)
    assert [(a.code, a.product) for a in found] == [(name.split()[0], key)]
    if name.startswith("units"):
        factor = next(k for k in MISTAKES if f"units {k:.3g}" == name)
        assert found[0].cause == MISTAKES[factor]
    xr.testing.assert_identical(flux, kept)


@pytest.mark.parametrize(("factor", "code"), [(-1, "member-sign"), (12 / 44, "member-scale")])
@pytest.mark.parametrize("member", ["member-03", "member-11"])
def test_one_faulty_member_is_named(study, member, factor, code):
    flux = study.fluxes["oco2-mip"].copy(deep=True)
    flux.loc[{"member": member}] *= factor
    assert codes({"oco2-mip": flux}, study.masks) == [(code, f"oco2-mip, {member}")]


def test_a_member_alone_raises_no_alarm(study):
    flux = study.fluxes["oco2-mip"]
    for position in range(flux.sizes["member"]):
        assert codes({"one": flux.isel(member=position, drop=True)}, study.masks) == []


def test_the_coast_is_not_judged_from_a_handful_of_cells(study):
    few = xr.zeros_like(study.masks["land_fraction"])
    flux = study.fluxes["vegas"]
    assert measures.coastal_exponent(flux, land_fraction=few, weights=few) is None


def test_an_alarm_is_a_warning_outside_a_notebook_and_a_card_inside(monkeypatch):
    one = alarms.Alarm(
        code="sign", product="<A>", message="M.", found="f", expected="e", cause="c", action="Do."
    )
    alarms.announce([])
    monkeypatch.setattr(alarms, "_shell", lambda: None)
    with pytest.warns(alarms.ImplausibleWarning, match="<A>: M. Found f; expected e. Likely cause"):
        alarms.announce([one])
    shown = []
    monkeypatch.setattr(alarms, "_shell", lambda: shown.append)
    alarms.announce([one])
    (card,) = shown
    assert repr(card) == f"WARNING (sign) {one}"
    html = card._repr_html_()
    assert "&lt;A&gt;: M." in html
    assert "<strong>c</strong>" in html


def test_no_kernel_runs_here():
    assert alarms._shell() is None
    assert np.isfinite(measures.FEWEST_COASTAL_CELLS)
