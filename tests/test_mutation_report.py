"""The report on changed lines, and the order in which the tests try them."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest


def loaded(name):
    """Return a script of this folder as a module."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # a dataclass looks its module up
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


@pytest.fixture(scope="module")
def reports():
    return loaded("mutation_report")


DIFF = """--- a
+++ b
@@ -1,4 +1,4 @@
 def half(x):
     if x < 0:
-        raise ValueError("negative")
+        raise ValueError(None)
     return x / 2
"""


def test_a_change_inside_a_raise_is_one_of_words(reports):
    assert reports.is_wording(DIFF)
    other = DIFF.replace('-        raise ValueError("negative")\n', "").replace(
        "+        raise ValueError(None)\n     return x / 2",
        '         raise ValueError("negative")\n-    return x / 2\n+    return x * 2',
    )
    assert not reports.is_wording(other)
    assert reports.changed_lines(other) == ("return x / 2", "return x * 2")


def test_what_could_not_be_started_is_named_for_another_run(reports, tmp_path, monkeypatch, capsys):
    codes = {"a.x_f__mutmut_1": 0, "a.x_f__mutmut_2": 255, "a.x_f__mutmut_3": None}
    meta = tmp_path / "mutants" / "a.py.meta"
    meta.parent.mkdir()
    told = {"hash_by_function_name": {}, "type_check_error_by_key": {}, "durations_by_key": {}}
    meta.write_text(
        json.dumps({"exit_code_by_key": codes, "estimated_durations_by_key": {}} | told)
    )
    monkeypatch.chdir(tmp_path)
    assert reports.main(["--untried"]) == 0
    assert capsys.readouterr().out.split() == ["a.x_f__mutmut_2", "a.x_f__mutmut_3"]


def test_what_is_argued_counts_as_missed_and_is_said(reports):
    def change(number, status, *, is_wording=False):
        return reports.Change("a.py", f"f {number}", status, f"old {number}", "new", is_wording)

    found = [
        change(1, "killed"), change(2, "timeout"), change(3, "survived"), change(4, "survived"),
        change(5, "survived", is_wording=True), change(6, "not checked"),
    ]  # fmt: skip
    reasons = {("a.py", "old 3", "new"): "the same", ("a.py", "old 1", "new"): "no longer"}
    text, reached = reports.report(found, reasons)
    assert reached == 50.0
    assert "a.py: f 3: argued: the same\n  - old 3\n  + new" in text
    assert "a.py: f 4: survived" in text
    assert "a.py: f 5: words of an error" in text
    assert "argued, yet noticed or gone: a.py | old 1 | new" in text
    assert text.splitlines()[-5:] == [
        "not tried: 1",
        "noticed by taking too long: 1",
        "all changes: 2 of 5 noticed, 40.0 %",
        "changes outside the words of errors: 2 of 4 noticed, 50.0 %",
        "the same without those argued to change nothing: 2 of 3 noticed, 66.7 %",
    ]


def test_the_committed_list_is_read_and_every_file_is_there(reports, root):
    reasons = reports.argued(reports.ARGUED.read_text(encoding="utf-8"))
    for (file, old, new), why in reasons.items():
        assert old in (root / file).read_text(encoding="utf-8"), f"{file} has no line {old!r}"
        assert new != old
        assert why


def test_quick_tests_come_first_and_slow_ones_not_at_all():
    order = loaded("mutation_order")
    half = order.LONGEST / 2
    durations = {"slow": half + 0.2, "quick": 0.1, "also": 0.1, "middle": half + 0.1}
    assert order.quickest(durations) == ["also", "quick", "middle"]
    assert order.quickest({"only": 60.0}) == ["only"]
