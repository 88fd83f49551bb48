"""What SECURITY.md says of the code: no pickles, no tags in YAML, no shell, nothing remote."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from helpers import plain_yaml

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
CODE = sorted([*(ROOT / "helpers").rglob("*.py"), *(ROOT / "data").glob("*.py")])
FORBIDDEN_MODULES = {
    "pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "dbm", "telnetlib",
    "ftplib", "xmlrpc", "pty", "commands",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen", "os.execv",
    "os.spawnl", "subprocess.getoutput", "subprocess.getstatusoutput", "pandas.read_pickle",
    "pd.read_pickle", "pd.eval", "pandas.eval", "yaml.unsafe_load", "yaml.full_load",
    "yaml.load_all", "yaml.unsafe_load_all", "ssl._create_unverified_context",
}  # fmt: skip
SAFE_LOADERS = {"yaml.SafeLoader", "yaml.CSafeLoader", "PlainLoader", "StrictLoader"}
NETWORK_MODULES = {
    "requests", "urllib3", "urllib.request", "http", "httpx", "aiohttp", "socket", "pooch",
    "ftplib", "smtplib", "ssl", "fsspec", "s3fs", "gcsfs", "adlfs", "boto3", "botocore",
    "distributed", "dask.distributed", "playwright",
}  # fmt: skip
MAY_USE_THE_NETWORK = {
    "helpers/intake/transfer.py": "fetching",
    "helpers/intake/session.py": "fetching",
    "helpers/intake/fetching.py": "fetching",
    "helpers/intake/cli_fetch.py": "fetching",
    "helpers/scale/scheduler.py": "worker processes",
    "helpers/pdf/browser.py": "printing, by a browser that is offline",
    "helpers/pdf/printing.py": "the same",
}
"""The modules that SECURITY.md lists, and what for."""


def dotted(node):
    """Return a name such as os.path.join, or an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def faults(source):
    """Return what a piece of Python does that it must not, one line each."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for name in imported(node):
            if name.split(".")[0] in FORBIDDEN_MODULES:
                found.append(f"line {node.lineno}: import {name}")
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        words = {word.arg: word.value for word in node.keywords}
        if called in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {called}")
        if called == "yaml.load" and dotted(words.get("Loader")) not in SAFE_LOADERS:
            found.append(f"line {node.lineno}: yaml.load")
        for word in ("shell", "allow_pickle", "trust_remote_code"):
            if word in words and getattr(words[word], "value", True) is not False:
                found.append(f"line {node.lineno}: {word}")
        if "verify" in words and getattr(words["verify"], "value", None) is False:
            found.append(f"line {node.lineno}: certificates unchecked")
        if called.endswith(".extractall"):
            found.append(f"line {node.lineno}: {called}")
    return found


def imported(node):
    """Return the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module or ""]
    return []


def starts(module):
    """Return a module's name and those of its packages: a, a.b and a.b.c of a.b.c."""
    parts = module.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts) + 1)}


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_code_uses_nothing_that_runs_what_it_reads(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import load", "eval('1')", "os.system('ls')",
        "yaml.load(text)", "yaml.load(text, Loader=yaml.Loader)", "yaml.unsafe_load(text)",
        "subprocess.run('ls', shell=True)", "subprocess.run('ls', shell=chosen)",
        "numpy.load(path, allow_pickle=True)", "requests.get(url, verify=False)",
        "tar.extractall(folder)", "import shelve, os", "pd.read_pickle(path)",
    ],
)  # fmt: skip
def test_the_check_sees_what_it_looks_for(line):
    assert len(faults(line)) == 1


def test_the_check_lets_the_safe_forms_pass():
    safe = "yaml.safe_load(text); numpy.load(path, allow_pickle=False); run([x], shell=False)"
    assert faults(safe) == []
    assert issubclass(plain_yaml.PlainLoader, yaml.SafeLoader)
    assert issubclass(plain_yaml.StrictLoader, yaml.SafeLoader)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "helpers").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_only_fetching_uses_the_network(path):
    name = path.relative_to(ROOT).as_posix()
    used = {
        start
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for module in imported(node)
        for start in starts(module)
    }
    assert bool(used & NETWORK_MODULES) is (name in MAY_USE_THE_NETWORK)


def test_only_one_module_names_object_storage():
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "helpers").rglob("*.py"))
        if "storage_options" in path.read_text(encoding="utf-8")
    ]
    assert naming == ["helpers/sources/cf_store.py"]


def test_every_module_that_may_use_the_network_is_told():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert [name for name in MAY_USE_THE_NETWORK if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_fetches_and_installs_nothing(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        assert not re.search(r"(?m)^\s*[!%]", source), "a shell or magic line"
        assert faults(source) == []
        modules = {m.split(".")[0] for node in ast.walk(ast.parse(source)) for m in imported(node)}
        assert not modules & (NETWORK_MODULES | {"urllib", "subprocess", "os", "fsspec", "s3fs"})
        assert "://" not in source


def test_the_sources_that_change_are_those_told():
    sources = yaml.safe_load((ROOT / "data" / "downloads.yml").read_text(encoding="utf-8"))
    changing = [key for key, source in sources.items() if source.get("changes")]
    assert changing == ["co2-mauna-loa"]
    told = "of the sources declared here, the monthly CO₂ of Mauna Loa"
    assert told in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_address_that_is_fetched_is_one_of_tls():
    text = (ROOT / "data" / "downloads.yml").read_text(encoding="utf-8")
    assert "http://" not in text
    assert "ftp://" not in text
