"""Ranges on one axis: the numbers below it stay inside the figure."""

import pandas as pd
import pytest

from helpers import curves


@pytest.mark.parametrize("ends", [(-0.073, 0.676), (0.0, 0.6), (-0.49, 1.53), (-3.2, -1.0)])
def test_no_number_of_an_axis_is_cut_by_the_edge(ends):
    low, high = ends
    row = {"group": "all", "label": "a range", "value": (low + high) / 2, "is_open": False}
    frame = pd.DataFrame([{**row, "low": low, "high": high}])
    figure = curves.intervals(frame, title="T", x_label="x").figure
    figure.draw_without_rendering()
    (axes,) = figure.axes
    start, end = axes.get_xlim()
    assert start < min(low, 0.0)
    assert end > max(high, 0.0)
    shown = [tick for tick in axes.xaxis.get_major_ticks() if start <= tick.get_loc() <= end]
    boxes = [tick.label1.get_window_extent() for tick in shown]
    assert len(boxes) > 4
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= figure.bbox.x1
