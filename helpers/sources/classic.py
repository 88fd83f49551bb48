"""The size a NetCDF 3 file should have.

The C library reads zeros beyond the end of a truncated classic file and reports no error. A zero
flux is a wrong answer that nothing later can notice, so the size is checked from the header first.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import BinaryIO

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}
_STREAMING = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)


def expected_size(path: Path) -> int:
    """Return the least number of bytes of a complete NetCDF 3 file (CDF-1, CDF-2 or CDF-5).

    Parameters
    ----------
    path : Path
        A file that starts with ``CDF``.

    Raises
    ------
    EOFError
        If the file ends within its header.
    ValueError
        If the header is not that of NetCDF 3.

    References
    ----------
    The NetCDF classic format specification, Unidata.
    """
    with path.open("rb") as stream:
        return _Header(stream).size()


class _Header:
    """A NetCDF 3 header, read from front to back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        version = self._bytes(4)[3]
        self._count_width = 8 if version == 5 else 4
        self._offset_width = 4 if version == 1 else 8

    def size(self) -> int:
        records = self._count()
        lengths = [self._dimension() for _ in range(self._list())]
        self._skip_attributes()
        fixed, record = [self._stream.tell()], []
        for _ in range(self._list()):
            begin, dimensions, width = self._variable(lengths)
            if dimensions and lengths[dimensions[0]] == 0:
                record.append((begin, width * math.prod(lengths[d] for d in dimensions[1:])))
            else:
                fixed.append(begin + width * math.prod(lengths[d] for d in dimensions))
        if not record or records == 0 or records in _STREAMING:
            return max(fixed)
        # records interleave all record variables, each padded to 4 bytes unless it is alone
        step = record[0][1] if len(record) == 1 else sum(-(-n // 4) * 4 for _, n in record)
        return max(*fixed, *(begin + (records - 1) * step + n for begin, n in record))

    def _dimension(self) -> int:
        self._name()
        return self._count()

    def _variable(self, lengths: list[int]) -> tuple[int, list[int], int]:
        self._name()
        dimensions = [self._count() for _ in range(self._count())]
        self._skip_attributes()
        kind = self._integer(4)
        self._count()  # vsize: redundant, and undefined for large variables
        if kind not in _TYPE_BYTES or any(d >= len(lengths) for d in dimensions):
            raise ValueError("not a NetCDF 3 header")
        return self._integer(self._offset_width), dimensions, _TYPE_BYTES[kind]

    def _skip_attributes(self) -> None:
        for _ in range(self._list()):
            self._name()
            kind = self._integer(4)
            if kind not in _TYPE_BYTES:
                raise ValueError("not a NetCDF 3 header")
            self._bytes(-(-self._count() * _TYPE_BYTES[kind] // 4) * 4)

    def _list(self) -> int:
        """Read a tag and return the length of the list that follows."""
        self._integer(4)
        return self._count()

    def _name(self) -> None:
        self._bytes(-(-self._count() // 4) * 4)

    def _count(self) -> int:
        return self._integer(self._count_width)

    def _integer(self, width: int) -> int:
        return int.from_bytes(self._bytes(width), "big")

    def _bytes(self, number: int) -> bytes:
        if number > 100_000_000:
            raise ValueError("not a NetCDF 3 header")
        data = self._stream.read(number)
        if len(data) < number:
            raise EOFError("the file ends within its header")
        return data
