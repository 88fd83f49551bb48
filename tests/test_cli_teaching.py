"""The commands for courses."""

from typer.testing import CliRunner

from helpers.cli import app


def test_worksheets_are_written_to_a_folder(tmp_path):
    done = CliRunner().invoke(app, ["worksheets", str(tmp_path / "course")])
    assert done.exit_code == 0
    written = sorted((tmp_path / "course").glob("*.ipynb"))
    assert [str(path) for path in written] == done.stdout.split()
    assert "national_sink.ipynb" in {path.name for path in written}
