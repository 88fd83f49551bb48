"""Which files make up a product."""

import pytest

from helpers.adding import layout
from helpers.errors import InputError


def made(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(name)
    return [str(folder / name) for name in names]


@pytest.mark.parametrize(
    ("names", "pattern", "word"),
    [
        (["nep.nc"], "nep.nc", "one file"),
        (["nep_2015-2019.nc"], "nep_2015-2019.nc", "one file"),
        (["nep_2016.nc", "nep_2015.nc"], "nep_{year}.nc", "a year"),
        (["nep_201501.nc", "nep_201502.nc"], "nep_{year}{month:02d}.nc", "a month"),
        (["nep.2015-01.nc", "nep.2015-02.nc"], "nep.{year}-{month:02d}.nc", "a month"),
        (["m_r1_v2.nc", "m_r10_v2.nc"], "m_{member}_v2.nc", "a member: r10, r1"),
        (["A.nc", "B.nc", "C.nc", "D.nc"], "{member}.nc", "A, B, C, … (4)"),
    ],
)
def test_the_names_tell(tmp_path, names, pattern, word):
    found = layout.find_layout(made(tmp_path, *names))
    assert found.name == pattern
    assert word in found.evidence
    assert len(found.files) == len(names)


def test_a_quoted_pattern_is_expanded(tmp_path):
    made(tmp_path, "nep_2015.nc", "nep_2016.nc", "other.txt")
    found = layout.find_layout([str(tmp_path / "nep_*.nc")])
    assert [path.name for path in found.files] == ["nep_2015.nc", "nep_2016.nc"]


def test_refusals(tmp_path):
    with pytest.raises(InputError, match=r"missing(.*\n)*.*found: nothing"):
        layout.find_layout([str(tmp_path / "no.nc")])
    (tmp_path / "plain").mkdir()
    with pytest.raises(InputError, match=r"a folder that is no Zarr store"):
        layout.find_layout([str(tmp_path / "plain")])
    with pytest.raises(InputError, match=r"several folders"):
        layout.find_layout(made(tmp_path / "a", "x.nc") + made(tmp_path / "b", "x.nc"))
    with pytest.raises(InputError, match=r"cannot stand in the catalog(.*\n)*.*\{x\}.nc"):
        layout.find_layout(made(tmp_path, "{x}.nc"))
    with pytest.raises(InputError, match=r"do not tell what they are"):
        layout.find_layout(made(tmp_path, "first", "second"))


def test_files_are_linked_copied_or_left(tmp_path):
    data_dir = tmp_path / "my-data"
    outside = layout.find_layout(made(tmp_path / "files", "A.nc", "B.nc"))
    pattern = layout.pattern_of(outside, key="own", data_dir=data_dir)
    assert not data_dir.exists()
    place = {"key": "own", "data_dir": data_dir}
    assert layout.place_files(outside, **place, copy=False) == pattern == "own/{member}.nc"
    assert (data_dir / "own" / "A.nc").is_symlink()
    assert layout.place_files(outside, **place, copy=False) == pattern  # again: nothing to do
    moved = layout.find_layout(made(tmp_path / "moved", "A.nc", "B.nc"))
    layout.place_files(moved, **place, copy=True)  # a link of an earlier add gives way
    assert not (data_dir / "own" / "A.nc").is_symlink()
    with pytest.raises(InputError, match=r"Another file has this name"):
        layout.place_files(outside, **place, copy=False)
    assert (data_dir / "own" / "A.nc").read_text() == "A.nc"
    inside = layout.find_layout(made(data_dir / "mine", "x.nc"))
    assert layout.place_files(inside, **place, copy=False) == "mine/x.nc"
    assert layout.pattern_of(inside, **place) == "mine/x.nc"


def test_steps_up_in_a_path_are_taken(tmp_path):
    made(tmp_path / "files", "x.nc")
    made(tmp_path / "my-data" / "in", "y.nc")
    around = tmp_path / "my-data" / ".."
    place = {"key": "own", "data_dir": tmp_path / "my-data"}
    outside = layout.find_layout([str(around / "files" / "x.nc")])
    assert layout.pattern_of(outside, **place) == "own/x.nc"
    assert layout.place_files(outside, **place, copy=False) == "own/x.nc"
    inside = layout.find_layout([str(around / "my-data" / "in" / "y.nc")])
    assert layout.pattern_of(inside, **place) == "in/y.nc"
    assert layout.pattern_of(inside, key="own", data_dir=around / "my-data" / "in" / "..") == (
        "in/y.nc"
    )


def test_a_zarr_store_is_copied_whole(tmp_path):
    store = tmp_path / "x.zarr"
    made(store, "zarr.json", "c0")
    found = layout.find_layout([str(store)])
    layout.place_files(found, key="own", data_dir=tmp_path / "d", copy=True)
    assert (tmp_path / "d" / "own" / "x.zarr" / "c0").is_file()


def test_only_what_was_named_may_match_in_place(tmp_path):
    data_dir = tmp_path / "my-data"
    names = made(data_dir / "mine", "nep_A.nc", "nep_B.nc", "nep_C.nc")
    place = {"key": "own", "data_dir": data_dir}
    layout.check_alone(layout.find_layout(names), **place, replace=False)
    layout.check_alone(layout.find_layout(names[:1]), **place, replace=False)
    for replace in (False, True):
        with pytest.raises(InputError, match=r"not named(.*\n)*.*found: nep_C.nc\n.*only nep_A"):
            layout.check_alone(layout.find_layout(names[:2]), **place, replace=replace)
    outside = layout.find_layout(made(tmp_path / "files", "nep_A.nc", "nep_B.nc"))
    layout.check_alone(outside, **place, replace=False)
    made(data_dir / "own", "nep_D.nc.gz")
    with pytest.raises(InputError, match=r"found: nep_D.nc.gz(.*\n)*.*another folder"):
        layout.check_alone(outside, **place, replace=True)


def test_links_that_the_product_no_longer_has_are_removed_and_nothing_else(tmp_path):
    data_dir, home = tmp_path / "my-data", tmp_path / "my-data" / "own"
    names = made(tmp_path / "files", "nep_A.nc", "nep_B.nc", "nep_C.nc")
    place = {"key": "own", "data_dir": data_dir}
    earlier = layout.place_files(layout.find_layout(names), **place, copy=False)
    fewer = layout.find_layout(names[:2])
    with pytest.raises(InputError, match=r"found: nep_C.nc(.*\n)*.*add --replace"):
        layout.check_alone(fewer, **place, replace=False)
    layout.check_alone(fewer, **place, replace=True)
    made(home, "notes.txt")
    (home / "other.nc").symlink_to(names[0])  # by another hand: it does not bear its target's name
    (home / "nep_X.nc").symlink_to("../../files/nep_A.nc")
    with pytest.raises(InputError, match=r"found: nep_X.nc"):
        layout.check_alone(fewer, **place, replace=True)
    layout.place_files(fewer, **place, copy=False)
    assert layout.remove_links(fewer, **place, earlier=earlier) == [home / "nep_C.nc"]
    left = {"nep_A.nc", "nep_B.nc", "nep_X.nc", "notes.txt", "other.nc"}
    assert {path.name for path in home.iterdir()} == left
    assert (tmp_path / "files" / "nep_C.nc").read_text() == "nep_C.nc"
    elsewhere = layout.find_layout(made(data_dir / "mine", "nep_A.nc"))
    gone = layout.remove_links(elsewhere, **place, earlier=earlier)  # now read from another folder
    assert [path.name for path in gone] == ["nep_A.nc", "nep_B.nc"]
    assert layout.remove_links(elsewhere, **place, earlier=None) == []
