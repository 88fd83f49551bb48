"""The central test: 100 g C m-2 yr-1 in any layout gives an area times 100 g, China's included."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import budget, geography, grid, masks, regrid, timeaxis
from helpers.sources import read_product

POLYGON = shapely.Polygon(
    [(80.3, 30.2), (95.1, 22.4), (110.7, 18.6), (128.9, 33.3), (131.2, 49.8), (101.5, 41.7)]
)
CHINA = shapely.intersection(geography.boundary_polygon("national"), shapely.box(72, 17, 137, 55))
"""Without the islands that lie south of the analysis box."""

RATE = 0.1 / (365.25 * 86400)
YEAR = {"start_year": 2016, "end_year": 2016}


@pytest.fixture(scope="module")
def weights():
    """Weights of each polygon, and the total it must get [Pg C yr-1]."""
    return [
        (masks.polygon_weights(polygon, grid.analysis_grid()), masks.polygon_area(polygon) * 1e-13)
        for polygon in (POLYGON, CHINA)
    ]


def check(flux, weights):
    """Every cell, every month, and the totals over a polygon and over China."""
    np.testing.assert_allclose(flux.values, RATE, rtol=1e-6)
    regridded = regrid.conservative(flux, grid.analysis_grid())
    for weight, expected in weights:
        total = budget.total(regridded, weight)
        np.testing.assert_allclose(total.values, expected, rtol=1e-6)
        assert total.attrs["units"] == "Pg C yr-1"
        np.testing.assert_allclose(timeaxis.annual_mean(total).values, expected, rtol=1e-6)


UNITS = [
    "kg m-2 s-1", "kgC m-2 s-1", "kg CO2 m-2 s-1", "gC m-2 yr-1", "gC/m2/yr", "g CO2 m-2 yr-1",
    "g C m-2 day-1", "mol m-2 s-1", "umol m-2 s-1", "t C ha-1 yr-1", "gC m-2 month-1",
    "kg C m-2 month-1", "g CO2 m-2 month-1",
]  # fmt: skip


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("reader", ["trendy", "cf"])
def test_every_unit(tmp_path, provider, product, weights, units, reader):
    name = "M_S3_nbp.nc" if reader == "trendy" else "nep.nc"
    layout = provider.Layout(truth=provider.uniform, units=units, calendar="standard",
                             years=(2016, 2016))  # fmt: skip
    provider.write_netcdf(tmp_path / "m" / name, layout)
    check(read_product(product(reader), data_dir=tmp_path, **YEAR), weights)


@settings(
    deadline=None, max_examples=60, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    reader=st.sampled_from(["trendy", "cf"]),
    positive=st.sampled_from(["land", "atmosphere"]),
    north_first=st.booleans(),
    west=st.sampled_from([-180.0, 0.0, -60.0, 180.0]),
    step=st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0]),
    kind=st.sampled_from(["standard", "noleap", "360_day", "all_leap", "proleptic_gregorian"]),
    units=st.sampled_from(UNITS),
    origin=st.sampled_from([1700, 1850, 2000]),
    names=st.sampled_from([("lat", "lon"), ("latitude", "longitude"), ("lat_FULL", "lon_FULL")]),
    order=st.permutations(["time", "lat", "lon"]),
    fill=st.sampled_from([-99999.0, 1e20]),
    year=st.sampled_from([2015, 2016]),
)
def test_any_layout(
    tmp_path, provider, product, reader, positive, north_first, west, step, kind, units, origin,
    names, order, fill, year,
):  # fmt: skip
    """Uniform and varied truths through the same layout: level, sign, place and month are right."""
    name = "M_S3_nbp.nc" if reader == "trendy" else "nep.nc"
    for truth in (provider.uniform, provider.varied):
        layout = provider.Layout(
            truth=truth, positive=positive, north_first=north_first, units=units, calendar=kind,
            lat=provider.axis(-90, 90, step), lon=provider.axis(west, west + 360, step),
            lat_name=names[0], lon_name=names[1], order=tuple(order), fill=fill,
            time_units=f"days since {origin}-01-01", years=(year, year),
        )  # fmt: skip
        provider.write_netcdf(tmp_path / "m" / name, layout)
        entry = product(reader, positive=positive)
        flux = read_product(entry, data_dir=tmp_path, start_year=year, end_year=year)
        np.testing.assert_allclose(flux, provider.expected(flux, truth), rtol=1e-6)


def test_vegas_as_it_is(tmp_path, provider, product, weights):
    """0.5 degree, global, 0..360, north first, undeclared fill over the sea, no leap years."""
    layout = provider.Layout(
        truth=provider.uniform, north_first=True, lat=provider.axis(-90, 90, 0.5),
        lon=provider.axis(0, 360, 0.5), years=(2016, 2016), fill=-99999.0, fill_attribute=False,
        missing=lambda lat, lon: lat < 10 + 0 * lon, calendar="noleap",
    )  # fmt: skip
    provider.write_netcdf(tmp_path / "m" / "M_S3_nbp.nc", layout)
    check(read_product(product("trendy"), data_dir=tmp_path, **YEAR), weights)


@pytest.mark.parametrize("north_first", [False, True])
def test_oco2(tmp_path, provider, product, weights, north_first):
    for name, variant in (("A", {}), ("B", {"start_dates": None, "years": (2015, 2016)}),
                          ("C", {"start_dates": "middle", "lon": np.arange(360) + 0.5}),
                          ("D", {"time_dim": "n_months", "units": None})):  # fmt: skip
        provider.write_member(
            tmp_path / "oco2" / "LNLGIS" / f"{name}_gridded_fluxes_LNLGIS.nc4",
            truth=provider.uniform,
            **{"north_first": north_first, "years": (2016, 2016), **variant},
        )
    flux = read_product(product("oco2-mip-v10"), data_dir=tmp_path, **YEAR)
    assert flux.sizes["member"] == 4
    check(flux, weights)


@pytest.mark.parametrize(
    "form", [{}, {"byte_order": "big", "row_order": "south-first", "unit": "kg CO2 m-2 s-1"}]
)
def test_beps_at_its_own_cell_size(tmp_path, provider, product, weights, form):
    options = provider.write_rasters(
        tmp_path / "beps", truth=provider.uniform, dtype="float32", scale=1.0, nodata=-9999.0,
        years=(2016, 2016), **form,
    )  # fmt: skip
    entry = product("beps", options=options, units=form.get("unit", "g C m-2 month-1"))
    check(read_product(entry, data_dir=tmp_path, **YEAR), weights)


def test_beps_at_half_a_degree(tmp_path, provider, product, weights):
    for month in range(1, 13):
        layout = provider.Layout(
            truth=provider.uniform, variable="NEP", units="gC m-2 month-1", calendar="standard",
            lat=provider.axis(-90, 90, 0.5), lon=provider.axis(-180, 180, 0.5),
            order=("lat", "lon"), months=[(2016, month)], time_units=None,
        )  # fmt: skip
        provider.write_netcdf(
            tmp_path / "beps" / f"BEPS.fluxes.halfDeg.global.2016{month:02d}.nc", layout
        )
    entry = product(
        "beps", files="beps/BEPS.fluxes.halfDeg.global.{year}{month:02d}.nc", variable="NEP"
    )
    check(read_product(entry, data_dir=tmp_path, **YEAR), weights)
