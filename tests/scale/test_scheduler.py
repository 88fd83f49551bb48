"""The scheduler setting: the same bits from threads, worker processes and a running scheduler."""

import os
import pickle
import socket
from pathlib import Path

import psutil
import pytest
import xarray as xr

from helpers import cube
from helpers.errors import InputError
from helpers.regrid.threads import thread_count
from helpers.scale import scheduler
from helpers.scale.scheduler import Scheduler, parse


@pytest.fixture(autouse=True)
def no_setting(monkeypatch):
    monkeypatch.setenv(scheduler.VARIABLE, "")


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(scheduler, "WAIT_SECONDS", 0.5)


def test_settings_are_read():
    assert parse(" none ") == parse("") == Scheduler()
    assert parse("local") == Scheduler(workers=thread_count())
    assert parse("local:12") == Scheduler(workers=12)
    assert parse("tcp://node-17.cluster:8786") == Scheduler(address="tcp://node-17.cluster:8786")
    assert parse("tls://[::1]:8786") == Scheduler(address="tls://[::1]:8786")


@pytest.mark.parametrize(
    "text",
    ["threads:2", "local:0", "local:-1", "local:two", "local:", "local:999", "tcp://host",
     "tcp://host:99999", "http://host:80", "tcp://host:1 rm", "host:8786"],
)  # fmt: skip
def test_other_settings_are_refused_with_what_is_accepted(text):
    with pytest.raises(InputError, match=r"Unknown scheduler(.|\n)*local:N"):
        parse(text)


def test_a_chosen_setting_holds_for_the_process_and_its_children():
    scheduler.choose("local:3")
    assert os.environ[scheduler.VARIABLE] == "local:3"
    scheduler.choose(None)
    assert scheduler.chosen() == Scheduler(workers=3)
    with pytest.raises(InputError, match="Unknown scheduler"):
        scheduler.choose("remote")
    assert scheduler.chosen() == Scheduler(workers=3)


def test_a_setting_of_the_surroundings_is_checked_too(monkeypatch):
    monkeypatch.setenv(scheduler.VARIABLE, "remote")
    with pytest.raises(InputError, match="Unknown scheduler"):
        scheduler.choose(None)


def test_errors_pass_between_processes():
    error = InputError("Wrong.", file=Path("a.nc"), found=3, fix="Mend it.")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.file, again.found, again.accepted) == ("a.nc", "3", None)


def made(request, folder, setting):
    scheduler.choose(setting)
    return cube.read_fluxes(cube.build_cube(request, folder=folder, profile="mine"))


@pytest.fixture(scope="module")
def address():
    with scheduler.local_cluster(2) as cluster:
        yield cluster.scheduler_address


def test_two_workers_and_a_running_scheduler_give_the_bits_of_threads(
    request_for, tmp_path, lazily, address
):
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    threads = made(request_for, tmp_path / "threads", "none")
    workers = made(request_for, tmp_path / "workers", "local:2")
    xr.testing.assert_identical(workers["yearly"], threads["yearly"])
    remote = made(request_for, tmp_path / "remote", address)
    xr.testing.assert_identical(remote["yearly"], threads["yearly"])
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_local_workers_listen_on_this_machine_only(address):
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [
        place.laddr
        for process in family
        for place in process.net_connections("tcp")
        if place.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3
    assert {place.ip for place in listening} == {"127.0.0.1"}
    assert 8787 not in {place.port for place in listening}


def test_a_refusal_on_a_worker_arrives_as_it_was(request_for, tmp_path, lazily, address):
    file = request_for.data_dir / "yearly" / "2016.nc"
    broken = xr.open_dataset(file).load()
    broken.close()
    broken["nbp"][3] = float("nan")
    broken.to_netcdf(file)
    with pytest.raises(InputError, match=r"no value in the box(.|\n)*2016-04"):
        made(request_for, tmp_path / "cube", address)
    assert not list((tmp_path / "cube").glob("*.nc*"))


def test_an_address_where_nothing_answers_is_refused(request_for, tmp_path, soon):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InputError, match=rf"No scheduler answers(.|\n)*{address}(.|\n)*Start"):
        made(request_for, tmp_path, address)


@pytest.fixture
def running(soon):
    with scheduler.local_cluster(0) as cluster:
        yield cluster


def test_a_scheduler_without_workers_is_refused(running):
    with (
        pytest.raises(InputError, match=r"has no workers(.|\n)*dask worker tcp"),
        scheduler.opened(Scheduler(address=running.scheduler_address)),
    ):
        pass


class _Client:
    """A client whose workers answer what a test wants."""

    def __init__(self, answer):
        self.answer = answer

    def wait_for_workers(self, number, timeout):
        pass

    def run(self, function, folder):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"tcp://10.0.0.1:1": self.answer}


@pytest.mark.parametrize("answer", [("another", True), ModuleNotFoundError("no helpers")])
def test_workers_of_another_version_are_refused(answer):
    with pytest.raises(InputError, match=r"this version of the book(.|\n)*(10\.0|no helpers)"):
        scheduler._check_workers(_Client(answer), "tcp://h:1", folder=None)


def test_workers_that_do_not_see_the_data_are_refused(tmp_path):
    here = scheduler.look_around(str(tmp_path / "absent"))
    assert here[1] is False
    with pytest.raises(InputError, match=r"do not see the folder(.|\n)*10\.0\.0\.1"):
        scheduler._check_workers(_Client(here), "tcp://h:1", folder=tmp_path / "absent")


def test_nothing_is_started_when_nothing_is_to_be_made(request_for, tmp_path, monkeypatch):
    made(request_for, tmp_path, "none")
    monkeypatch.setattr(scheduler, "client_of", None)
    assert list(made(request_for, tmp_path, "local:2")) == ["yearly"]
