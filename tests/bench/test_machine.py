"""What is said of the machine."""

from datetime import date

from helpers.bench import machine, programs


def test_a_machine_is_described_in_texts():
    about = machine.describe(rounds=5)
    assert date.fromisoformat(about["date"])
    assert about["rounds"] == "5"
    assert int(about["processors"]) >= 1
    assert float(about["memory_gb"]) > 0
    assert about["xarray"][0].isdigit()
    assert all(isinstance(value, str) for value in about.values())


def test_the_processor_is_read_or_unknown(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nmodel name : Abacus 2\n")
    assert machine.processor(info) == "Abacus 2"
    monkeypatch.setattr(machine.platform, "processor", lambda: "")
    assert machine.processor(tmp_path / "none") == "unknown"


def test_what_is_not_there_is_said(monkeypatch):
    monkeypatch.setattr(programs, "cdo", lambda: None)
    assert machine.cdo_version() == "not installed"
    assert machine._version("no-such-package") == "not installed"
    monkeypatch.setattr(machine.os, "sysconf", lambda name: int("x"))
    assert machine.memory() == "unknown"
