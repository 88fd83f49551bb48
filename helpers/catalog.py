"""The catalog: which products the book knows, how to read them and what their numbers mean.

The repository's `data/catalog.yml` names the products of the study. A `catalog.yml` in the
reader's data folder changes entries field by field, or adds products.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from helpers import units as flux_units
from helpers.errors import InputError
from helpers.files import check_readable
from helpers.flux import AreaBasis, Direction, Quantity
from helpers.plain_yaml import parse_yaml
from helpers.sources import patterns
from helpers.sources.options import OPTIONS, Options

REPOSITORY_CATALOG = Path(__file__).resolve().parents[1] / "data" / "catalog.yml"
"""The catalog that comes with the book."""

SIZE_LIMIT = 1_000_000
"""Largest catalog file that is read [bytes]."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Reader = Literal["beps", "trendy", "oco2-mip-v10", "oco2-mip-v11", "cf"]
Calendar = Literal[
    "standard", "gregorian", "proleptic_gregorian", "noleap", "365_day", "all_leap", "366_day",
    "360_day", "julian",
]  # fmt: skip


class Product(BaseModel):
    """One gridded product: where its files are, how they are laid out, what they mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key = Field(description="small letters, digits, '-' or '_', such as 'my-product'")
    title: Text = Field(description="name shown in figures and tables")
    method_class: Literal["bottom-up", "top-down"] = Field(description="'bottom-up' or 'top-down'")
    reader: Reader = Field(description=" or ".join(OPTIONS))
    files: Text = Field(description="path pattern inside data_dir, such as 'beps/{year}.nc'")
    variable: Text | None = Field(
        None,
        description="name of the variable in the file (not for rasters)",
        validate_default=True,
    )
    quantity: Quantity = Field(description="GPP, NPP, NEP, NBP, NEE or NBE")
    units: Text | None = Field(None, description="unit of the values; absent: that in the file")
    species: Literal["C", "CO2"] | None = Field(None, description="'C' or 'CO2'")
    positive: Direction = Field(
        description="'land' if a positive value is uptake, 'atmosphere' if it is a release"
    )
    area_basis: AreaBasis = Field("cell", description="'cell' or 'land'")
    calendar: Calendar | None = Field(None, description="a CF calendar; absent: that of the file")
    experiment: Text | None = Field(None, description="experiment used unless another is chosen")
    members: tuple[Text, ...] | None = Field(
        None, description="names of members in the ensemble; absent: all that are found"
    )
    options: dict[str, Any] = Field(default_factory=dict, description="options of the reader")
    citation: Key | Text = Field(description="key in book/references.bib")
    licence: Text = Field(description="terms of use")
    access: Text = Field(description="how to obtain the files")
    is_standin: bool = Field(False, description="true if the files are a reconstruction")
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = Field(
        None, description="colour in figures, '#rrggbb'"
    )

    @field_validator("files")
    @classmethod
    def _safe_path(cls, value: str) -> str:
        return patterns.check_pattern(value)

    @field_validator("units")
    @classmethod
    def _known_units(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                flux_units.flux_factor(flux_units.split_cell(value)[0])
            except InputError as error:
                raise ValueError(f"unknown unit; use {error.accepted}") from error
        return value

    @field_validator("members")
    @classmethod
    def _distinct_members(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and (not value or len({patterns.fold(m) for m in value}) < len(value)):
            raise ValueError("name each member once, or leave the field out")
        return value

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Product:
        if self.variable is None and self.reader != "beps":
            raise ValueError("`variable` is needed: the name of the variable in the file")
        if self.units and self.reader != "cf" and flux_units.split_cell(self.units)[1]:
            raise ValueError("only the reader `cf` understands totals of cells")
        if self.options.get("remote") and set("{*") & set(self.files):
            raise ValueError("with `remote`, `files` is one plain path, such as 'my/copy.zarr'")
        return self

    @property
    def parsed_options(self) -> Options:
        """The options as the reader's own model."""
        return OPTIONS[self.reader].model_validate(self.options)


def load_catalog(data_dir: Path | str | None = None) -> dict[str, Product]:
    """Return the products of the book and of the reader's data folder.

    Parameters
    ----------
    data_dir : Path or str, optional
        Folder of the data. Entries of its `catalog.yml`, if there is one, change those of the
        repository field by field (and option by option, unless they name another reader), or add
        products. A field set to null goes back to its default.

    Returns
    -------
    dict of str to Product
        In the order of the files.

    Raises
    ------
    InputError
        If a file is not valid YAML or an entry is not valid, with file, entry, field, what was
        found, what is accepted and the fix.
    """
    entries = _read(REPOSITORY_CATALOG)
    origin = dict.fromkeys(entries, REPOSITORY_CATALOG)
    if data_dir is not None and os.path.lexists(Path(data_dir) / "catalog.yml"):
        overlay = Path(data_dir) / "catalog.yml"
        for key, changes in _read(overlay).items():
            entries[key] = _merged(entries.get(key, {}), changes)
            origin[key] = overlay
    return {key: _product(key, fields, file=origin[key]) for key, fields in entries.items()}


def product_of(catalog: dict[str, Product], key: str) -> Product:
    """Return one product, refusing an unknown key with the keys there are."""
    if key not in catalog:
        raise InputError(
            "Unknown product.",
            where="catalog",
            found=repr(key),
            accepted=", ".join(catalog),
            fix="Correct the key, or add an entry to catalog.yml of the data folder.",
        )
    return catalog[key]


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    result = {**old, **new}
    same_reader = new.get("reader", old.get("reader")) == old.get("reader")
    if (
        same_reader
        and isinstance(old.get("options"), dict)
        and isinstance(new.get("options"), dict)
    ):
        result["options"] = {**old["options"], **new["options"]}
    elif not same_reader and "options" not in new:
        result.pop("options", None)
    return result


def _product(key: str, fields: dict[str, Any], *, file: Path) -> Product:
    named = {"key": key, **{k: v for k, v in fields.items() if v is not None}}
    model: type[BaseModel] = Product
    try:
        product = Product.model_validate(named)
        model = OPTIONS[product.reader]
        model.model_validate(product.options)
    except pydantic.ValidationError as error:
        raise _translated(error, key, file=file, model=model) from error
    return product


def _translated(
    error: pydantic.ValidationError, key: str, *, file: Path, model: type[BaseModel]
) -> InputError:
    """Turn the complaints of pydantic about one entry into one error of the book."""
    prefix = "" if model is Product else "options."
    where, found, accepted, fixes = [], [], [], []
    for complaint in error.errors(include_url=False):
        name = str(complaint["loc"][0]) if complaint["loc"] else "entry"
        kind = complaint["type"]
        where.append(prefix + name)
        found.append("nothing" if kind == "missing" or name == "entry" else _shown(complaint))
        accepted.append(_accepted(complaint, name, model=model))
        near = difflib.get_close_matches(name, model.model_fields, n=1)
        if kind == "missing":
            fixes.append(f"Add `{name}`.")
        elif kind == "extra_forbidden":
            fixes.append(f"Write `{near[0]}`." if near else f"Remove `{name}`.")
        else:
            fixes.append(f"Correct `{name}`." if name != "entry" else "Complete the entry.")
    return InputError(
        "The catalog entry is not valid.",
        file=file,
        where=f"entry {key!r}, field " + ", ".join(dict.fromkeys(where)),
        found="; ".join(dict.fromkeys(found)),
        accepted="; ".join(dict.fromkeys(accepted)),
        fix=" ".join(dict.fromkeys(fixes)),
    )


def _shown(complaint: Any) -> str:
    text = repr(complaint["input"])
    return text if len(text) <= 80 else text[:77] + "..."


def _accepted(complaint: Any, name: str, *, model: type[BaseModel]) -> str:
    if complaint["type"] == "extra_forbidden":
        return "fields " + ", ".join(model.model_fields)
    if complaint["type"] == "value_error":
        return str(complaint["msg"]).removeprefix("Value error, ")
    field = model.model_fields.get(name)
    return (field.description if field else None) or str(complaint["msg"])


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """Read one catalog file as key -> fields, not yet validated."""
    if not file.is_file():
        raise InputError(
            "The catalog is missing.",
            file=file,
            found="a folder" if file.is_dir() else "no file",
            accepted="a text file in YAML",
            fix="Restore it, or remove what stands in its place.",
        )
    check_readable(file)
    if file.stat().st_size > SIZE_LIMIT:
        raise InputError(
            "The catalog is too large.",
            file=file,
            found=f"{file.stat().st_size} bytes",
            accepted=f"at most {SIZE_LIMIT} bytes",
            fix="Keep product entries only.",
        )
    content = parse_yaml(
        file.read_bytes(),
        "The catalog is not plain YAML.",
        file=file,
        accepted="plain YAML in UTF-8, each key once, no anchors or tags",
        strict=True,
    )
    entries = {} if content is None else content
    if not isinstance(entries, dict):
        raise _not_entries(file, "file", found=entries)
    for key, fields in entries.items():
        if not isinstance(key, str) or not isinstance(fields, dict):
            raise _not_entries(file, f"entry {key!r}", found=fields)
    return entries


def _not_entries(file: Path, where: str, *, found: object) -> InputError:
    return InputError(
        "The catalog is not made of entries.",
        file=file,
        where=where,
        found=type(found).__name__,
        accepted="product keys, and below each its fields",
        fix="Write `key:` and indent `field: value` below it.",
    )
