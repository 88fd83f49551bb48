"""How many layers are worked on at a time, and that they come in order."""

import time

import numpy as np
import pytest
import xarray as xr

from helpers.regrid import bands, plain, steps, stream


@pytest.fixture
def pools(monkeypatch):
    """Return the sizes of the pools of threads that are made."""
    sizes = []
    real = stream.ThreadPoolExecutor
    monkeypatch.setattr(stream, "ThreadPoolExecutor", lambda n: sizes.append(n) or real(n))
    monkeypatch.setattr(stream, "thread_count", lambda: 3)
    return sizes


def layers(path, **encoding):
    """Write a small field, and return its layers with the overlaps with a coarser grid."""
    values = np.random.default_rng(0).normal(size=(9, 6, 8))
    data = xr.DataArray(values, dims=("time", "lat", "lon"), name="nep")
    data.to_netcdf(path, encoding={"nep": {"_FillValue": None, **encoding}})
    stored = plain.stored(path, "nep")
    found = steps.Steps(
        stored, steps.decoding_of({}, stored), (np.arange(9),), np.arange(6), np.arange(8)
    )
    lat = bands.overlaps(np.arange(7.0), np.array([0.0, 2.0, 6.0]))
    lon = bands.overlaps(np.arange(9.0), np.array([0.0, 4.0, 8.0]))
    columns = values.reshape(9, 6, 2, 4).sum(3)
    expected = np.stack([columns[:, :2].sum(1), columns[:, 2:].sum(1)], axis=1)
    return found, lat, lon, expected


@pytest.mark.parametrize("threads", [None, 1, 6])
def test_a_file_in_one_piece_gets_as_many_threads_as_are_asked_for(tmp_path, pools, threads):
    found, lat, lon, expected = layers(tmp_path / "in.nc", contiguous=True)
    pairs = list(stream.stream(found, lat, lon=lon, threads=threads))
    np.testing.assert_allclose([total for total, _ in pairs], expected)
    assert all(cover.tolist() == [[8.0, 8.0], [16.0, 16.0]] for _, cover in pairs)
    assert pools == [1, threads or 3]


@pytest.mark.parametrize(
    ("held", "threads", "workers"), [(100, 1, 4), (100, 6, 6), (3, 1, 3), (3, None, 3), (0, 2, 2)]
)
def test_chunks_are_worked_on_ahead_as_memory_allows(
    tmp_path, pools, monkeypatch, held, threads, workers
):
    found, lat, lon, expected = layers(tmp_path / "in.nc", zlib=True, chunksizes=(2, 3, 5))
    unit = 2 * 2 * 2 * 3 * 5 * 8  # two by two chunks of two layers
    monkeypatch.setattr(stream, "CHUNK_BYTES", held * unit)
    pairs = list(stream.stream(found, lat, lon=lon, threads=threads))
    np.testing.assert_allclose([total for total, _ in pairs], expected)
    assert pools == [1, workers]


def test_without_overlap_nothing_is_read(tmp_path, monkeypatch):
    found, lat, lon, _ = layers(tmp_path / "in.nc", contiguous=True)
    nowhere = bands.overlaps(np.arange(9.0), np.array([20.0, 21.0, 22.0, 23.0]))
    monkeypatch.setattr(steps.Steps, "open", None)
    pairs = list(stream.stream(found, lat, lon=nowhere))
    assert len(pairs) == 9
    for total, cover in pairs:
        assert total.shape == cover.shape == (2, 3)
        assert not total.any()
        assert not cover.any()
    nowhere = bands.overlaps(np.arange(7.0), np.array([20.0, 21.0]))
    assert next(stream.stream(found, nowhere, lon=lon))[0].shape == (1, 2)


@pytest.mark.parametrize("threads", [1, 2])
def test_results_come_in_order_and_few_are_held(threads):
    taken = []

    def units():
        for number in range(12):
            taken.append(number)
            yield [number, -number]

    def job(numbers):
        time.sleep(0.002 * (numbers[0] % 3))
        return list(numbers)

    results = stream._in_order(job, units(), threads=threads)
    assert next(results) == 0
    assert len(taken) == 2 * threads + 1
    assert list(results) == [sign * n for n in range(12) for sign in (1, -1)][1:]


def test_what_waits_is_given_up_when_a_job_fails():
    started = []

    def job(numbers):
        started.append(numbers[0])
        if numbers == [0]:
            time.sleep(0.05)
            raise OSError("a damaged chunk")
        time.sleep(0.05)
        return numbers

    with pytest.raises(OSError, match="a damaged chunk"):
        list(stream._in_order(job, iter([[n] for n in range(9)]), threads=1))
    assert len(started) <= 2
