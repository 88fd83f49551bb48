"""Blocks of rows out of chunks: which chunks a request needs, and putting them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.regrid.steps import Steps

Chunks = dict[tuple[int, int], bytes | bytearray | None]
"""Inflated chunks of a unit of layers, by their row and column among the chunks."""


@dataclass(frozen=True)
class Window:
    """The chunks of a layer in which everything needed lies.

    Attributes
    ----------
    steps : Steps
        The layers.
    down, across : range
        Numbers of the chunks along latitude and longitude.
    """

    steps: Steps
    down: range
    across: range

    @classmethod
    def over(cls, steps: Steps, rows: slice, *, columns: slice) -> Window:
        """Return the window over rows and columns of the file."""
        height, width = steps.stored.chunk_shape[-2:]
        down = range(rows.start // height, -(-rows.stop // height))
        return cls(steps, down, range(columns.start // width, -(-columns.stop // width)))

    @property
    def first_column(self) -> int:
        """Return the column of the file with which every block begins."""
        return self.across.start * self.steps.stored.chunk_shape[-1]

    @property
    def size(self) -> int:
        """Return the bytes of the inflated chunks of a unit."""
        return len(self.down) * len(self.across) * self.steps.stored.chunk_bytes

    def load(self, handle: int, number: int) -> Chunks:
        """Return the inflated chunks of a layer, which are those of its whole unit."""
        lengths = self.steps.stored.chunk_shape[:-2]
        position = self.steps.positions[number]
        place = tuple(p // n for p, n in zip(position, lengths, strict=True))
        return {
            (row, column): self.steps.stored.read_chunk(handle, (*place, row, column))
            for row in self.down
            for column in self.across
        }

    def block(
        self, chunks: Chunks, number: int, *, first: int, last: int, kernel: Any
    ) -> np.ndarray:
        """Return rows of a layer as stored, in the byte order of this machine.

        Parameters
        ----------
        chunks : dict
            From :meth:`load`.
        number : int
            The layer.
        first, last : int
            Rows of the file, `last` excluded.
        kernel : module
            :mod:`helpers.regrid.kernel`, which takes long to import.
        """
        stored = self.steps.stored
        lengths, (height, width) = stored.chunk_shape[:-2], stored.chunk_shape[-2:]
        inside = tuple(p % n for p, n in zip(self.steps.positions[number], lengths, strict=True))
        layer = int(np.ravel_multi_index(inside, lengths)) if lengths else 0
        block = np.empty((last - first, len(self.across) * width), stored.dtype)
        for (row, column), raw in chunks.items():
            low, high = max(first, row * height), min(last, (row + 1) * height)
            if low >= high:
                continue
            left = (column - self.across.start) * width
            part = block[low - first : high - first, left : left + width]
            start = (layer * height + low - row * height) * width
            if raw is None:
                part[:] = stored.fill
            elif stored.is_shuffled and stored.dtype.itemsize > 1:
                unsigned = part.view(f"u{stored.dtype.itemsize}")
                kernel.unshuffle(np.frombuffer(raw, np.uint8), start, unsigned)
            else:
                values = np.frombuffer(raw, stored.dtype)
                part[:] = values[start : start + part.size].reshape(part.shape)
        return block.astype(stored.native, copy=False)
