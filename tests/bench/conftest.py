"""Made-up runs whose ratios and slopes can be seen."""

import json

import pytest

from helpers.bench.process import Run


def run(seconds, peak=100.0, output=""):
    return Run(seconds, 2 * seconds, peak, output)


@pytest.fixture
def runs():
    """Return ours at 10 ms a month, CDO at five times that, and a steady long run."""
    result = {}
    for months, seconds in ((12, 1.0), (24, 1.12), (48, 1.36)):
        result["ours", months] = [run(seconds), run(2 * seconds), run(seconds)]
        result["cdo-ready", months] = [run(5 * seconds), run(10 * seconds), run(4 * seconds)]
    result["cdo-remapcon", 24] = [run(11.2), run(22.4)]
    result["xarray-regrid", 24] = [run(1.12)]
    years = json.dumps([9.0] + [1.0] * 37 + [30.0])
    result["long", 468] = [run(40.0, peak=1200.0, output=years)]
    result["members", 1] = [run(1.0)]
    result["members", 2] = [run(1.5)]
    result["workers", 1] = [run(7.6, output="1.5"), run(7.4, output="1.3")]
    result["workers", 2] = [run(6.2, output="0.75"), run(6.4, output="0.85")]
    return result


MACHINE = {
    "date": "2024-05-06", "rounds": "3", "processor": "Abacus", "processors": "2",
    "memory_gb": "8", "load_before": "0.1", "system": "Linux x86_64", "python": "3.11.7",
    "numpy": "2.1", "cdo": "2.1.1",
}  # fmt: skip


@pytest.fixture
def machine():
    """Return the description of a machine."""
    return dict(MACHINE)
