"""The programs that are measured, as a user would write them."""

from __future__ import annotations

import shutil
import sys

from helpers.bench.inputs import VARIABLE

OURS = f"""
import sys
from helpers.regrid import conservative_file
result = conservative_file(sys.argv[1:], 1.0, variable="{VARIABLE}")
print(float(result["{VARIABLE}"].sum()))
"""
"""From files to a global grid of one degree."""

IMPORTS = """
import h5py
import xarray
import helpers.regrid.kernel
import numba.np.linalg
"""
"""What ours imports, and nothing else: the compiler's library with all that a call of it loads."""

XARRAY_OBJECT = f"""
import sys
import xarray as xr
from helpers.grid import regular_grid
from helpers.regrid import conservative
data = xr.open_dataset(sys.argv[1])["{VARIABLE}"]
result = conservative(data, regular_grid(1.0, box=(-180.0, 180.0, -90.0, 90.0)))
print(float(result.sum()))
"""
"""The same from an opened xarray object."""

H5PY_READ = f"""
import sys
import h5py
import numpy as np
with h5py.File(sys.argv[1]) as file:
    data = file["{VARIABLE}"]
    month = np.empty(data.shape[1:], data.dtype)
    for number in range(data.shape[0]):
        data.read_direct(month, np.s_[number])
print(month.size)
"""
"""Reading the same bytes, a month at a time, and nothing else."""


def _inflate(library: str, call: str, *, size: str) -> str:
    return f"""
import os
import sys
import {library}
from concurrent.futures import ThreadPoolExecutor
import h5py
places = []
with h5py.File(sys.argv[1]) as file:
    data = file["{VARIABLE}"]
    size = data.dtype.itemsize * data.chunks[0] * data.chunks[1] * data.chunks[2]
    data.id.chunk_iter(lambda chunk: places.append((chunk.byte_offset, chunk.size)))
handle = os.open(sys.argv[1], os.O_RDONLY)
def inflate(place):
    return len({call}(os.pread(handle, place[1], place[0]), {size}=size))
with ThreadPoolExecutor(os.cpu_count()) as pool:
    print(sum(pool.map(inflate, places)))
"""


INFLATE = _inflate("zlib", "zlib.decompress", size="bufsize")
"""Decompressing all chunks in as many threads as there are processors, and nothing else."""

INFLATE_FAST = _inflate("deflate", "deflate.zlib_decompress", size="originalsize")
"""The same with libdeflate, the library that ours uses."""

XARRAY_REGRID = f"""
import sys
import numpy as np
import xarray as xr
import xarray_regrid
data = xr.open_dataset(sys.argv[1], chunks={{"time": 1}})["{VARIABLE}"]
target = xr.Dataset(coords={{"lat": np.arange(-89.5, 90), "lon": np.arange(-179.5, 180)}})
result = data.regrid.conservative(target, latitude_coord="lat").compute()
print(float(result.sum()))
"""
"""xarray-regrid in its best setting: Dask, a month a chunk."""

LONG_RUN = f"""
import json
import sys
import time
from helpers.regrid import conservative_file
results, seconds = [], []
for year in range(int(sys.argv[2])):
    start = time.perf_counter()
    results.append(conservative_file(sys.argv[1], 1.0, variable="{VARIABLE}"))
    seconds.append(time.perf_counter() - start)
print(json.dumps(seconds))
"""
"""Year after year of a long record, all results kept; prints the seconds of each year."""


WORKERS = f"""
import sys
import time
import numpy as np
import xarray as xr
from helpers.grid import regular_grid
from helpers.regrid import conservative, conservative_file
from helpers.scale.scheduler import Scheduler, client_of
if __name__ == "__main__":
    grid = regular_grid(1.0, box=(-180.0, 180.0, -90.0, 90.0))
    data = xr.open_dataset(sys.argv[1], chunks={{"time": 4}})["{VARIABLE}"]
    with client_of(Scheduler(workers=int(sys.argv[2]))) as client:
        client.compute(conservative(data[:16], grid)).result()
        start = time.perf_counter()
        result = client.compute(conservative(data, grid)).result()
        seconds = time.perf_counter() - start
    expected = conservative_file(sys.argv[1], grid, variable="{VARIABLE}")["{VARIABLE}"]
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=0)
    print(seconds)
"""
"""The same by worker processes; prints the seconds in a cluster that is up and warm."""


def python(program: str, *arguments: str) -> list[str]:
    """Return the command that runs a program in this Python."""
    return [sys.executable, "-c", program, *arguments]


def cdo() -> str | None:
    """Return the path of the climate data operators, or None."""
    return shutil.which("cdo")


def cdo_remapcon(name: str, out: str) -> list[str]:
    """Return the command that makes the weights and applies them, with two threads."""
    return [str(cdo()), "-s", "-O", "-P", "2", "remapcon,grid.txt", name, out]


def cdo_weights(name: str) -> list[str]:
    """Return the command that makes the weights."""
    return [
        str(cdo()),
        "-s",
        "-O",
        "-P",
        "2",
        "gencon,grid.txt",
        "-seltimestep,1",
        name,
        "weights.nc",
    ]


def cdo_remap(name: str, out: str) -> list[str]:
    """Return the command that applies ready weights."""
    return [str(cdo()), "-s", "-O", "-P", "2", "remap,grid.txt,weights.nc", name, out]
