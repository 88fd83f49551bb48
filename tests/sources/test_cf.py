import netCDF4
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.sources import found, read_product

YEARS = {"start_year": 2015, "end_year": 2016}
PER_GRAM = 1e-3 / (365.25 * 86400)


@pytest.mark.parametrize("quantity", ["NEP", "NBP", "NEE", "NBE"])
@pytest.mark.parametrize("positive", ["land", "atmosphere"])
def test_any_quantity_and_sign(tmp_path, provider, product, quantity, positive):
    provider.write_netcdf(tmp_path / "m" / "nep.nc", provider.Layout(positive=positive))
    entry = product("cf", quantity=quantity, positive=positive)
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    assert flux.attrs["quantity"] == quantity
    assert flux.attrs["is_standin"] == 0
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.mark.parametrize(
    ("attrs", "positive"),
    [
        ({"positive": "down"}, "land"),
        ({"positive": "up"}, "atmosphere"),
        ({"standard_name": "surface_net_downward_mass_flux_of_carbon_dioxide_expressed_as_carbon"
                           "_due_to_all_land_processes"}, "land"),
        ({"standard_name": "surface_upward_mole_flux_of_carbon_dioxide"}, "atmosphere"),
    ],
)  # fmt: skip
def test_words_in_the_file_confirm_the_sign(tmp_path, provider, product, attrs, positive):
    provider.write_netcdf(
        tmp_path / "m" / "nep.nc", provider.Layout(attrs=attrs, positive=positive)
    )
    flux = read_product(product("cf", positive=positive), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)
    other = "land" if positive == "atmosphere" else "atmosphere"
    with pytest.raises(InputError, match=r"sign of the file and of the catalog disagree"):
        read_product(product("cf", positive=other), data_dir=tmp_path, **YEARS)


def test_one_file_a_year(tmp_path, provider, product):
    for year in (2014, 2015, 2016):
        provider.write_netcdf(
            tmp_path / "m" / f"nep_{year}.nc", provider.Layout(years=(year, year))
        )
    entry = product("cf", files="m/nep_{year}.nc")
    assert len(found(entry, data_dir=tmp_path)) == 3
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)
    (tmp_path / "m" / "nep_2016.nc").unlink()
    with pytest.raises(InputError, match=r"1 of 2 files absent, the first for 2016"):
        read_product(entry, data_dir=tmp_path, **YEARS)


def test_files_of_one_product_must_agree(tmp_path, provider, product):
    provider.write_netcdf(tmp_path / "m" / "nep_2015.nc", provider.Layout(years=(2015, 2015)))
    other = provider.Layout(years=(2016, 2016), lon=provider.axis(-180, 180, 3.0))
    provider.write_netcdf(tmp_path / "m" / "nep_2016.nc", other)
    with pytest.raises(InputError, match=r"differ.*\n.*nep_2016.nc(.*\n)*.*as in nep_2015.nc"):
        read_product(product("cf", files="m/nep_{year}.nc"), data_dir=tmp_path, **YEARS)


def test_files_of_one_product_may_name_one_calendar_in_two_ways(tmp_path, provider, product):
    for year, calendar in ((2015, "standard"), (2016, "proleptic_gregorian")):
        layout = provider.Layout(years=(year, year), calendar=calendar)
        provider.write_netcdf(tmp_path / "m" / f"nep_{year}.nc", layout)
    flux = read_product(product("cf", files="m/nep_{year}.nc"), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


def test_files_of_more_years_give_the_year_of_their_name(tmp_path, provider, product):
    for year in (2015, 2016):
        layout = provider.Layout(years=(2015, 2016))
        provider.write_netcdf(tmp_path / "m" / f"nep_{year}.nc", layout)
    entry = product("cf", files="m/nep_{year}.nc")
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.mark.parametrize("reader", ["cf", "trendy"])
@pytest.mark.parametrize("months", ["2014-12 to 2015-11", "2017-01 to 2017-12"])
def test_a_file_in_the_name_of_another_year_is_refused(tmp_path, provider, product, reader, months):
    first = int(months[:4]) * 12 + int(months[5:7]) - 1
    steps = [(n // 12, n % 12 + 1) for n in range(first, first + 12)]
    path = tmp_path / "m" / "nep_2015.nc"
    provider.write_netcdf(path, provider.Layout(months=steps))
    entry = product(reader, files="m/nep_{year}.nc")
    years = {"start_year": 2015, "end_year": 2015}
    match = rf"axis of the file and its name disagree(.|\n)*nep_2015.nc(.|\n)*{months[:7]}"
    with pytest.raises(InputError, match=match):
        read_product(entry, data_dir=tmp_path, **years)
    entry = product(reader, files="m/nep_{year}.nc", options={"ignore_file_time": True})
    flux = read_product(entry, data_dir=tmp_path, **years)
    assert "ignored as declared" in flux.attrs["notices"]
    assert str(flux["time"].values[0])[:7] == "2015-01"


@pytest.mark.parametrize("reader", ["cf", "trendy"])
def test_months_of_30_days_count_so_in_files_named_by_year(tmp_path, provider, product, reader):
    layout = provider.Layout(years=(2015, 2015), calendar="360_day", units="gC m-2 month-1")
    provider.write_netcdf(tmp_path / "m" / "nep_2015.nc", layout)
    entry = product(reader, files="m/nep_{year}.nc")
    flux = read_product(entry, data_dir=tmp_path, start_year=2015, end_year=2015)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)


@pytest.fixture
def ensemble_file(tmp_path, provider):
    """One file with a member dimension; member k is the truth plus k grams."""

    def write(names):
        path = provider.write_netcdf(
            tmp_path / "m" / "nep.nc", provider.Layout(units="gC m-2 yr-1")
        )
        with netCDF4.Dataset(path, "a") as file:
            file.createDimension("model", 3)
            if names is not None:
                file.createVariable("model", str, ("model",))[:] = np.array(names, dtype=object)
            ens = file.createVariable("ens", "f4", ("model", "time", "lat", "lon"))
            ens.units = "gC m-2 yr-1"
            for k in range(3):
                ens[k] = file["nbp"][:] + k + 1
        return tmp_path

    return write


@pytest.mark.parametrize("names", [["A", "B", "C"], None])
def test_member_dimension(ensemble_file, provider, product, names):
    folder = ensemble_file(names)
    entry = product("cf", variable="ens", options={"member_dimension": "model"})
    flux = read_product(entry, data_dir=folder, **YEARS)
    assert list(flux["member"].values) == (names or ["member-01", "member-02", "member-03"])
    for k, values in enumerate(flux, start=1):
        np.testing.assert_allclose(values, provider.expected(flux) + k * PER_GRAM, rtol=1e-6)
    last = flux["member"].values[2]
    chosen = read_product(entry, data_dir=folder, members=[last], **YEARS)
    np.testing.assert_array_equal(chosen[0], flux[2])
    with pytest.raises(InputError, match=r"Members(.*\n)*.*absent: D"):
        read_product(entry, data_dir=folder, members=["D"], **YEARS)


def test_member_files(tmp_path, provider, product):
    for name in ("one", "two"):
        provider.write_netcdf(tmp_path / "m" / f"{name}.nc", provider.Layout())
    flux = read_product(product("cf", files="m/{member}.nc"), data_dir=tmp_path, **YEARS)
    assert list(flux["member"].values) == ["one", "two"]
    np.testing.assert_allclose(flux[1], provider.expected(flux), rtol=1e-6)


def write_pair(folder, provider, first, second):
    for name, layout in (("one", first), ("two", second)):
        provider.write_netcdf(folder / "m" / f"{name}.nc", provider.Layout(**layout))


def test_members_whose_amounts_count_in_other_calendars_are_refused(tmp_path, provider, product):
    amounts = {"units": "gC m-2 month-1"}
    write_pair(tmp_path, provider, {**amounts, "calendar": "noleap"},
               {**amounts, "calendar": "360_day"})  # fmt: skip
    with pytest.raises(InputError, match=r"different calendars(.*\n)*.*one: noleap, two: 360_day"):
        read_product(product("cf", files="m/{member}.nc"), data_dir=tmp_path, **YEARS)
    write_pair(tmp_path, provider, {**amounts, "calendar": "standard"},
               {**amounts, "calendar": "proleptic_gregorian"})  # fmt: skip
    flux = read_product(product("cf", files="m/{member}.nc"), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux[1], provider.expected(flux), rtol=1e-6)


def test_rates_of_members_are_the_same_in_each_calendar(tmp_path, provider, product):
    write_pair(tmp_path, provider, {"calendar": "noleap"}, {"calendar": "360_day"})
    flux = read_product(product("cf", files="m/{member}.nc"), data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux[1], provider.expected(flux), rtol=1e-6)
    assert "calendars of members 360_day, noleap" in flux.attrs["layout"]


def test_members_by_month_and_by_year_are_refused(tmp_path, provider, product):
    yearly = {"months": [(2015, 7), (2016, 7)]}
    write_pair(tmp_path, provider, {}, yearly)
    with pytest.raises(InputError, match=r"different time steps(.*\n)*.*one: month, two: year"):
        read_product(product("cf", files="m/{member}.nc"), data_dir=tmp_path, **YEARS)


def test_members_of_a_product_without_any(tmp_path, provider, product):
    provider.write_netcdf(tmp_path / "m" / "nep.nc", provider.Layout())
    with pytest.raises(InputError, match=r"no member dimension; absent: A"):
        read_product(product("cf"), data_dir=tmp_path, members=["A"], **YEARS)


def test_more_than_one_file(tmp_path, provider, product):
    for name in ("a", "b"):
        provider.write_netcdf(tmp_path / "m" / f"nep_{name}.nc", provider.Layout())
    with pytest.raises(InputError, match=r"More than one file(.*\n)*.*nep_a.nc, nep_b.nc"):
        read_product(product("cf", files="m/nep_*.nc"), data_dir=tmp_path, **YEARS)


def test_experiment_in_the_file_name(tmp_path, provider, product):
    provider.write_netcdf(tmp_path / "m" / "S2.nc", provider.Layout(truth=provider.uniform))
    provider.write_netcdf(tmp_path / "m" / "S3.nc", provider.Layout())
    entry = product("cf", files="m/{experiment}.nc", experiment="S3")
    flux = read_product(entry, data_dir=tmp_path, **YEARS)
    np.testing.assert_allclose(flux, provider.expected(flux), rtol=1e-6)
    flux = read_product(entry, data_dir=tmp_path, experiment="S2", **YEARS)
    assert flux.attrs["experiment"] == "S2"
    np.testing.assert_allclose(flux, provider.expected(flux, provider.uniform), rtol=1e-6)
    plain = product("cf", files="m/S3.nc")  # names none: the choice for others leaves it alone
    assert (
        read_product(plain, data_dir=tmp_path, experiment="S2", **YEARS).attrs["experiment"] == ""
    )
