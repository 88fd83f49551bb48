"""What every row of the published tables must be: words of a vocabulary, numbers in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from helpers.errors import InputError

SOURCES = ("z24", "d22", "eu21", "pan21", "q21")
"""Documents by their prefix in ids; `SOURCE_TITLES` names them."""

SOURCE_TITLES = {
    "z24": "Zhang et al. 2024, the study this book rebuilds",
    "d22": "Dong et al. 2022, review of carbon-sink policy",
    "eu21": "China–EU expert dialogue on land use, report 2021",
    "pan21": "Pan-Third Pole programme, newsletter 2021",
    "q21": "Article on permafrost and temperature sensitivity, 2021",
}
TOPICS = (
    "national", "regions", "ecosystems", "seasonality", "methods", "forest", "stocks", "cropland",
    "n2o", "plateau", "permafrost", "policy", "mrv", "other",
)  # fmt: skip
KINDS = ("number", "range", "percent", "ranking", "sign", "qualitative")
CATEGORIES = (
    "land_sink", "forest_sink", "cropland_net_flux", "cropland_soc_sink", "cropland_sic_sink",
    "soil_c_potential", "plateau_sink",
)  # fmt: skip
METHOD_CLASSES = ("bottom-up", "top-down", "inventory", "combined")
ESTIMATE_TYPES = (
    "model", "inversion", "inventory", "plots", "synthesis", "observed", "projection", "potential",
    "recomputed",
)  # fmt: skip

_Text = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
_Loose = Annotated[str, Field(pattern=r"^(\S(.*\S)?)?$")]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class _Row(BaseModel):
    """A row whose columns are all known and whose texts have no stray blanks."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimRow(_Row):
    """One row of ``claims.csv``: a statement of a source document, as printed."""

    id: Annotated[str, Field(pattern=rf"^({'|'.join(SOURCES)})-[a-z0-9]+(-[a-z0-9]+)*$")]
    source: Literal[SOURCES]  # type: ignore[valid-type]
    locator: _Text
    topic: Literal[TOPICS]  # type: ignore[valid-type]
    quantity: _Text
    product_or_study: _Loose
    period: _Loose
    scope: _Loose
    value: _Number | None
    uncertainty: Annotated[_Number, Field(ge=0)] | None
    low: _Number | None
    high: _Number | None
    unit: _Loose
    kind: Literal[KINDS]  # type: ignore[valid-type]
    cites: _Loose
    note: str

    @model_validator(mode="after")
    def _is_one_statement(self) -> ClaimRow:
        numbers = (self.value, self.low, self.high)
        if not self.id.startswith(f"{self.source}-"):
            raise ValueError(f"id {self.id!r} does not begin with its source {self.source!r}")
        if self.kind in ("number", "percent", "range") and numbers == (None, None, None):
            raise ValueError(f"kind {self.kind!r} without a value, low or high")
        if self.kind in ("ranking", "sign", "qualitative") and numbers != (None, None, None):
            raise ValueError(f"kind {self.kind!r} with a number")
        if any(number is not None for number in numbers) and not self.unit:
            raise ValueError("a number without a unit")
        if self.kind == "percent" and not self.unit.startswith("%"):
            raise ValueError(f"a percent in the unit {self.unit!r}")
        if self.uncertainty is not None and self.value is None:
            raise ValueError("a ± without a value")
        _check_order(self.low, self.value, high=self.high)
        return self


class EvidenceRow(_Row):
    """One row of ``evidence.csv``: a published estimate [Pg C yr-1]."""

    id: Annotated[str, Field(pattern=r"^ev-[a-z0-9]+(-[a-z0-9]+)*$")]
    category: Literal[CATEGORIES]  # type: ignore[valid-type]
    study: _Text
    pub_year: Annotated[int, Field(ge=1950, le=2100)]
    method_class: Literal[METHOD_CLASSES]  # type: ignore[valid-type]
    estimate_type: Literal[ESTIMATE_TYPES]  # type: ignore[valid-type]
    period_start: Annotated[str, Field(pattern=r"^(\d{4})?$")]
    period_end: Annotated[str, Field(pattern=r"^(\d{4})?$")]
    low: _Number | None
    central: _Number | None
    high: _Number | None
    central_used: _Number | None
    bound_type: _Text
    unit: Literal["Pg C yr-1"]
    scope: _Text
    national: Literal["0", "1"]
    source_document: Literal[SOURCES]  # type: ignore[valid-type]
    locator: _Text
    as_printed: _Text
    duplicate_of: _Loose
    note: str

    @model_validator(mode="after")
    def _is_in_order(self) -> EvidenceRow:
        _check_order(self.low, self.central, high=self.high)
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise ValueError(f"a period from {self.period_start} to {self.period_end}")
        return self


def check_rows(table: pd.DataFrame, model: type[_Row], *, file: Path) -> pd.DataFrame:
    """Return a published table when each row is what `model` says.

    Parameters
    ----------
    table : pandas.DataFrame
        Column `id` and those of `model`; numbers as float with NaN for none.
    model : type
        `ClaimRow` or `EvidenceRow`.
    file : Path
        Named in the message.

    Raises
    ------
    InputError
        With file, id, column and value of the first row that breaks a rule.
    """
    for record in table.astype(object).where(table.notna(), None).to_dict("records"):
        try:
            model.model_validate(record)
        except ValidationError as error:
            fault: Any = error.errors()[0]
            column = ".".join(str(part) for part in fault["loc"][:1])
            raise InputError(
                "A published table breaks its schema.",
                file=file,
                where=f"{column} of {record['id']}" if column else record["id"],
                found=repr(record.get(column)) if column else fault["msg"],
                accepted=fault["msg"],
                fix="correct that cell; a printed value stays as printed, see corrections.csv",
            ) from error
    return table


def _check_order(low: float | None, value: float | None, *, high: float | None) -> None:
    """Refuse bounds out of order."""
    given = [number for number in (low, value, high) if number is not None]
    if given != sorted(given):
        raise ValueError(f"low, value and high out of order: {given}")
