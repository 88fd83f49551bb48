"""The commands for courses."""

from typer.testing import CliRunner

from helpers.cli import app


def test_worksheets_are_written_to_a_folder(tmp_path):
    done = CliRunner().invoke(app, ["worksheets", str(tmp_path / "course")])
    assert done.exit_code == 0
    written = sorted((tmp_path / "course").rglob("*.ipynb"))
    assert [str(path) for path in written] == sorted(done.stdout.split())
    assert tmp_path / "course" / "national_sink.ipynb" in written
    assert tmp_path / "course" / "labs" / "policy_brief.ipynb" in written
