"""Files are opened in one thread while others read."""

import pickle
import subprocess
import sys
import threading
from pathlib import Path

from xarray.backends.netCDF4_ import NETCDF4_PYTHON_LOCK

from helpers.gauntlet.world import LAT, LON, World
from helpers.sources.opening import LOCK

READ = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from helpers.sources import netcdf

def read(step):
    with netcdf.opened(Path(sys.argv[1])) as dataset:
        return dataset["nbp"][step % 24].values.size

with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(read, range(800))))
"""


def test_threads_open_and_read_one_file(tmp_path):
    path = World().write(tmp_path / "world.nc")
    run = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True,
                         cwd=Path(__file__).parents[2], timeout=120, check=False)  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) == 800 * LAT.size * LON.size


def test_the_lock_is_taken_once_a_thread_and_given_back():
    with LOCK, LOCK:
        assert LOCK.locked()
        assert not NETCDF4_PYTHON_LOCK.acquire(False)
        other = []
        thread = threading.Thread(target=lambda: other.append(LOCK.acquire(False)))
        thread.start()
        thread.join()
        assert other == [False]
    assert not LOCK.locked()
    assert NETCDF4_PYTHON_LOCK.acquire(False)
    NETCDF4_PYTHON_LOCK.release()
    assert pickle.loads(pickle.dumps(LOCK)) is LOCK
