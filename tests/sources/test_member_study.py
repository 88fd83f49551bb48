"""Members with their real names, and their priors, from files in the provider's layout."""

import numpy as np
import pytest

from helpers import members, priors, spread_rows
from helpers.errors import InputError
from helpers.explorer import explorer
from helpers.project import project_root
from helpers.study import open_study

# The worlds below are constant, which the sentinels rightly warn of.
pytestmark = pytest.mark.filterwarnings("ignore::helpers.sentinels.alarm.ImplausibleWarning")

NAMES = ("Ames", "CMS_FLUX", "UT", "CT", "TM5_4DVAR", "CAMS")
POSTERIOR = dict(zip(NAMES, (60.0, 55.0, 50.0, 20.0, 25.0, 30.0), strict=True))
PRIOR = dict(zip(NAMES, (90.0, 10.0, 70.0, -20.0, 40.0, -10.0), strict=True))
PROFILE = "test-members"


def constant(value):
    """Return a truth with the same uptake in every cell and month [g C m-2 yr-1]."""
    return lambda lat, lon, year, month: np.full(np.broadcast(lat, lon).shape, value)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory, provider):
    """Return a folder of member files of two experiments, cut to the surroundings of China."""
    folder = tmp_path_factory.mktemp("original")
    cut = {"lat": provider.axis(5, 65, 1.0), "lon": provider.axis(60, 150, 1.0),
           "years": (2015, 2016)}  # fmt: skip
    for experiment, values in (("LNLGIS", POSTERIOR), ("Prior", PRIOR)):
        for name, value in values.items():
            path = folder / "oco2-v10-mip" / experiment / f"{name}_gridded_fluxes_{experiment}.nc4"
            provider.write_member(path, truth=constant(value), **cut)
    (folder / "catalog.yml").write_text("oco2-mip:\n  members: null\n", encoding="utf-8")
    yield folder
    for path in (project_root() / "build" / "cube").glob(f"{PROFILE}-*"):
        path.unlink()


@pytest.fixture(scope="module")
def study(data_dir):
    return open_study(profile=PROFILE, data_dir=data_dir, start_year=2015, end_year=2016,
                      experiment="LNLGIS", mask="fraction")  # fmt: skip


@pytest.fixture(scope="module")
def annual(study):
    return spread_rows.region_totals(study)[members.ensemble_of(study)]


def test_real_names_switch_grouping_on(study, annual):
    names = [str(name) for name in annual["member"].values]
    groups = members.transport_of(names)
    assert groups["CMS_FLUX"] == "GEOS-Chem"
    table = members.group_means(annual, groups).set_index(["scope", "transport"])
    geos = table.loc[("China", "GEOS-Chem")]
    # uniform fluxes: 55 against 25 g C m-2 yr-1, so the ratio of totals is that of the rates
    assert geos["n"] == 3
    assert geos["value"] / geos["rest"] == pytest.approx(55 / 25, rel=1e-6)
    shown = explorer(annual, product="oco2-mip", groups=groups, is_standin=study.is_standin)
    assert shown.data["mark"] == ""
    assert shown.data["groups"]["CT"] == "TM5"


def test_prior_files_give_a_verdict_for_every_region(study, annual, data_dir):
    before = priors.prior_totals(study, data_dir=data_dir)
    table = priors.verdict_table(annual, before, rule=priors.Rule()).set_index("scope")
    reduction = 1 - np.std(list(POSTERIOR.values())) / np.std(list(PRIOR.values()))
    assert table["reduction"].values == pytest.approx([reduction] * 5, rel=1e-5)
    assert set(table["verdict"]) == {priors.DATA}
    assert set(table["n"]) == {6}
    rows = priors.verdict_rows(table.reset_index(), product="oco2-mip", period="2015-2016")
    assert {row.sd_kind for row in rows if row.sd is not None} == {"members"}


def test_observations_that_change_nothing_leave_the_prior_in_charge(annual):
    table = priors.verdict_table(annual, annual, rule=priors.Rule())
    assert set(table["verdict"]) == {priors.PRIOR_DRIVEN}
    assert table["reduction"].values == pytest.approx(0.0, abs=1e-12)


def test_a_shift_without_less_spread_is_undetermined(annual):
    table = priors.verdict_table(annual + 5.0, annual, rule=priors.Rule())
    assert set(table["verdict"]) == {priors.OPEN}


def test_without_prior_files_nothing_is_decided(study, annual, tmp_path):
    assert priors.prior_totals(study, data_dir=None) is None
    assert priors.prior_totals(study, data_dir=tmp_path) is None
    table = priors.verdict_table(annual, None, rule=priors.Rule())
    assert set(table["verdict"]) == {priors.OPEN}
    assert "no prior files" in priors.verdict_view(table).to_string()
    assert priors.verdict_rows(table, product="oco2-mip", period="2015-2016") == []


def test_too_few_members_with_a_prior_are_refused(annual):
    with pytest.raises(
        InputError, match=r"Too few members have a prior(?s:.*)fix: Add prior files"
    ):
        priors.verdict_table(annual, annual.isel(member=slice(2)), rule=priors.Rule())
    with pytest.raises(InputError, match=r"Too few members(?s:.*)found: none\n"):
        priors.verdict_table(annual, annual.isel(member=[]), rule=priors.Rule())


def test_a_prior_of_other_years_is_refused(annual):
    later = annual.assign_coords(year=annual["year"] + 1)
    with pytest.raises(InputError, match=r"found: \[2016 2017\], \[2015 2016\](?s:.*)fix: Take"):
        priors.verdict_table(annual, later, rule=priors.Rule())


def test_choosing_members_changes_means_groups_and_data_together(data_dir):
    chosen = ["Ames", "CT", "CAMS"]
    study = open_study(profile=PROFILE, data_dir=data_dir, start_year=2015, end_year=2016,
                       experiment="LNLGIS", mask="fraction", members=chosen)  # fmt: skip
    annual = spread_rows.region_totals(study)["oco2-mip"]
    table = members.leave_one_out(annual)
    assert list(dict.fromkeys(table["member"])) == chosen
    shown = explorer(annual, product="oco2-mip", groups=None, is_standin=False)
    assert shown.data["members"] == chosen
    assert "3 members" in repr(shown)


def test_the_table_of_the_budget_has_its_own_words(shared_data):
    path = shared_data / "ceos" / "pilot_topdown_CO2_Budget_countries_v1.csv"
    if not path.is_file():
        pytest.skip("the CEOS national table is not beside the project")
    table = priors.constraint_table(path, rule=priors.Rule())
    assert list(table.index) == ["IS", "LNLG", "LNLGIS", "LNLGOGIS"]
    assert table.loc["LNLGIS", "spread reduced by"] == "71 %"
    assert set(table["verdict"]) == {priors.DATA}


def test_without_the_table_of_the_budget_nothing_is_decided():
    table = priors.constraint_table(None, rule=priors.Rule())
    assert set(table["verdict"]) == {priors.OPEN}
