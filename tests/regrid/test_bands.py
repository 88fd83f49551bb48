"""Overlaps along one axis: by hand, at the poles, over the seam."""

import numpy as np
import pytest

from helpers.regrid import bands


def test_overlaps_by_hand():
    found = bands.overlaps(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.25, 2.5, 2.75]))
    assert found.pointers.tolist() == [0, 3, 4]
    assert found.columns.tolist() == [0, 1, 2, 2]
    assert found.lengths.tolist() == [0.75, 1.0, 0.5, 0.25]
    ranks = [(cells.tolist(), lengths.tolist()) for cells, lengths in found.ranks()]
    assert ranks == [([0, 2], [0.75, 0.25]), ([1, 0], [1.0, 0.0]), ([2, 0], [0.5, 0.0])]


def test_a_cell_met_from_both_sides_of_the_seam_counts_once_with_both_overlaps():
    # the cell 10..350 overlaps a target of the whole circle from 180 to 540 in two pieces
    found = bands.overlaps(np.array([10.0, 350.0]), np.array([180.0, 540.0]), period=360.0)
    assert found.columns.tolist() == [0]
    assert found.lengths.tolist() == [340.0]


def test_touching_edges_and_rounding_share_nothing():
    found = bands.overlaps(np.array([0.0, 1.0, 2.0]), np.array([1.0 - 1e-13, 2.0]))
    assert found.columns.tolist() == [1]
    empty = bands.overlaps(np.array([0.0, 1.0]), np.array([3.0, 4.0]))
    assert (empty.targets, empty.sources, empty.columns.size) == (1, 1, 0)
    assert list(empty.ranks()) == []


@pytest.mark.parametrize("rows", [3, 61, 2476])
def test_a_row_centred_on_a_pole_is_clipped_and_keeps_its_weight(rows):
    edges = bands.edges_from_centres(np.linspace(-90, 90, rows), limit=90.0)
    lat, lon = bands.bands_of(
        (edges, np.array([-180.0, 180.0])), (np.array([-90.0, 90.0]), np.array([-180.0, 180.0]))
    )
    assert lat.columns.tolist() == list(range(rows))
    assert lat.lengths.sum() == pytest.approx(2.0, rel=1e-14)
    assert lat.lengths[0] > 0
    assert lon.lengths.sum() == pytest.approx(2 * np.pi, rel=1e-15)
