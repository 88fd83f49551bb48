"""A product as it would be added: what was found, what was answered, what it comes to."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.adding import entry, guesses, inspection, layout
from helpers.adding.guesses import Guess
from helpers.adding.trial import BOOK_YEARS, Trial, try_product
from helpers.budget import MAX_GAP
from helpers.catalog import Product
from helpers.errors import InputError


@dataclass(frozen=True)
class Proposal:
    """Everything known of a product before it is tried.

    Attributes
    ----------
    key, title : str
    data_dir : Path
    layout : layout.Layout
    found : inspection.Inspection
        Of its first file.
    guesses : mapping of str to Guess
        By the names of :data:`guesses.QUESTIONS`.
    years : tuple of int
        Years that can be tried.
    label : str or None
        Where time stamps lie.
    """

    key: str
    title: str
    data_dir: Path
    layout: layout.Layout
    found: inspection.Inspection
    guesses: Mapping[str, Guess]
    years: tuple[int, int]
    label: str | None

    @property
    def open_questions(self) -> list[str]:
        """Names of the questions whose answer must not be taken from a guess."""
        return [name for name, guess in self.guesses.items() if not guess.is_certain]

    def lines(self) -> list[str]:
        """Return the proposal as lines for a terminal: property, value, evidence."""
        found = self.found
        others = [name for name in found.candidates if name != found.variable]
        rows = [
            ("files", self.layout.name, self.layout.evidence),
            ("variable", found.variable,
             "also there: " + ", ".join(others) if others else "the only gridded one"),
            ("grid", found.grid, "coordinates of the file"),
            ("time", found.period, "time axis of the file"),
        ]  # fmt: skip
        if found.member_dimension is not None:
            rows.append(("members", str(found.members), f"dimension {found.member_dimension!r}"))
        for name, guess in self.guesses.items():
            mark = "" if guess.is_certain else "? "
            rows.append((name, mark + (guess.value or "unknown"), guess.evidence))
        return [f"  {name:<11} {value}  [{evidence}]" for name, value, evidence in rows]


def propose(
    key: str,
    files: Sequence[str],
    *,
    data_dir: Path,
    given: Mapping[str, str | None],
    title: str | None = None,
    variable: str | None = None,
    label: str | None = None,
) -> Proposal:
    """Look at the files of a product and say what can be known of it.

    Parameters
    ----------
    key : str
        Name of the product in the catalog.
    files : sequence of str
        As on a command line.
    data_dir : Path
        Folder of the catalog to add to.
    given : mapping
        Answers of the caller by the names of :data:`guesses.QUESTIONS`, None where there is none.
    title : str, optional
        Name shown in figures; the key unless given.
    variable : str, optional
        Needed where more than one can be meant.
    label : {"within", "end"}, optional
        Where time stamps lie.

    Raises
    ------
    InputError
        If name, files, variable, grid or time cannot be used.
    """
    entry.check_key(key)
    placed = layout.find_layout(files)
    looked = [
        inspection.inspect(
            path, variable=variable, label=label, named=inspection.named_months(path, placed.name)
        )
        for path in placed.files[: 1 if "{year}" in placed.name else None]
    ]
    _check_members(looked, placed)
    return Proposal(
        key=key,
        title=title or key,
        data_dir=data_dir,
        layout=placed,
        found=looked[0],
        guesses=guesses.guess_all(looked[0], given),
        years=_years(looked[0], placed),
        label=label,
    )


def answered(proposal: Proposal, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to every question: certain guesses, and `answers` for the others.

    Raises
    ------
    InputError
        If one is still open.
    """
    known = {name: g.value for name, g in proposal.guesses.items() if g.is_certain}
    merged = {**known, **{n: guesses.check_answer(n, a) for n, a in answers.items()}}
    return {name: str(merged[name]) for name in guesses.QUESTIONS}


def refusal(proposal: Proposal, words: Sequence[str]) -> InputError:
    """Return the error for questions that cannot be asked, with the command line to use.

    Parameters
    ----------
    proposal : Proposal
    words : sequence of str
        The command as it was given, without the program's name.
    """
    missing = []
    for name in proposal.open_questions:
        value = proposal.guesses[name].value
        missing += [guesses.OPTIONS[name], value or name.upper()]
    command = shlex.join(["sinkbook", *words, *missing, "--yes"])
    told = "; ".join(
        f"{guesses.OPTIONS[name]}: {proposal.guesses[name].evidence}"
        for name in proposal.open_questions
    )
    return InputError(
        "Not everything is known of the product, and there is nobody to ask.",
        where=", ".join(proposal.open_questions),
        found=told,
        accepted="; ".join(
            f"{guesses.OPTIONS[name]}: " + (" or ".join(guesses.CHOICES.get(name, ())) or
                                            "unit with C or CO2, such as 'kg C m-2 s-1'")
            for name in proposal.open_questions
        ),
        fix=f"check each value, then run\n  {command}",
    )  # fmt: skip


def product_of(
    proposal: Proposal, answers: dict[str, str], *, allow_partial: bool, files: str
) -> tuple[dict[str, Any], Product]:
    """Return the entry of a proposal as its fields and as a product."""
    fields = entry.make_entry(
        proposal.found, answers, files=files, title=proposal.title, label=proposal.label,
        allow_partial=allow_partial,
    )  # fmt: skip
    return fields, Product.model_validate({"key": proposal.key, **fields})


def tried(proposal: Proposal, answers: dict[str, str], *, allow_partial: bool) -> Trial:
    """Return what the product comes to, read from exactly the files that were named.

    Raises
    ------
    InputError
        If the files are refused, or leave part of China out and that is not allowed.
    """
    _, product = product_of(
        proposal, answers, allow_partial=allow_partial, files=proposal.layout.name
    )
    with layout.alone(proposal.layout) as folder:
        trial = try_product(product, data_dir=folder, years=proposal.years)
    if trial.missing > MAX_GAP and not allow_partial:
        raise InputError(
            "The product leaves part of China without data.",
            file=proposal.layout.files[0],
            where=proposal.found.variable,
            found="; ".join(filter(None, (f"{trial.missing:.1%} of China missing", trial.notices))),
            accepted=f"at most {MAX_GAP:.1%}",
            fix="Add --allow-partial to count that part as zero; the title will say so.",
        )
    return trial


def trial_lines(trial: Trial) -> list[str]:
    """Return what a product comes to as lines for a terminal."""
    years = ", ".join(f"{year}: {value:.3f}" for year, value in trial.annual.items())
    lines = [
        f"  China, uptake positive  {trial.mean:.3f} Pg C yr-1 ({years})",
        f"  map of the mean         {trial.lowest:.0f} to {trial.highest:.0f} g C m-2 yr-1",
    ]
    if trial.january is None or trial.july is None:
        lines.append("  January and July        none: the values are yearly, so pages on seasons "
                     "will leave the product out")  # fmt: skip
    else:
        lines.append(
            f"  January, July           {trial.january:.3f} and {trial.july:.3f} Pg C yr-1"
        )
    if trial.missing > 0:
        lines.append(f"  without data            {trial.missing:.2%} of China")
    if trial.members:
        lines.append(f"  members                 {len(trial.members)}: "
                     + ", ".join(trial.members[:5]))  # fmt: skip
    return lines + ([f"  notice: {trial.notices}"] if trial.notices else [])


def period_doubt(proposal: Proposal) -> str | None:
    """Return a warning where the product lacks years of the book's own runs, else None."""
    first, last = proposal.years
    if (first, last) == BOOK_YEARS:
        return None
    return (
        f"The product lacks part of {BOOK_YEARS[0]}-{BOOK_YEARS[1]}: run the book with "
        f"start_year {first} and end_year {last}, or it will be refused."
    )


def _check_members(looked: Sequence[inspection.Inspection], placed: layout.Layout) -> None:
    """Refuse files that follow one another in time but look like members by their names."""
    periods = {(one.start_year, one.end_year) for one in looked}
    if len(looked) > 1 and len(periods) > 1:
        raise InputError(
            "The files cover different years, and their names give no single year.",
            file=placed.files[0].parent,
            found=", ".join(f"{p.name}: {one.period}" for p, one in
                            zip(placed.files[:3], looked[:3], strict=False)),
            accepted="members of the same years; or one file a year, nep_2015.nc",
            fix="Join the files along time (ncrcat, cdo mergetime), each member for itself.",
        )  # fmt: skip


def _years(found: inspection.Inspection, placed: layout.Layout) -> tuple[int, int]:
    """Return the years to try: those of the book if they are there, else the last five."""
    first, last = found.start_year, found.end_year
    if "{year}" in placed.name:
        named = [inspection.named_months(path, placed.name) for path in placed.files]
        years = sorted({int(months[0].year) for months in named if months is not None})
        first, last = years[0], years[-1]
    if first is None or last is None:
        raise InputError(
            "The product holds no whole year.",
            file=placed.files[0],
            where="time",
            found=found.period,
            accepted="every month, or the value, of at least one year",
            fix="Complete the file, or put {year} into the names of the files.",
        )
    low, high = max(first, BOOK_YEARS[0]), min(last, BOOK_YEARS[1])
    return (low, high) if low <= high else (max(first, last - 4), last)
