"""The benchmark on tiny inputs: every Python program runs, and ours agrees with the others."""

import subprocess

import numpy as np
import pytest
import xarray as xr

import helpers.bench.process as processes
from helpers.bench import inputs, plan, programs, rounds
from helpers.bench.plan import Case
from helpers.regrid import blocks, conservative_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    inputs.make_inputs(folder, rows=360, columns=720)
    return folder


def test_inputs_have_coasts_months_and_layouts(folder):
    with xr.open_dataset(folder / "plain-12.nc") as plain:
        data = plain[inputs.VARIABLE]
        assert data.sizes == {"time": 12, "lat": 360, "lon": 720}
        assert data.encoding["contiguous"]
        assert 0.6 < float(data.isnull().mean()) < 0.8
        assert float(data.max()) < 1e-7
    with xr.open_dataset(folder / "zlib-24.nc") as packed:
        assert packed[inputs.VARIABLE].encoding["zlib"]
        assert packed.sizes["time"] == 24


@pytest.mark.parametrize("program", ["OURS", "XARRAY_OBJECT", "H5PY_READ", "LONG_RUN"])
def test_every_program_runs(folder, root, program):
    env = processes.environment(root, folder=folder)
    arguments = ["plain-12.nc", "2"] if program == "LONG_RUN" else ["plain-12.nc"]
    command = programs.python(getattr(programs, program), *arguments)
    assert processes.run(command, folder=folder, env=env).output.strip()


def test_two_workers_do_the_same_and_say_how_long_it_took(folder, root):
    env = processes.environment(root, folder=folder)
    command = programs.python(programs.WORKERS, "plain-12.nc", "2")
    assert processes.run(command, folder=folder, env=env).inside > 0


@pytest.mark.parametrize("program", [programs.INFLATE, programs.INFLATE_FAST])
def test_decompressing_only_decompresses_everything(folder, root, program):
    env = processes.environment(root, folder=folder)
    command = programs.python(program, "zlib-24.nc")
    run = processes.run(command, folder=folder, env=env)
    assert int(run.output) == 24 * 360 * 720 * 4


def test_xarray_regrid_gives_nearly_the_same(folder, root):
    pytest.importorskip("xarray_regrid")
    env = processes.environment(root, folder=folder)
    outputs = [
        processes.run(programs.python(one, "plain-12.nc"), folder=folder, env=env).output
        for one in (programs.OURS, programs.XARRAY_REGRID)
    ]
    sums = [float(text.splitlines()[-1]) for text in outputs]  # after what Dask warns of
    assert sums[1] == pytest.approx(sums[0], rel=1e-3)


def test_cdo_gives_the_same(folder, root, cdo, monkeypatch):
    monkeypatch.setattr(blocks, "COMPILED_FROM", 0)
    for command in [programs.cdo_weights("plain-12.nc"), programs.cdo_remap("plain-12.nc", "o.nc")]:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    ours = conservative_file(folder / "plain-12.nc", variable=inputs.VARIABLE)[inputs.VARIABLE]
    with xr.open_dataset(folder / "o.nc") as out:
        theirs = out[inputs.VARIABLE].values
    assert (np.isfinite(ours.values) == np.isfinite(theirs)).all()
    np.testing.assert_allclose(np.nan_to_num(ours), np.nan_to_num(theirs), atol=1e-6 * ours.max())


def test_rounds_are_interleaved_and_rarer_cases_stop_early(folder, root, monkeypatch):
    order = []

    def note(command, **options):
        order.append(command[-1])
        return processes.Run(1.0, 1.0, 1.0)

    monkeypatch.setattr(processes, "run", note)
    cases = [
        Case("ours", 12, programs.python("a"), 3),
        Case("read", 12, programs.python("b"), 2),
        Case("cdo-ready", 12, ("cdo", "c"), 3),
    ]
    said = []
    runs = rounds.measure(folder, root=root, rounds=3, say=said.append, cases=cases)
    assert order[-8:] == ["a", "b", "c", "a", "b", "c", "a", "c"]
    assert [len(runs[case.key]) for case in cases] == [3, 2, 3]
    assert len(runs["first-use", 12]) == 1
    assert said[-1] == "round 3 of 3 is done"
    assert "first-use" not in {key[0] for key in rounds.measure(
        folder, root=root, rounds=1, say=said.append, cases=cases[1:])}  # fmt: skip


def test_programs_that_are_not_installed_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "cdo", lambda: None)
    monkeypatch.setattr(plan.importlib.util, "find_spec", lambda name: None)
    assert {case.program for case in plan.all_cases(2)} == {
        "imports", "ours", "object", "read", "inflate", "inflate-fast", "ours-zlib", "members",
        "long", "workers",
    }  # fmt: skip
    assert plan.preparations(tmp_path) == []
    assert {case.program for case in plan.all_cases(2)} <= set(plan.TITLES)


def test_weights_are_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "cdo", lambda: "cdo")
    assert len(plan.preparations(tmp_path)) == 1
    (tmp_path / "weights.nc").touch()
    assert plan.preparations(tmp_path) == []
    assert {"cdo-ready", "cdo-remapcon"} <= {case.program for case in plan.all_cases(2)}
