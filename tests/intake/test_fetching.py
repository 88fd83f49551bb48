"""Fetching against a local server: what goes wrong leaves the earlier state and says why."""

import datetime
import errno
import hashlib
import io
import shutil
import stat
import tarfile
import threading
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.intake import fetching, transfer
from helpers.intake.checksums import RECORD, read_records
from helpers.intake.fetching import Wishes, bring
from helpers.intake.session import open_session

DAY = datetime.date(2020, 2, 3)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def fetch(server, declared, tmp_path):
    """Bring the table of the local server into a folder, without waiting between attempts."""

    def call(wishes=None, *, session=None, report=lambda *_: None, name="table", **fields):
        return bring(
            name,
            declared(**fields),
            data_dir=tmp_path,
            wishes=wishes or Wishes(),
            session=session or open_session(server.ca),
            report=report,
            today=lambda: DAY,
            attempts=3,
            timeout=(5.0, 0.5),
        )

    return call


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Note the waits between attempts instead of waiting."""
    noted = []
    monkeypatch.setattr(transfer, "pause", noted.append)
    return noted


def state(folder):
    """Return every file below a folder, hidden ones too, with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_first_use_is_recorded_and_the_second_fetch_asks_nothing(fetch, server, tmp_path):
    first = fetch()
    assert (first.state, first.files) == ("fetched", ["tables/table.csv"])
    assert "first use" in first.seen
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content
    record = read_records(tmp_path)["table"]
    assert record.sha256 == sha256(server.content)
    assert (record.bytes, record.on) == (len(server.content), "2020-02-03")
    assert record.origin == f"{server.url}/table.csv"
    assert stat.S_IMODE((tmp_path / "tables/table.csv").stat().st_mode) == 0o644
    assert set(state(tmp_path)) == {"tables/table.csv", RECORD}
    again = fetch()
    assert (again.state, again.seen) == ("there", "as recorded on 2020-02-03")
    assert len(server.asked) == 1


def test_a_stated_checksum_is_required(fetch, server, tmp_path):
    good = sha256(server.content)
    assert "checksum as known" in fetch(sha256=good, sha256_from="the provider").seen
    before = state(tmp_path)
    server.content = server.content.replace(b"1.5", b"1.6")
    with pytest.raises(InputError, match="does not have its checksum") as refusal:
        fetch(Wishes(accept_change=True), sha256=good, sha256_from="the provider")
    assert "stated by the provider" in str(refusal.value)
    assert state(tmp_path) == before


def test_a_file_that_changed_since_the_first_use_is_refused_until_the_user_accepts(
    fetch, server, tmp_path
):
    fetch()
    (tmp_path / "tables/table.csv").write_text("edited by mistake")
    old, server.content = server.content, server.content + b"2016,9\n"
    before = state(tmp_path)
    with pytest.raises(InputError, match="recorded on 2020-02-03") as refusal:
        fetch()
    assert "--accept-change" in str(refusal.value)
    assert state(tmp_path) == before
    server.content = old
    assert "checksum as known" in fetch().seen  # the mistake is mended from the same bytes
    server.content = old + b"2016,9\n"
    arrival = fetch(Wishes(accept_change=True))
    assert f"changed: {sha256(old)[:12]} of 2020-02-03 -> " in arrival.seen
    assert read_records(tmp_path)["table"].sha256 == sha256(server.content)


def test_what_the_provider_adds_to_is_fetched_again_only_on_request(fetch, server):
    fetch(changes=True)
    assert fetch(changes=True).state == "there"
    assert "the same as on" in fetch(Wishes(refresh=True), changes=True).seen
    server.content += b"2016,9\n"
    assert "changed: " in fetch(Wishes(refresh=True), changes=True).seen
    assert fetch(Wishes(refresh=True)).state == "there"  # only for sources that change


@pytest.mark.parametrize("harm", ["edited", "gone", "by hand"])
def test_what_the_provider_adds_to_is_never_replaced_unasked(fetch, server, tmp_path, harm):
    fetch(changes=True)
    old, file = server.content, tmp_path / "tables/table.csv"
    server.content = old + b"2016,9\n"
    wishes = {}
    if harm == "edited":
        file.write_text("edited")
    elif harm == "gone":
        file.unlink()
    else:
        wishes["file"] = tmp_path / "mine.csv"
        wishes["file"].write_bytes(server.content)
    before = state(tmp_path)
    with pytest.raises(InputError, match=r"its checksum(.|\n)*recorded on") as refusal:
        fetch(Wishes(**wishes), changes=True)
    assert refusal.value.fix.endswith("`sinkbook fetch table --refresh`.")
    assert state(tmp_path) == before
    assert "changed: " in fetch(Wishes(**wishes, refresh=True), changes=True).seen
    assert file.read_bytes() == server.content
    file.unlink()
    assert "checksum as known" in fetch(changes=True).seen  # the bytes on record need no option


def test_a_cut_download_goes_on_where_it_was_cut(fetch, server, tmp_path):
    server.script = [("cut", 100_000)]
    seen = []
    fetch(report=lambda there, total: seen.append((there, total)))
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content
    assert [asked[1:] for asked in server.asked] == [(None, None), ("bytes=100000-", '"v1"')]
    assert seen[-1] == (len(server.content), len(server.content))
    assert set(state(tmp_path)) == {"tables/table.csv", RECORD}


def test_a_download_that_is_cut_every_time_is_resumed_by_the_next_command(
    fetch, server, tmp_path, waits
):
    server.script = [("cut", 1_000), ("cut", 2_000), ("cut", 3_000)]
    with pytest.raises(InputError, match="could not be fetched from localhost") as refusal:
        fetch()
    assert "3000 bytes are kept and the next fetch goes on from there" in str(refusal.value)
    assert "after 3 attempts" in str(refusal.value)
    assert waits == [1.0, 2.0]
    assert not (tmp_path / "tables").exists()
    assert not (tmp_path / RECORD).exists()
    fetch()
    assert server.asked[-1][1] == "bytes=3000-"
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_two_versions_are_never_joined(fetch, server, tmp_path):
    server.script = [("cut", 1_000)] * 3
    with pytest.raises(InputError, match="could not be fetched"):
        fetch()
    server.content, server.mark = b"new,one\n" * 9_000, '"v2"'
    fetch()
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_without_a_mark_of_the_version_a_cut_download_starts_again(fetch, server, tmp_path):
    server.mark, server.script = None, [("cut", 1_000)]
    fetch()
    assert [asked[1] for asked in server.asked] == [None, None]
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_with_a_checksum_a_wrong_join_is_seen_and_fetched_whole(fetch, server, tmp_path):
    server.mark, server.script = None, [("cut", 5_000)] * 3
    good = sha256(server.content)
    with pytest.raises(InputError, match="could not be fetched"):
        fetch(sha256=good, sha256_from="the provider")
    part = tmp_path / ".table.part"
    part.write_bytes(b"x" * 5_000)
    fetch(sha256=good, sha256_from="the provider")
    assert [asked[1] for asked in server.asked[3:]] == ["bytes=5000-", None]
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_a_part_of_the_file_is_not_taken_for_the_whole(fetch, server, tmp_path):
    server.script = [("piece", 1_000), ("piece", 2_000)]
    fetch()
    assert [asked[1] for asked in server.asked] == [None, "bytes=1000-", "bytes=3000-"]
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


@pytest.mark.parametrize("text", ["\xb2", "9" * 5_000, "soon"])
def test_a_wait_that_is_no_number_is_none(fetch, server, tmp_path, waits, text):
    server.script = [("status", 503, [("Retry-After", text)])]
    fetch()
    assert waits == [1.0]
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


@pytest.mark.parametrize("script", [("status", 416), ("misfit",)])
def test_an_answer_that_does_not_fit_the_part_starts_again(fetch, server, tmp_path, script):
    server.script = [("cut", 1_000), script]
    fetch()
    assert [asked[1] for asked in server.asked] == [None, "bytes=1000-", None]
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_a_stalled_server_is_left_and_asked_again(fetch, server, tmp_path):
    server.script = [("stall", 2_000, 1.2)]
    fetch()
    assert server.asked[-1][1] == "bytes=2000-"
    assert (tmp_path / "tables/table.csv").read_bytes() == server.content


def test_trouble_of_the_server_is_waited_for(fetch, server, waits):
    server.script = [("status", 503, [("Retry-After", "7")]), ("status", 500)]
    assert fetch().state == "fetched"
    assert waits == [7.0, 2.0]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([("status", 404)], "404 Not Found"),
        ([("status", 403)], "403 Forbidden"),
        ([("status", 500)] * 3, "500 Internal Server Error, after 3 attempts"),
        ([("page",)], r"web page \(HTML\), not the file"),
        ([("page", "text/csv")], "Please sign in"),
        ([("status", 302, [("Location", "http://localhost/x")])], "not safe"),
        ([("status", 302, [("Location", "file:///etc/passwd")])], "not safe"),
        ([("status", 302, [("Location", "https://[x")])], r"not safe(.|\n)*found: https://\[x\n"),
        ([("status", 302, [("Location", "/again")])] * 9, "in circles"),
        ([("endless", 2_400_000)], "larger than it can be"),
        ([("status", 200, [("Content-Encoding", "gzip")])], "packs the file on its way"),
    ],
)
def test_a_failed_fetch_leaves_everything_as_it_was(fetch, server, tmp_path, script, message):
    fetch()
    before = state(tmp_path)
    server.script = list(script)
    with pytest.raises(InputError, match=message) as refusal:
        fetch(Wishes(accept_change=True))
    assert str(tmp_path) not in str(refusal.value)
    assert state(tmp_path) == before


def test_a_redirect_within_tls_is_followed(fetch, server):
    server.script = [("status", 301, [("Location", "/moved.csv")])]
    assert fetch().state == "fetched"
    assert [asked[0] for asked in server.asked] == ["/table.csv", "/moved.csv"]


def test_more_than_the_limit_is_refused_before_it_is_read(fetch, server, tmp_path):
    server.content = b"1,2\n" * 600_000
    with pytest.raises(InputError, match="at most 2000000 bytes"):
        fetch()
    assert state(tmp_path) == {}


def test_a_corrupted_file_is_not_taken_for_its_format(fetch, server, tmp_path):
    with pytest.raises(InputError, match="not what it should be") as refusal:
        fetch(format="netcdf", path="grid.nc")
    assert "a NetCDF file" in str(refusal.value)
    assert state(tmp_path) == {}
    server.content = b""
    with pytest.raises(InputError, match="an empty answer"):
        fetch()


def test_a_certificate_nobody_vouches_for_is_refused_at_once(fetch, server, tmp_path, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(InputError, match="certificate of the server is not trusted"):
        fetch(session=open_session())
    assert server.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca))
    assert fetch(session=open_session()).state == "fetched"


def test_credentials_of_the_home_folder_are_not_sent(server, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine localhost login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with open_session(server.ca) as session:
        answer = session.get(f"{server.url}/x", timeout=5, verify=session.verify)
        assert "Authorization" not in answer.request.headers
    with pytest.raises(InputError, match="certificate authorities is missing"):
        open_session(tmp_path / "none.pem")


def test_without_a_network_it_says_what_to_do(fetch, tmp_path):
    with pytest.raises(InputError, match="could not be fetched from localhost") as refusal:
        fetch(urls=["https://localhost:9/table.csv"])
    text = str(refusal.value)
    assert "refused" in text
    assert "0x" not in text
    assert "--file" in text
    assert state(tmp_path) == {}


def test_the_next_address_is_tried(fetch, server):
    server.script = [("status", 404)]
    urls = [f"{server.url}/gone.csv", f"{server.url}/table.csv"]
    assert fetch(urls=urls).state == "fetched"


def test_a_mirror_is_asked_and_held_to_the_same_checksum(fetch, server, tmp_path):
    fetch(Wishes(mirror=f"{server.url}/copies/"))
    assert server.asked == [("/copies/table/table.csv", None, None)]
    shutil.rmtree(tmp_path / "tables")
    server.content += b"forged\n"
    with pytest.raises(InputError, match="does not have its checksum"):
        fetch(Wishes(mirror=f"{server.url}/copies"))
    with pytest.raises(InputError, match="only https"):
        fetch(Wishes(mirror="http://localhost/copies"))


def test_a_link_from_the_page_is_used_if_it_is_the_providers(fetch, server):
    fields = {"access": "agreement", "urls": [], "steps": ["Open the page."]}
    waiting = fetch(**fields)
    assert (waiting.state, waiting.seen) == ("by hand", "Open the page.")
    with pytest.raises(InputError, match="not one of the provider"):
        fetch(Wishes(link="https://example.org/table.csv"), **fields)
    assert fetch(Wishes(link=f"{server.url}/passing/table.csv"), **fields).state == "fetched"


def test_a_file_from_the_browser_is_checked_and_recorded(fetch, server, tmp_path):
    fields = {"access": "request", "urls": [], "steps": ["Ask."]}
    (tmp_path / "downloads").mkdir()
    file = tmp_path / "downloads" / "x.csv"
    file.write_bytes(b"<html>Sign in</html>")
    with pytest.raises(InputError, match="web page"):
        fetch(Wishes(file=file), **fields)
    file.write_bytes(server.content)
    arrival = fetch(Wishes(file=file), **fields)
    assert arrival.state == "taken"
    assert read_records(tmp_path)["table"].origin == "file x.csv"
    assert file.exists()
    assert server.asked == []
    with pytest.raises(InputError, match="not there"):
        fetch(Wishes(file=tmp_path / "none"), **fields)
    file.write_bytes(b"1" * 2_000_001)
    with pytest.raises(InputError, match="at most 2 MB"):
        fetch(Wishes(file=file), **fields)


def test_files_that_only_a_person_can_place_are_not_fetched(fetch, tmp_path):
    fields = {"access": "request", "urls": [], "steps": ["Ask."], "format": "folder", "path": "x"}
    assert fetch(**fields).state == "by hand"
    with pytest.raises(InputError, match="put in place by hand"):
        fetch(Wishes(file=tmp_path), **fields)


def tar_of(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_an_archive_is_unpacked_into_its_folder_beside_what_is_there(fetch, server, tmp_path):
    fields = {"format": "tar.gz", "path": "mip", "keep": "*_fluxes_*"}
    server.content = tar_of(**{"IS/A_fluxes_IS.nc4": b"one", "README": b"two"})
    (tmp_path / "mip").mkdir()
    (tmp_path / "mip" / "mine.nc4").write_text("mine")
    arrival = fetch(**fields)
    assert arrival.files == ["mip/IS/A_fluxes_IS.nc4"]
    assert set(state(tmp_path)) == {"mip/IS/A_fluxes_IS.nc4", "mip/mine.nc4", RECORD}
    assert read_records(tmp_path)["table"].files == {"mip/IS/A_fluxes_IS.nc4": sha256(b"one")}
    before = state(tmp_path)
    server.content = tar_of(**{"IS/A_fluxes_IS.nc4": b"new", "../A_fluxes_IS.nc4": b"evil"})
    with pytest.raises(InputError, match="not safe to unpack"):
        fetch(Wishes(accept_change=True), **fields)
    server.content = tar_of(README=b"two")
    with pytest.raises(InputError, match="no file that is wanted"):
        fetch(Wishes(accept_change=True), **fields)
    assert state(tmp_path) == before


def test_a_link_in_the_data_folder_does_not_lead_the_file_away(fetch, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (tmp_path / "tables").symlink_to(elsewhere)
    with pytest.raises(InputError, match="lies outside the folder of data"):
        fetch()
    assert list(elsewhere.iterdir()) == []


ARCHIVE = {"format": "tar.gz", "path": "mip"}


@pytest.mark.parametrize(
    ("obstacle", "match"),
    [
        ("link", "lies outside the folder of data"),
        ("folder", "place of the file is taken(.*\n)*.*a folder of this name"),
        ("file", "place of the file is taken(.*\n)*.*a file named 'b' where a folder"),
        ("closed", "place of the file is taken(.*\n)*.*no permission to write into 'b'"),
    ],
)
def test_an_archive_is_placed_whole_or_not_at_all(
    fetch, server, tmp_path, tmp_path_factory, monkeypatch, obstacle, match
):
    server.content = tar_of(**{"a/one.nc": b"old"})
    fetch(**ARCHIVE)
    second = tmp_path / "mip" / "b"
    if obstacle == "link":
        second.symlink_to(tmp_path_factory.mktemp("elsewhere"))
    elif obstacle == "folder":
        (second / "two.nc").mkdir(parents=True)
    elif obstacle == "file":
        second.write_text("mine")
    else:
        second.mkdir()
        allowed = fetching.placement.os.access
        monkeypatch.setattr(
            fetching.placement.os,
            "access",
            lambda path, mode: path != second and allowed(path, mode),
        )
    before = state(tmp_path)
    server.content = tar_of(**{"a/one.nc": b"new", "b/two.nc": b"new", "c/three.nc": b"new"})
    with pytest.raises(InputError, match=match):
        fetch(Wishes(accept_change=True), **ARCHIVE)
    assert state(tmp_path) == before
    assert not (tmp_path / "mip" / "c").exists()


def test_members_that_an_archive_no_longer_has_are_removed(fetch, server, tmp_path):
    server.content = tar_of(**{"A.nc": b"1", "B.nc": b"2", "C.nc": b"3"})
    fetch(**ARCHIVE)
    (tmp_path / "mip" / "mine.nc").write_text("mine")
    (tmp_path / "mip" / "C.nc").unlink()
    server.content = tar_of(**{"A.nc": b"4"})
    (tmp_path / "mip" / "B.nc").write_text("edited")
    before = state(tmp_path)
    with pytest.raises(InputError, match="was changed since it was fetched"):
        fetch(Wishes(accept_change=True), **ARCHIVE)
    assert state(tmp_path) == before
    (tmp_path / "mip" / "B.nc").write_bytes(b"2")
    arrival = fetch(Wishes(accept_change=True), **ARCHIVE)
    assert "gone with this version: mip/B.nc" in arrival.seen
    assert set(state(tmp_path)) == {"mip/A.nc", "mip/mine.nc", RECORD}
    assert set(read_records(tmp_path)["table"].files) == {"mip/A.nc"}


def test_what_another_source_has_put_there_stays(fetch, server, tmp_path):
    server.content = tar_of(**{"A.nc": b"1", "B.nc": b"2"})
    fetch(**ARCHIVE)
    fetch(name="other", **ARCHIVE)
    server.content = tar_of(**{"A.nc": b"1"})
    assert "gone with" not in fetch(Wishes(accept_change=True), **ARCHIVE).seen
    assert (tmp_path / "mip" / "B.nc").is_file()


def test_a_full_disk_is_told_and_nothing_is_lost(fetch, tmp_path, monkeypatch):
    fetch()
    before = state(tmp_path)
    real = Path.open

    def full(self, mode="r", *rest, **options):
        if self.name == ".table.part":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, mode, *rest, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(InputError, match="No space left on device"):
        fetch(Wishes(accept_change=True))
    after = state(tmp_path)
    after.pop(".table.part.json")
    assert after == before


def test_a_file_larger_than_the_disk_is_not_begun(fetch, server, monkeypatch, tmp_path):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(InputError, match="no room for the file"):
        fetch()
    assert state(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_told(fetch, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(fetching.placement.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        fetch()


def test_what_a_killed_fetch_left_is_removed(fetch, tmp_path):
    (tmp_path / ".fetch-old").mkdir()
    (tmp_path / ".fetch-old" / "x").write_text("x")
    (tmp_path / ".table.fetched").write_text("half")
    fetch()
    assert set(state(tmp_path)) == {"tables/table.csv", RECORD}
    assert threading.active_count() < 20
