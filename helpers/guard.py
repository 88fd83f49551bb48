"""What guards the numbers of the book: published, typed and computed ones, in one call each."""

from __future__ import annotations

from pathlib import Path

from helpers import prose, record, transcription
from helpers.runner import values_of


def check_sources(root: Path) -> None:
    """Refuse published numbers that are not those on record, and results typed into a page.

    Raises
    ------
    InputError
        As :func:`helpers.transcription.check_transcription` and
        :func:`helpers.prose.check_prose`.
    """
    transcription.check_transcription()
    prose.check_prose(root)


def check_results(root: Path, *, results_dir: Path) -> list[str]:
    """Refuse computed values that left their tolerance unannounced; tell of the announced ones.

    Only notebooks that were run with the book's own values are compared.

    Raises
    ------
    InputError
        As :func:`helpers.record.check_drift`.
    """
    own = record.books_own(root, values=values_of(root), results_dir=results_dir)
    drifts = record.check_drift(root, results_dir=results_dir, notebooks=own)
    lines = [f"announced change: {one.id}: {one.recorded} -> {one.found}" for one in drifts]
    return [*lines, "run sinkbook record to take these into the record"] if lines else []
