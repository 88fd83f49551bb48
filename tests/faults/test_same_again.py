"""The same inputs give the same bytes: made twice, with one worker and with two."""

import sys

import pytest

from helpers.reproduce import elsewhere

NOTEBOOKS = ("cropland_soc", "masks", "national_sink")


@pytest.mark.slow
def test_two_runs_with_other_numbers_of_workers_give_the_same_bytes(root, tmp_path):
    books = [elsewhere.linked_book(tmp_path / f"book-{workers}", root=root) for workers in (1, 2)]
    for workers, book in enumerate(books, start=1):
        elsewhere.run_report(sys.executable, book, notebooks=NOTEBOOKS, workers=workers)
    found = elsewhere.compare(*books)
    assert found.tables > len(NOTEBOOKS)
    assert found.unlike == ()
    assert found.moved == ()
