"""Archives that try to leave their folder, or to grow without end, are refused."""

import gzip
import io
import os
import stat
import tarfile
import zipfile

import pytest

from helpers.errors import InputError
from helpers.intake import archives

MB = 1_000_000


@pytest.fixture
def unpack(tmp_path):
    def call(data, kind="tar", *, limit=10 * MB, keep="*"):
        (tmp_path / "archive").write_bytes(data)
        return archives.unpack(
            tmp_path / "archive", tmp_path / "in" / "out", kind=kind, limit=limit, keep=keep
        )

    return call


def tar_of(*members, mode="w", form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for name, data, fields in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            for key, value in fields.items():
                setattr(member, key, value)
            archive.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return out.getvalue()


def zip_of(*members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, data, mode in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = options.get("compression", zipfile.ZIP_STORED)
            archive.writestr(info, data)
    return out.getvalue()


def everything_below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_plain_files_and_folders_come_out_as_they_went_in(unpack, tmp_path, kind):
    if kind == "zip":
        data = zip_of(("a/", b"", stat.S_IFDIR), ("a/one.nc", b"1", 0), ("two.txt", b"2", 0))
    else:
        folder = ("a", b"", {"type": tarfile.DIRTYPE})
        members = (folder, ("./a/one.nc", b"1", {}), ("two.txt", b"2", {}))
        data = tar_of(*members, mode="w:gz" if kind == "tar.gz" else "w")
    assert [str(p) for p in unpack(data, kind)] == ["a/one.nc", "two.txt"]
    assert (tmp_path / "in/out/a/one.nc").read_bytes() == b"1"


def test_only_wanted_names_are_written(unpack, tmp_path):
    data = tar_of(("a/one.nc", b"1", {}), ("a/two.txt", b"2", {}))
    assert [str(p) for p in unpack(data, keep="*.nc")] == ["a/one.nc"]
    assert everything_below(tmp_path / "in/out") == ["a", "a/one.nc"]


HOSTILE = [
    "/etc/passwd", "../evil", "a/../../evil", "~/evil", "..", "C:/evil", "C:evil", "a\\..\\evil",
    "a/\nb", "x" * 201,
]  # fmt: skip


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_could_leave_the_folder_is_refused(unpack, tmp_path, name, kind):
    data = zip_of((name, b"x", 0)) if kind == "zip" else tar_of((name, b"x", {}))
    with pytest.raises(InputError, match="not safe to unpack"):
        unpack(data, kind)
    assert everything_below(tmp_path) == ["archive", "in", "in/out"]


def test_a_name_that_is_no_text_is_refused(unpack):
    data = tar_of(("ab", b"x", {})).replace(b"ab\0", b"\xff\xfe\0", 1)
    header = bytearray(data[:512])
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    with pytest.raises(InputError, match="could leave the folder"):
        unpack(bytes(header) + data[512:])


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
)
def test_links_and_devices_in_tar_are_refused(unpack, tmp_path, kind):
    first = ("a", b"", {"type": kind, "linkname": "/etc"})
    with pytest.raises(InputError, match="a link, a device or a sparse file"):
        unpack(tar_of(first, ("a/passwd", b"x", {})))
    assert everything_below(tmp_path / "in/out") == []


def test_links_and_secrets_in_zip_are_refused(unpack):
    with pytest.raises(InputError, match="a link or a device"):
        unpack(zip_of(("a", b"/etc", stat.S_IFLNK | 0o777)), "zip")
    data = bytearray(zip_of(("a", b"x", 0)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="an encrypted member"):
        unpack(bytes(data), "zip")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("a", "a"), "repeated name"),
        (("a", "A"), "repeated name"),
        (("a", "a/b"), "both a file and a folder"),
        (("a/b", "a"), "both a file and a folder"),
        ((".",), "a file without a name"),
    ],
)
def test_names_that_meet_are_refused(unpack, names, found):
    with pytest.raises(InputError, match=found):
        unpack(tar_of(*((name, b"x", {}) for name in names)))


def test_too_many_members_are_refused(unpack, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(InputError, match="more members than accepted"):
        unpack(tar_of(*((f"f{i}", b"", {}) for i in range(4))))


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_bomb_stops_at_the_limit(unpack, tmp_path, kind, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 2 * MB)
    zeros = bytes(40 * MB)
    if kind == "zip":
        data = zip_of(("z", zeros, 0), compression=zipfile.ZIP_DEFLATED)
        data = zip_deflated("z", zeros)
    else:
        data = tar_of(("z", zeros, {}), mode="w:gz")
    assert len(data) < 60_000
    with pytest.raises(InputError, match="more data than the size"):
        unpack(data, kind, limit=100 * MB)
    written = tmp_path / "in/out/z"
    assert not written.exists() or written.stat().st_size <= 200 * len(data)


def zip_deflated(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def test_a_bomb_that_is_skipped_is_not_unpacked_either(unpack, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 2 * MB)
    data = tar_of(("z.txt", bytes(40 * MB), {}), ("a.nc", b"1", {}), mode="w:gz")
    with pytest.raises(InputError, match="more data than the size"):
        unpack(data, "tar.gz", limit=100 * MB, keep="*.nc")


def test_a_bomb_in_a_header_is_not_read_into_memory(unpack):
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type, long_name.size = tarfile.GNUTYPE_LONGNAME, 5 * MB
    head = long_name.tobuf(tarfile.GNU_FORMAT) + bytes(6 * MB)
    with pytest.raises(InputError, match="a header of many megabytes"):
        unpack(gzip.compress(head), "tar.gz", limit=100 * MB)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"not an archive", "zip"),
        (b"not an archive" * 100, "tar"),
        (b"\x1f\x8bnot", "tar.gz"),
        (tar_of(("a", b"x" * 5000, {}), mode="w:gz")[:-40], "tar.gz"),
        (tar_of(("a", b"x" * 5000, {}))[:3000], "tar"),
        (zip_of(("a", b"x" * 5000, 0)).replace(b"xxxx", b"yyyy", 1), "zip"),
    ],
    # Gzip writes the time into its data: without names of their own, two workers that collect
    # in different seconds would not find the same tests.
    ids=["no zip", "no tar", "no gzip", "cut gzip", "cut tar", "changed zip"],
)
def test_a_damaged_archive_is_told(unpack, data, kind):
    with pytest.raises(InputError, match="The archive is damaged"):
        unpack(data, kind)


def changed_zip(compression, *changes):
    """Return an archive of one member with bytes of both its headers changed."""
    data = bytearray(zip_of(("ab", b"x" * 5000, 0), compression=compression))
    for mark, offset in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        head = data.index(mark) + offset
        for place, value in changes:
            data[head + place : head + place + len(value)] = value
    return data


def test_deflate64_is_told_as_what_it_is(unpack):
    data = changed_zip(zipfile.ZIP_STORED, (8, b"\x09\x00"))
    with pytest.raises(InputError, match="packed in a way that is not read") as refusal:
        unpack(bytes(data), "zip")
    assert refusal.value.found
    assert "Deflate64" in refusal.value.accepted
    assert "plain zip" in refusal.value.fix


def test_damaged_lzma_is_told(unpack):
    data = changed_zip(zipfile.ZIP_LZMA)
    data[45:60] = b"\xff" * 15
    with pytest.raises(InputError, match="The archive is damaged"):
        unpack(bytes(data), "zip")


def test_a_name_that_is_said_to_be_utf_8_and_is_not_is_told(unpack):
    data = changed_zip(zipfile.ZIP_STORED, (6, b"\x00\x08"))
    data = bytes(data).replace(b"ab", b"\xff\xfe")
    with pytest.raises(InputError, match=r"The archive is damaged(.|\n)*utf-8") as refusal:
        unpack(data, "zip")
    assert (refusal.value.file, refusal.value.fix) == ("archive", "Fetch it again.")
    assert "names in UTF-8" in refusal.value.accepted


def test_trouble_of_the_disk_is_not_blamed_on_the_archive(unpack, monkeypatch):
    def full(*_, **__):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(archives, "_copy", full)
    with pytest.raises(OSError, match="No space"):
        unpack(tar_of(("a", b"x", {})))


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_headers_that_announce_each_other_are_told(unpack, kind):
    data = b"name" if kind == tarfile.GNUTYPE_LONGNAME else b"12 comment=a\n"[:12]
    header = tarfile.TarInfo("long")
    header.type, header.size = kind, len(data)
    block = header.tobuf(tarfile.GNU_FORMAT) + data.ljust(512, b"\0")
    with pytest.raises(InputError, match=r"archive is damaged(.|\n)*recursion|invalid header"):
        unpack(block * 3000 + tar_of(("a", b"x", {})))


def test_a_member_of_negative_size_is_told(unpack):
    data = bytearray(tar_of(("a", b"x", {})))
    data[124:136] = b"\xff" * 10 + b"\xfc\x00"
    data[148:156] = b"%06o\0 " % (256 + sum(data[:148]) + sum(data[156:512]))
    with pytest.raises(InputError, match=r"archive is damaged(.|\n)*negative size"):
        unpack(bytes(data))


def test_lzma_is_read_a_little_at_a_time(unpack, tmp_path):
    data = zip_of(("ab", b"x" * 100_000, 0), compression=zipfile.ZIP_LZMA)
    assert [str(path) for path in unpack(data, "zip")] == ["ab"]
    assert (tmp_path / "in" / "out" / "ab").read_bytes() == b"x" * 100_000
    with zipfile.ZipFile(io.BytesIO(data)) as opened, opened.open("ab") as source:
        sips = archives._Sips(source)
        assert max(len(block) for block in iter(lambda: sips.read(1 << 20), b"")) == 4096


def test_bzip2_which_makes_gigabytes_of_a_kilobyte_is_not_read(unpack):
    data = zip_of(("ab", b"x" * 5000, 0), compression=zipfile.ZIP_BZIP2)
    with pytest.raises(InputError, match=r"way that is not read(.|\n)*found: bzip2"):
        unpack(data, "zip")
