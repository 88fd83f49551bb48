"""What the `options` of a catalog entry may hold, one model per reader."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from helpers.sources.patterns import check_pattern


def _fraction(value: Any) -> Any:
    """Read '1/13.75' as a quotient; leave numbers alone."""
    if not isinstance(value, str):
        return value
    above, _, below = value.partition("/")
    try:
        return float(Fraction(above) / Fraction(below or "1"))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("not a number or a quotient such as '1/13.75'") from error


Degrees = Annotated[float, BeforeValidator(_fraction), Field(gt=0, le=90, allow_inf_nan=False)]


class Options(BaseModel):
    """Base of all options: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GriddedOptions(Options):
    """Options of the reader `trendy`, and those that other NetCDF readers share with it."""

    missing_values: tuple[float, ...] = Field(
        (), description="further numbers that mean 'missing' in the file"
    )
    ignore_file_units: bool = Field(
        False, description="true to trust `units` of the catalog over those in the file"
    )
    ignore_file_time: bool = Field(
        False, description="true to trust the time in the file name over the file's time axis"
    )
    time_label: Literal["within", "end"] | None = Field(
        None, description="'within' if a time stamp lies in its month, 'end' if it closes it"
    )
    latitude: str | None = Field(None, description="name of the latitude dimension")
    longitude: str | None = Field(None, description="name of the longitude dimension")
    time: str | None = Field(None, description="name of the time dimension")
    member_dimension: str | None = Field(None, description="name of the member dimension")


PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "abfs": "adlfs"}
"""The package that opens each kind of address."""


class RemoteStore(Options):
    """Where a Zarr store is copied from, when a command is allowed to fetch."""

    url: str = Field(
        pattern=r"^(s3|gs|abfs)://[A-Za-z0-9][\w.@-]*(/[\w.=-]+)+$",
        description="address of the store, such as 's3://bucket/folder/name.zarr'",
    )
    endpoint: str | None = Field(
        None,
        pattern=r"^(https://[\w.-]+|http://(127\.0\.0\.1|localhost))(:\d{1,5})?/?$",
        description="address of an S3-compatible server, such as 'https://s3.example.org'",
    )
    anonymous: bool = Field(
        True, description="false to use the credentials of your surroundings; none stand here"
    )


class CfOptions(GriddedOptions):
    """Options of the reader `cf`."""

    allow_partial: bool = Field(
        False, description="true to count the part of China without data as zero"
    )
    remote: RemoteStore | None = Field(
        None, description="url, endpoint and anonymous of a Zarr store that `files` is a copy of"
    )


class BepsOptions(GriddedOptions):
    """Options of the reader `beps`: how a headerless raster is laid out.

    They are used for files without a NetCDF suffix. The provider documents neither number format
    nor scale, so those have no default.
    """

    shape: tuple[int, int] | None = Field(
        None, description="rows and columns, such as [2475, 4950]"
    )
    dtype: (
        Literal["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"] | None
    ) = Field(None, description="number format of a value, such as int16 or float32")
    byte_order: Literal["little", "big"] = Field("little", description="'little' or 'big'")
    header_bytes: int = Field(0, ge=0, description="bytes before the first value")
    scale: float | None = Field(
        None, description="factor from the stored number to `units`", allow_inf_nan=False
    )
    offset: float = Field(0.0, description="added after scaling", allow_inf_nan=False)
    nodata: tuple[float, ...] | float | None = Field(
        None, description="stored number or list of numbers that mean 'missing'"
    )
    row_order: Literal["north-first", "south-first"] = Field(
        "north-first", description="'north-first' or 'south-first'"
    )
    west: float | None = Field(None, ge=-360, le=360, description="west edge of the first column")
    north: float | None = Field(None, ge=-90, le=90, description="north edge of the raster")
    south: float | None = Field(None, ge=-90, le=90, description="south edge of the raster")
    resolution: Degrees | None = Field(
        None, description="cell size in degrees, a number or a quotient such as '1/13.75'"
    )

    @field_validator("scale")
    @classmethod
    def _usable_scale(cls, value: float | None) -> float | None:
        if value == 0:
            raise ValueError("a number other than 0")
        return value

    @model_validator(mode="after")
    def _one_edge(self) -> BepsOptions:
        if self.north is not None and self.south is not None:
            raise ValueError("give `north` or `south`, not both: the other follows from the shape")
        return self


Folders = tuple[Annotated[str, AfterValidator(check_pattern)], ...]


class EnsembleOptions(GriddedOptions):
    """Options common to the readers `oco2-mip-v10` and `oco2-mip-v11`."""

    folders: Folders = Field(
        (), description="further folders of data_dir to search, with * for any text"
    )


class Version10Options(EnsembleOptions):
    """Options of the reader `oco2-mip-v10`."""

    folders: Folders = Field(
        ("OCO_2_v10MIP_gridded_fluxes*", "flux_mip/gridded_fluxes"),
        description="further folders of data_dir to search, with * for any text",
    )
    first_month: str = Field(
        "2015-01",
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="first month of files that carry no dates, such as 2015-01",
    )


class Version11Options(EnsembleOptions):
    """Options of the reader `oco2-mip-v11`."""

    folders: Folders = Field(
        ("OCO2_v11MIP_gridded_fluxes*",),
        description="further folders of data_dir to search, with * for any text",
    )


OPTIONS: dict[str, type[Options]] = {
    "beps": BepsOptions,
    "trendy": GriddedOptions,
    "cf": CfOptions,
    "oco2-mip-v10": Version10Options,
    "oco2-mip-v11": Version11Options,
}
"""Model of the options of each reader."""
