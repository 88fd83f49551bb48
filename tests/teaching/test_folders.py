"""Names of notebooks of exercises and labs."""

import pytest

from helpers.teaching.folders import notebook_key, teaching_names


def test_names_are_listed_by_folder_and_in_order(tmp_path):
    for name in ("sink", "exercises/b", "exercises/a", "labs/c", "exercises/.ipynb_checkpoints/d"):
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    assert teaching_names(tmp_path) == ["exercises/a", "exercises/b", "labs/c"]
    assert teaching_names(tmp_path, folder="labs") == ["labs/c"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("masks", "masks"),
        ("masks.ipynb", "masks"),
        ("notebooks/masks.ipynb", "masks"),
        ("labs/sign", "labs/sign"),
        ("notebooks/exercises/masks.ipynb", "exercises/masks"),
    ],
)
def test_a_path_is_forgiven(given, name):
    assert notebook_key(given) == name
