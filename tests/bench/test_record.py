"""The record: what is written is read back; a benchmark that is not there cannot be accepted."""

import pytest

from helpers.bench import record, summary
from helpers.errors import InputError


def test_what_is_written_is_read_back_and_accepted(tmp_path, runs, machine):
    rows = summary.summarise(runs)
    path = record.write(tmp_path / "bench", rows=rows, runs=runs, machine=machine)
    back, about = record.read(path.parent)
    assert about == machine
    assert [(r.measure, r.name, r.size, r.n, r.limit, r.met) for r in back] == [
        (r.measure, r.name, r.size, r.n, r.limit, r.met) for r in rows
    ]
    assert all(b.value == pytest.approx(r.value, rel=1e-3) for b, r in zip(back, rows, strict=True))
    accepted = record.accept(tmp_path / "bench", root=tmp_path)
    assert record.read(accepted.parent)[1] == machine
    assert (accepted.parent / record.RUNS).read_text().count("ours,24") == 3


def test_nothing_is_accepted_before_a_run(tmp_path):
    with pytest.raises(InputError, match="There is no benchmark"):
        record.accept(tmp_path, root=tmp_path)


def test_the_record_of_the_book_can_be_read(root):
    if not (root / record.RECORD / record.RESULTS).is_file():
        pytest.skip("no benchmark has been accepted: make bench, then sinkbook bench --accept")
    rows, machine = record.read(root / record.RECORD)
    assert {"target", "seconds", "slope", "peak_mb"} <= {row.measure for row in rows}
    assert machine["date"]
