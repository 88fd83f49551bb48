"""One lock, three doors: pyproject.toml, requirements.lock and environment.yml must agree."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK_TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DIRECT = [
    Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
]


def read_lock(text):
    """Return {name: [(requirement, hashes), ...]}: a package may be pinned once per platform."""
    pins = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", text).strip()):
        head, *rest = entry.replace("\\\n", "\n").splitlines()
        requirement = Requirement(head.strip())
        hashes = [line.strip() for line in rest if line.strip()]
        pins.setdefault(canonicalize_name(requirement.name), []).append((requirement, hashes))
    return pins


LOCK = read_lock(LOCK_TEXT)
OLDEST_TEXT = (ROOT / "requirements-oldest.lock").read_text(encoding="utf-8")
OLDEST = read_lock(OLDEST_TEXT)


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_read_lock_splits_pins_and_hashes():
    lock = read_lock(
        "# head\na-b==1 ; python_version < '4' \\\n    --hash=sha256:0\n    # via c\nd==2\n"
    )
    assert [str(r) for r, _ in lock["a-b"]] == ['a-b==1; python_version < "4"']
    assert lock["a-b"][0][1] == ["--hash=sha256:0"]
    assert lock["d"][0][1] == []


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_direct_dependency_is_pinned_within_its_bound(requirement):
    pins = LOCK.get(canonicalize_name(requirement.name))
    assert pins, f"{requirement} is not in requirements.lock; run 'make lock'"
    for pin, _ in pins:
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert requirement.specifier.contains(specifier.version, prereleases=True), (
            f"{pin} lies outside {requirement}; run 'make lock'"
        )


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_direct_dependency_has_a_lower_bound(requirement):
    assert {s.operator for s in requirement.specifier} & {">=", "~=", "=="}


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_the_oldest_set_has_exactly_the_lower_bounds(requirement):
    """What `make oldest` tries is what pyproject.toml promises."""
    (bound,) = [s.version for s in requirement.specifier if s.operator == ">="]
    for pin, _ in OLDEST[canonicalize_name(requirement.name)]:
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert Version(specifier.version) == Version(bound), (
            f"{requirement} lets in {pin} at the oldest: raise the bound, or run 'make lock'"
        )


@pytest.mark.parametrize("lock", [LOCK, OLDEST], ids=["newest", "oldest"])
def test_every_pin_has_sha256_hashes(lock):
    for pins in lock.values():
        for pin, hashes in pins:
            assert hashes, f"{pin} has no hash"
            assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes), pin


@pytest.mark.parametrize("text", [LOCK_TEXT, OLDEST_TEXT], ids=["newest", "oldest"])
def test_lock_names_no_address_and_no_local_file(text):
    assert not re.search(r"https?:|file:|--(index|extra|find|trusted)|@ |/", text)


def test_lock_serves_every_supported_python():
    """No pin may exclude the Python that runs the tests or the oldest one promised."""
    oldest = PROJECT["requires-python"].removeprefix(">=")
    for requirement in DIRECT:
        for version in (oldest, f"{sys.version_info.major}.{sys.version_info.minor}"):
            environment = {"python_version": version, "python_full_version": f"{version}.0"}
            markers = [pin.marker for pin, _ in LOCK[canonicalize_name(requirement.name)]]
            assert any(m is None or m.evaluate(environment) for m in markers), requirement


def test_build_backend_is_in_the_lock():
    """The editable install runs with no second download."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for line in pyproject["build-system"]["requires"]:
        requirement = Requirement(line)
        (pin, _), *_ = LOCK[canonicalize_name(requirement.name)]
        (specifier,) = pin.specifier
        assert requirement.specifier.contains(specifier.version)


def test_environment_python_satisfies_the_package(environment):
    """Every Python that conda may choose is one the package accepts."""
    (python,) = [d for d in environment["dependencies"] if str(d).split()[0] == "python"]
    allowed = SpecifierSet(python.removeprefix("python"))
    promised = SpecifierSet(PROJECT["requires-python"])
    minors = [Version(f"3.{minor}.5") for minor in range(6, 30)]
    accepted = [v for v in minors if v in allowed]
    assert accepted
    assert all(v in promised for v in accepted)
    assert accepted[0].release[:2] == Version(PROJECT["requires-python"].strip(">=")).release[:2]


def test_environment_installs_only_the_lock(environment):
    conda = [d for d in environment["dependencies"] if isinstance(d, str)]
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert sorted(re.split(r"[ <>=]", d)[0] for d in conda) == ["pip", "python"]
    assert pip == ["--requirement requirements.lock"]
    assert environment["name"] == PROJECT["name"]


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
