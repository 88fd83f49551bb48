"""Results of a run are told from those of an earlier one without trust in a clock."""

import os

import pytest

from helpers import stamp
from helpers.files import write_text


@pytest.mark.parametrize("written", [1.0, 4e9])
def test_what_a_run_wrote_stays_and_what_it_no_longer_writes_goes(tmp_path, written):
    for name in ("sink.csv", "figures/sink-map.csv", "figures/other-map.csv"):
        write_text(tmp_path / name, "old")
    old = stamp.states_of("sink", results_dir=tmp_path)
    assert set(old) == {"sink.csv", "figures/sink-map.csv"}
    new = write_text(tmp_path / "sink.csv", "old")
    os.utime(new, (written, written))  # a file system whose clock is far behind, or ahead
    stamp.remove_results("sink", results_dir=tmp_path, old=old)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")}
    assert left == {"sink.csv", "figures/other-map.csv"}
    stamp.remove_results("sink", results_dir=tmp_path)
    assert not new.exists()
