"""Physical and conventional constants, each with its unit and source."""

from __future__ import annotations

EARTH_RADIUS_M: float = 6_371_007.1809
"""Radius [m] of the sphere with the surface area of the WGS 84 ellipsoid (authalic radius,
Moritz 2000, J. Geodesy 74, 128-133). All areas of the book are spherical with this radius."""

SECONDS_PER_DAY: float = 86_400.0
"""Seconds in a day [s]."""

DAYS_PER_YEAR: float = 365.25
"""Days in the year of a rate "per year" [d]: the Julian year (IAU), so that a rate does not
depend on whether the year it was measured in was a leap year."""

SECONDS_PER_YEAR: float = DAYS_PER_YEAR * SECONDS_PER_DAY
"""Seconds in the year of a rate "per year" [s]: 31 557 600."""

CARBON_PER_CO2: float = 12.0 / 44.01
"""Mass of carbon in a mass of CO2 [kg kg-1].

The convention of the budgets this book reads: 12 g of carbon in 44.01 g of CO2, which gives the
national means of Byrne et al. (2023) as they are usually quoted in carbon. The ratio of present
standard atomic weights, 12.011 / 44.009, is 0.09 % larger; 12 / 44 is 0.02 % larger."""

CARBON_MOLAR_MASS: float = 12.0e-3
"""Mass of carbon in a mole of carbon or of CO2 [kg mol-1], consistent with CARBON_PER_CO2."""

KG_PER_PG: float = 1.0e12
"""Kilograms in a petagram [kg Pg-1]."""

CHINA_BOX: tuple[float, float, float, float] = (72.0, 137.0, 17.0, 55.0)
"""West, east, south and north edge of the analysis box [degrees]: all of China's land."""

LATITUDE_NAMES = ("lat", "latitude", "Latitude", "LAT", "nav_lat", "lat_FULL", "y")
"""Names under which providers store the latitude axis."""
LONGITUDE_NAMES = ("lon", "longitude", "Longitude", "LON", "nav_lon", "lon_FULL", "x")
"""Names under which providers store the longitude axis."""
