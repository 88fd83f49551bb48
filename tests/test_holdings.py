"""Which folder each product is read from."""

import pytest
import yaml

from helpers import holdings as held
from helpers.sources import Request

OWN = {
    "title": "Own", "method_class": "bottom-up", "reader": "cf", "files": "own.nc",
    "variable": "nbp", "quantity": "NBP", "positive": "land", "citation": "c", "licence": "l",
    "access": "a",
}  # fmt: skip


@pytest.fixture
def folders(tmp_path):
    mine, made = tmp_path / "mine", tmp_path / "stand-in"
    for folder in (mine, made):
        (folder / "vegas").mkdir(parents=True)
        (folder / "own.nc").write_text("")
    (made / "vegas" / "VEGAS_S3_nbp.nc").write_text("")
    (mine / "catalog.yml").write_text(yaml.safe_dump({"own": OWN}))
    (made / "catalog.yml").write_text(
        yaml.safe_dump({"vegas": {"title": "VEGAS (reconstructed)", "is_standin": True}})
    )
    return mine, made


def titles(request):
    return {key: one.product.title for key, one in held.holdings(request).items()}


def test_a_named_folder_comes_first_and_the_stand_in_gives_the_rest(folders):
    mine, made = folders
    request = Request(mine, 2015, 2019, standin_dir=made)
    assert titles(request) == {"vegas": "VEGAS (reconstructed)", "own": "Own"}
    assert held.holdings(request)["own"].folder == mine
    (mine / "vegas" / "VEGAS_S3_nbp.nc").write_text("")
    assert titles(request) == {"vegas": "VEGAS", "own": "Own"}


def test_without_the_stand_in_what_is_absent_is_left_out(folders):
    mine, _ = folders
    request = Request(mine, 2015, 2019)
    assert titles(request) == {"own": "Own"}
    assert {product.key for product in held.absent(request)} == {"beps", "vegas", "oco2-mip"}


def test_the_stand_in_is_added_only_where_it_belongs(folders):
    mine, made = folders
    beside = {"standin": made}
    assert held.standin_beside(mine, profile="stand-in", **beside) == made
    assert held.standin_beside(mine, profile="original", **beside) is None
    assert held.standin_beside(made, profile="stand-in", **beside) is None
    (mine / held.MARKER).write_text("a copy")
    assert held.standin_beside(mine, profile="stand-in", **beside) is None
