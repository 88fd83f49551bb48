"""The stand-in data set: fields reconstructed from published tables, in the providers' layouts.

:func:`prepare` makes it. What it is and is not: the page `book/standin.md`.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from helpers import grid as grids
from helpers import standin_fields, standin_files, standin_products, standin_targets
from helpers.errors import InputError
from helpers.files import sha256_of
from helpers.standin_fields import YEARS, MemberAssumptions
from helpers.standin_targets import PRODUCTS

MANIFEST = "manifest.json"
RESIDUALS = "residuals.csv"
_CODE = (
    "constants", "geography", "grid", "masks", "reconstruction", "regrid/bands", "regrid/blocks",
    "regrid/fields", "regrid/kernel", "standin",
    "standin_fields", "standin_files", "standin_prior", "standin_products", "standin_targets",
    "timeaxis",
)  # fmt: skip

STATEMENTS: tuple[str, ...] = (
    "The published plus-minus, which the source never defines, is read as the sample standard "
    "deviation of five annual totals.",
    "The boundary is the national depiction; regions are the book's own polygons, counted by exact "
    "area.",
    "An ecosystem counts every 1 degree cell that China touches, whole, by its largest class.",
    "Which year is high or low is drawn at random: the order of the years is not real.",
    "Correlations between regions are those nearest to none that give the published national "
    "spread.",
    "Yearly departures of ecosystems follow from those of the regions, stretched to the published "
    "spread.",
    "A yearly departure is spread over the months like the uptake.",
    "The seasonal cycle is the same every year and has no published number behind it.",
    "Members differ from the mean by smooth random fields; only the mean is published.",
)
"""What was assumed, beyond the numbers in the assumptions of each product."""

BUILT_IN_CLAIMS: tuple[str, ...] = (
    "z24-gradient", "z24-beps-allsink", "z24-beps-ne-south", "z24-vegas-cities",
    "z24-vegas-ne-strong", "z24-oco2-east-sink", "z24-oco2-west-source",
    "z24-season-summer-peak", "z24-season-winter", "z24-season-winter-order",
    "z24-season-grow-order", "z24-season-s25-weak",
)  # fmt: skip
"""Statements of the study that guided the assumptions: the stand-in cannot test them."""


def constrained_claims(claims: dict[str, dict[str, str]]) -> list[str]:
    """Return the ids of the published numbers that the stand-in is made to carry."""
    targets = [standin_targets.read_targets(claims, product) for product in PRODUCTS]
    return [claim for t in targets for claim in (t.national_claim, *t.claims)]


def prepare(
    *,
    root: Path,
    out: Path,
    force: bool = False,
    report: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Make the stand-in data set, unless it is there and up to date.

    Parameters
    ----------
    root : Path
        Root of the book, with ``data/inputs`` and ``data/published/claims.csv``.
    out : Path
        Folder to make or replace. It is written beside and swapped in when complete.
    force : bool
        Make it again even if it is up to date.
    report : callable, optional
        Called with a short text at each step.

    Returns
    -------
    dict
        The manifest: inputs, assumptions, checks, and the sha256 of every file.

    Raises
    ------
    InputError
        If an input is missing, `out` holds something else, or a published total is missed.
    """
    say = report or (lambda text: None)
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(out.parent / f".{out.name}.lock"):
        _check_replaceable(out)
        for remnant in out.parent.glob(f".{out.name}-*"):  # of a run that was killed
            shutil.rmtree(remnant, ignore_errors=True)
        inputs = input_checksums(Path(root))
        present = None if force else _up_to_date(out, inputs)
        if present is not None:
            say("stand-in: up to date")
            return present
        temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            temporary.chmod(0o755)
            manifest = _make(Path(root), temporary, inputs=inputs, say=say)
            _swap(temporary, out)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return manifest


def _check_replaceable(out: Path) -> None:
    if out.exists() and not (out / standin_files.MARKER).is_file():
        raise InputError(
            "The folder for the stand-in holds something else.",
            file=out,
            found=f"no {standin_files.MARKER} in it",
            accepted="a new folder, or an earlier stand-in",
            fix="Choose another folder; nothing was changed.",
        )


def _swap(made: Path, out: Path) -> None:
    old = made.with_name(made.name + "-old")
    if out.exists():
        out.rename(old)
    made.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def input_checksums(root: Path) -> dict[str, str]:
    """Return the sha256 of everything the stand-in is made from, by path in the repository."""
    code = Path(__file__).parent
    files = {f"helpers/{name}.py": code / f"{name}.py" for name in _CODE}
    for path in sorted((root / "data" / "inputs").glob("*")):
        files[f"data/inputs/{path.name}"] = path
    claims = root / "data" / "published" / "claims.csv"
    if not claims.is_file():
        standin_targets.read_claims(claims)  # refuses with the reason
    files["data/published/claims.csv"] = claims
    return {name: sha256_of(path) for name, path in sorted(files.items())}


def _up_to_date(out: Path, inputs: dict[str, str]) -> dict[str, Any] | None:
    """Return the manifest in `out` if it was made from the same inputs and its files are whole."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        whole = manifest["inputs"] == inputs and all(
            sha256_of(out / name) == entry["sha256"] for name, entry in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return manifest if whole else None


def _make(
    root: Path, folder: Path, *, inputs: dict[str, str], say: Callable[[str], None]
) -> dict[str, Any]:
    claims = standin_targets.read_claims(root / "data" / "published" / "claims.csv")
    analysis = grids.analysis_grid()
    weights = standin_targets.scope_weights(analysis)
    rows: list[dict[str, Any]] = []
    products: dict[str, Any] = {}
    for product in PRODUCTS:
        say(f"stand-in: {product}")
        targets = standin_targets.read_targets(claims, product)
        fields = standin_fields.make_fields(
            product, targets=targets, weights=weights, grid=analysis
        )
        attained = standin_products.WRITERS[product](folder, fields, claims=claims)
        rows += standin_products.residual_rows(targets, attained.annual)
        products[product] = standin_products.description(fields, targets, attained=attained)
        if product == "beps":
            raster = fields.land
    standin_products.check(rows, products)
    members = standin_products.member_names(MemberAssumptions().count)
    entries = standin_files.catalog_entries(raster, members=members)
    standin_files.write_catalog(folder / "catalog.yml", entries)
    standin_files.write_marker(folder / standin_files.MARKER)
    (folder / RESIDUALS).write_text(_as_csv(rows), encoding="utf-8", newline="")
    manifest = {
        "title": "Stand-in data set of the China land carbon sink book",
        "notice": standin_files.NOTICE,
        "is_standin": True,
        "period": [YEARS[0], YEARS[-1]],
        "seed": standin_fields.SEED,
        "statements": list(STATEMENTS),
        "constrained_claims": constrained_claims(claims),
        "built_in_claims": list(BUILT_IN_CLAIMS),
        "products": products,
        "checks": rows,
        "inputs": inputs,
        "files": _listed(folder),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return manifest


def _as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _listed(folder: Path) -> dict[str, dict[str, Any]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        }
        for path in paths
    }
