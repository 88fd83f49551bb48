"""Regridding straight from a plain file: read, inflate and add in threads, in bounded memory.

Each thread works on one layer, or on the layers that share their chunks. Layers in one piece are
read in blocks of rows that stay in the processor's cache. The modules that take long to import are
imported while the first chunks are inflated.
"""

from __future__ import annotations

import importlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.regrid.bands import Bands
from helpers.regrid.steps import Group, Steps
from helpers.regrid.threads import thread_count
from helpers.regrid.window import Window

CHUNK_BYTES = 200 << 20
"""Inflated chunks that are held at a time."""

MOST_AHEAD = 4
"""Units of chunks that are worked on at a time, if memory allows it."""

Pair = tuple[np.ndarray, np.ndarray]
"""Weighted sum and covered weight of one layer, as :func:`helpers.regrid.blocks.sums`."""


def stream(steps: Steps, lat: Bands, *, lon: Bands, threads: int | None = None) -> Iterator[Pair]:
    """Yield the weighted sum and the covered weight of each layer, in order.

    Parameters
    ----------
    steps : Steps
        The layers of a plain variable.
    lat, lon : Bands
        From the rows and columns of `steps` to the target.
    threads : int, optional
        Layers at a time; one per processor unless given.
    """
    threads = threads or thread_count()
    if not (lat.columns.size and lon.columns.size):
        nothing = np.zeros((lat.targets, lon.targets))
        yield from ((nothing, nothing) for _ in range(steps.size))
        return
    handle = steps.open()
    try:
        with ThreadPoolExecutor(1) as importer:
            kernel = importer.submit(importlib.import_module, "helpers.regrid.kernel")
            importer.submit(importlib.import_module, "xarray")
            adder = _Adder(steps, lat, lon, handle, kernel)
            job: Callable[[list[int]], list[Pair]] = adder.rows
            if steps.stored.offset is None:
                rows, columns = steps.spans(lat, lon)
                view = Window.over(steps, rows, columns=columns)
                threads = max(threads, min(MOST_AHEAD, CHUNK_BYTES // view.size))
                job = lambda numbers: adder.chunks(numbers, view)  # noqa: E731
            yield from _in_order(job, steps.units(), threads=threads)
    finally:
        os.close(handle)


def _in_order(
    job: Callable[[list[int]], list[Pair]], units: Iterator[list[int]], *, threads: int
) -> Iterator[Pair]:
    """Run a job for every unit, a few at a time, and yield their pairs in order."""
    waiting: deque[Future[list[Pair]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for numbers in units:
                waiting.append(pool.submit(job, numbers))
                if len(waiting) > 2 * threads:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


@dataclass
class _Adder:
    """The jobs that the threads do for one variable."""

    steps: Steps
    lat: Bands
    lon: Bands
    handle: int
    kernel: Future[Any]
    groups: list[Group] = field(init=False)
    columns: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.groups = self.steps.groups(self.lat)
        self.columns = self.steps.columns[self.lon.columns]

    def rows(self, numbers: list[int]) -> list[Pair]:
        """Return the sums of layers of a variable in one piece."""

        def block(number: int, group: Group) -> np.ndarray:
            rows = {"first": group.first, "last": group.last}
            return self.steps.read_rows(self.handle, number, **rows)

        self.kernel.result()
        return [self._layer(number, block, first_column=0) for number in numbers]

    def chunks(self, numbers: list[int], view: Window) -> list[Pair]:
        """Return the sums of the layers that share their chunks."""
        chunks = view.load(self.handle, numbers[0])
        kernel = self.kernel.result()

        def block(number: int, group: Group) -> np.ndarray:
            rows = {"first": group.first, "last": group.last}
            return view.block(chunks, number, kernel=kernel, **rows)

        return [self._layer(number, block, first_column=view.first_column) for number in numbers]

    def _layer(
        self, number: int, block_of: Callable[[int, Group], np.ndarray], *, first_column: int
    ) -> Pair:
        shape = (self.lat.targets, self.lon.targets)
        totals, covered = np.zeros(shape), np.zeros(shape)
        kernel = self.kernel.result()
        for group in self.groups:
            values, fills = self.steps.decoding.unpack(block_of(number, group))
            kernel.add_rows(
                values, group.pointers, group.rows, group.heights,
                self.lon.pointers, self.columns - first_column, self.lon.lengths,
                fills, totals[group.targets], covered[group.targets],
            )  # fmt: skip
        return totals, covered
