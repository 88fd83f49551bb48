"""What was fetched before: ``checksums.yml`` of a data folder.

A provider that publishes no checksum is trusted once, on first use. What came then is recorded, and
anything else under the same name is refused until the user says that the change is meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from helpers.errors import InputError
from helpers.files import write_text
from helpers.intake.downloads import read_plain

RECORD = "checksums.yml"
"""Name of the record in the data folder."""

_HEAD = "# What `sinkbook fetch` put here. A file that no longer has its checksum is refused.\n"


class Record(BaseModel):
    """One source as it was fetched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]
    origin: str
    on: str = Field(description="date of the first use, such as 2026-11-21")
    files: dict[str, str] = Field(
        default_factory=dict, description="sha256 of each file below data_dir"
    )


def read_records(data_dir: Path) -> dict[str, Record]:
    """Return what was recorded, by source; nothing where no record is.

    Raises
    ------
    InputError
        If the record is damaged.
    """
    file = data_dir / RECORD
    if not file.exists():
        return {}
    try:
        return {name: Record.model_validate(fields) for name, fields in read_plain(file).items()}
    except pydantic.ValidationError as error:
        raise InputError(
            "The record of checksums is damaged.",
            file=file,
            where=", ".join(str(part) for part in error.errors()[0]["loc"]) or "an entry",
            found=error.errors()[0]["msg"],
            accepted="what `sinkbook fetch` wrote",
            fix="Restore it from a copy, or remove it: sources are then trusted anew on first use.",
        ) from error


def write_record(data_dir: Path, name: str, *, record: Record) -> None:
    """Add or replace one source in the record, atomically."""
    records = {**read_records(data_dir), name: record}
    content = {key: records[key].model_dump(exclude_defaults=True) for key in sorted(records)}
    write_text(data_dir / RECORD, _HEAD + yaml.safe_dump(content, sort_keys=False))
