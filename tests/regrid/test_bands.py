"""Overlaps along one axis: by hand, at the poles, over the seam."""

import numpy as np
import pytest

from helpers.errors import InputError
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


def test_edges_by_hand():
    assert bands.edges_from_centres(np.array([0.5, 1.5, 2.5])).tolist() == [0.0, 1.0, 2.0, 3.0]
    assert bands.edges_from_centres(np.array([2.5, 1.5, 0.5])).tolist() == [3.0, 2.0, 1.0, 0.0]
    clipped = bands.edges_from_centres(np.array([-89.5, 0.0, 89.5]), limit=90.0)
    assert clipped.tolist() == [-90.0, -44.75, 44.75, 90.0]


def test_how_unequal_the_steps_may_be():
    almost = np.array([0.0, 1.0, 2.0, 3.0])
    almost[1] += 9e-4
    assert bands.edges_from_centres(almost).size == 5
    with pytest.raises(InputError, match="not equally spaced"):
        bands.edges_from_centres(almost, tolerance=8e-4)
    almost[1] += 3e-4
    for centres in (almost, almost[::-1], [1.0, 1.0, 1.0], [0.0, np.nan, 2.0], [np.nan, 1.0, 2.0]):
        with pytest.raises(
            InputError, match=r"not equally spaced\.\n  where: centres of the cells"
        ):
            bands.edges_from_centres(np.array(centres))
    assert bands.edges_from_centres(almost, tolerance=2e-3).size == 5
    for centres in ([[0.0, 1.0], [2.0, 3.0]], [0.0]):
        with pytest.raises(
            InputError, match=r"at least two cells .*\n  where: centres of the cells"
        ):
            bands.edges_from_centres(np.array(centres))


def test_longitudes_go_round_and_latitudes_are_counted_in_sines():
    world = np.array([-90.0, 0.0, 90.0]), np.array([0.0, 90.0, 180.0, 270.0, 360.0])
    lat, lon = bands.bands_of(world, (np.array([0.0, 30.0]), np.array([-180.0, -45.0])))
    assert lat.columns.tolist() == [1]
    assert lat.lengths.tolist() == pytest.approx([0.5])
    assert lon.columns.tolist() == [2, 3]
    assert lon.lengths.tolist() == pytest.approx([np.pi / 2, np.pi / 4])
    assert (lon.sources, lon.targets, lon.columns.dtype, lon.pointers.dtype) == (4, 1, "i8", "i8")


@pytest.mark.parametrize("turn", [-720.0, -360.0, 0.0, 360.0, 720.0])
def test_a_turn_of_either_grid_changes_no_overlap(turn):
    source, target = np.linspace(0, 360, 10), np.linspace(-180, 180, 8)
    expected = bands.overlaps(source, target, period=360.0)
    found = bands.overlaps(source + turn, target, period=360.0)
    assert found.columns.tolist() == expected.columns.tolist()
    np.testing.assert_allclose(found.lengths, expected.lengths, atol=1e-12)
    np.testing.assert_allclose(
        np.add.reduceat(expected.lengths, expected.pointers[:-1]), np.diff(target), atol=1e-12
    )


def test_a_share_is_dropped_only_where_it_is_rounding():
    source = np.array([0.0, 1.0, 2.0])
    kept = bands.overlaps(source, np.array([1.0 - 2e-9, 2.0]))
    assert kept.columns.tolist() == [0, 1]
    dropped = bands.overlaps(source, np.array([1.0 - 5e-10, 2.0]))
    assert dropped.columns.tolist() == [1]
    assert bands.overlaps(source * 1e-6, np.array([1e-6 - 5e-15, 2e-6])).columns.tolist() == [0, 1]
