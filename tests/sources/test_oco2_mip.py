import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import found, read_product

YEARS = {"start_year": 2015, "end_year": 2016}


def member(folder, name, experiment="LNLGIS"):
    return folder / "oco2" / experiment / f"{name}_gridded_fluxes_{experiment}.nc4"


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"time_dim": "n_months"},
        {"start_dates": None},
        {"start_dates": None, "time_dim": "n_months"},
        {"start_dates": "middle"},
        {"start_dates": "day-before"},
        {"units": None},
        {"units": "gC/m2/yr"},
        {"north_first": True},
        {"lon": np.arange(360) + 0.5},
        {"fill": -9999.0},
        {"fill": 1e36},
        {"fill": np.nan},
    ],
    ids=str,
)
def test_variants(tmp_path, provider, product, variant):
    provider.write_member(member(tmp_path, "CT"), **variant)
    flux = read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)
    assert flux.dims == ("member", "time", "lat", "lon")
    assert list(flux["member"].values) == ["CT"]
    assert flux.attrs["quantity"] == "NBE"
    assert flux.attrs["experiment"] == "LNLGIS"
    assert flux.attrs["positive"] == "land"
    np.testing.assert_allclose(flux[0], provider.expected(flux), rtol=1e-6)


def test_members_of_every_variant_share_one_axis(tmp_path, provider, product):
    """Members keep their own values and names, whatever direction their rows run in."""
    provider.write_member(member(tmp_path, "CMS_FLUX"), add=1.0, north_first=True)
    provider.write_member(member(tmp_path, "lofi"), add=2.0, start_dates=None)
    provider.write_member(member(tmp_path, "TM5-4DVAR"), add=3.0, lon=np.arange(360) + 0.5)
    provider.write_member(member(tmp_path, "EnsMean"), add=99.0, time_dim="n_months")
    provider.write_member(member(tmp_path, "EnsStd"), add=99.0, time_dim="n_months")
    entry = product("oco2-mip-v10")
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    assert list(flux["member"].values) == ["CMS_FLUX", "lofi", "TM5-4DVAR"]
    per_gram = 1e-3 / (365.25 * 86400)
    for number, values in enumerate(flux, start=1):
        want = provider.expected(flux) + number * per_gram
        np.testing.assert_allclose(values, want, rtol=1e-6)
    chosen = read_product(entry, data_dir=tmp_path, members=["TM5_4DVAR", "CMS-Flux"], **YEARS)
    assert list(chosen["member"].values) == ["TM5-4DVAR", "CMS_FLUX"]
    np.testing.assert_array_equal(chosen.sel(member="CMS_FLUX"), flux.sel(member="CMS_FLUX"))


@pytest.mark.parametrize(
    "folder",
    [
        "oco2/LNLGIS",
        "oco2",
        "oco2/OCO_2_v10MIP_gridded_fluxes_LNLGIS",
        "OCO_2_v10MIP_gridded_fluxes_LNLGIS",
        "flux_mip/gridded_fluxes",
        "oco2/gridded_fluxes/LNLGIS",
    ],
)
def test_folders(tmp_path, provider, product, folder):
    path = provider.write_member(tmp_path / folder / "OU_gridded_fluxes_LNLGIS.nc4")
    assert found(product("oco2-mip-v10"), data_dir=tmp_path) == [path]
    assert found(product("oco2-mip-v10"), data_dir=tmp_path, experiment="IS") == []


def test_experiment_is_chosen_by_file_name(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT", "IS"), add=1.0)
    provider.write_member(member(tmp_path, "CT", "LNLG"), add=2.0)
    provider.write_member(member(tmp_path, "CT", "LNLGIS"), add=3.0)
    entry = product("oco2-mip-v10")
    per_gram = 1e-3 / (365.25 * 86400)
    for number, experiment in enumerate(("IS", "LNLG", "LNLGIS"), start=1):
        flux = read_product(entry, data_dir=tmp_path, experiment=experiment, **YEARS)
        assert flux.attrs["experiment"] == experiment
        np.testing.assert_allclose(flux[0], provider.expected(flux) + number * per_gram, rtol=1e-6)
    with pytest.raises(InputError, match=r"experiment is not there.*\n(.*\n)*.*IS, LNLG, LNLGIS"):
        read_product(entry, data_dir=tmp_path, experiment="OG", **YEARS)


def test_absent_members_are_listed(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"))
    with pytest.raises(InputError, match=r"found: CT; absent: Baker, UT"):
        read_product(
            product("oco2-mip-v10", members=["CT", "Baker", "UT"]), data_dir=tmp_path, **YEARS
        )


def test_absent_product(tmp_path, product):
    entry = product("oco2-mip-v10")
    assert found(entry, data_dir=tmp_path / "nowhere") == []
    with pytest.raises(InputError, match="there are no member files"):
        read_product(entry, data_dir=tmp_path, **YEARS)


def test_a_member_twice_is_refused(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CMS-Flux"))
    provider.write_member(tmp_path / "oco2" / "CMS_FLUX_gridded_fluxes_LNLGIS.nc4")
    with pytest.raises(InputError, match=r"A member is there twice"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)


def test_a_member_on_another_grid_is_named(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"))
    provider.write_member(member(tmp_path, "UT"), lat=np.linspace(-89, 89, 90))
    with pytest.raises(InputError, match=r"another grid.*\n.*UT_gridded.*\n.*member UT, lat"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)


def test_shifted_grid_of_equal_size_is_named(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"))
    provider.write_member(member(tmp_path, "UT"), lon=np.arange(360) - 180.0)
    with pytest.raises(InputError, match=r"another grid.*\n.*UT_gridded.*\n.*member UT, lon"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)


def dates(skip=None, repeat=None):
    table = [(y, m, 1) for y in (2015, 2016) for m in range(1, 13)]
    if skip is not None:
        table[skip] = (2017, 1, 1)
    if repeat is not None:
        table[repeat] = table[repeat - 1]
    return table


def test_repeated_and_missing_months_are_refused(tmp_path, provider, product):
    path = member(tmp_path, "CT")
    provider.write_member(path, start_dates=dates(repeat=5))
    with pytest.raises(InputError, match=r"more than once(.*\n)*.*2015-05"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)
    provider.write_member(path, start_dates=dates(skip=23))
    with pytest.raises(InputError, match=r"missing(.*\n)*.*2016-12"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)


def test_impossible_dates_are_refused(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"), start_dates=[(2015, 13, 1)] * 24)
    with pytest.raises(InputError, match=r"start dates cannot be understood(.*\n)*.*month"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEARS)


def test_years_beyond_the_file(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"))
    with pytest.raises(InputError, match=r"does not cover(.*\n)*.*12 months absent.*2017-01"):
        read_product(product("oco2-mip-v10"), data_dir=tmp_path, start_year=2015, end_year=2017)


def test_first_month_is_configurable(tmp_path, provider, product):
    provider.write_member(member(tmp_path, "CT"), start_dates=None, years=(2013, 2016))
    entry = product("oco2-mip-v10", options={"first_month": "2013-01"})
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux[0], provider.expected(flux), rtol=1e-6)


def test_fourteen_members_are_one_ensemble(tmp_path, provider, product):
    first = provider.write_member(member(tmp_path, "m01"), years=(2015, 2020))
    for number in range(2, 15):
        member(tmp_path, f"m{number:02d}").hardlink_to(first)
    flux = read_product(product("oco2-mip-v10"), data_dir=tmp_path, start_year=2015, end_year=2019)
    assert flux.shape[:2] == (14, 60)
