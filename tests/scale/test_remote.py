"""Object storage: nothing is fetched unasked; what is copied gives the numbers of the original."""

import numpy as np
import pytest
import xarray as xr
import zarr

from helpers.catalog import load_catalog
from helpers.errors import InputError
from helpers.scale import remote
from helpers.sources import read_product

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

YEARS = {"start_year": 2015, "end_year": 2016}
BUCKET = "carbon"


@pytest.fixture(scope="module")
def server():
    """Return the address of an S3-compatible server on this machine, or skip saying so."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    s3fs = pytest.importorskip("s3fs", reason="s3fs is not installed")
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"key": "test", "secret": "test", "client_kwargs": {"region_name": "us-east-1"}}
    public = {"s3_additional_kwargs": {"ACL": "public-read"}}
    storage = s3fs.S3FileSystem(endpoint_url=address, **keys, **public)
    storage.call_s3("create_bucket", Bucket=BUCKET, ACL="public-read")
    yield address, storage
    running.stop()


@pytest.fixture
def local(tmp_path, world):
    """Write a store with longitudes from 0 to 360, a second variable and missing cells."""
    field = world((2015, 2016), resolution=1.0).reindex(
        lat=np.arange(-89.5, 90.0), lon=np.arange(0.5, 360.0)
    )
    data = field.to_dataset().assign(other=field * 2)
    data.chunk({"time": 4}).to_zarr(tmp_path / "world.zarr", consolidated=False)
    return tmp_path / "world.zarr"


def catalog(folder, url, **remote_options):
    from_yearly = "files: yearly/{year}.nc", "files: copies/world.zarr"
    lines = [f"      {name}: {value}" for name, value in {"url": url, **remote_options}.items()]
    text = (folder / "catalog.yml").read_text().replace(*from_yearly)
    (folder / "catalog.yml").write_text(text + "  options:\n    remote:\n" + "\n".join(lines))
    return folder


def test_a_store_is_copied_once_when_allowed_and_reads_as_the_original(server, local, data_dir):
    address, storage = server
    storage.put(str(local), f"{BUCKET}/deep/world.zarr", recursive=True)
    folder = catalog(data_dir, f"s3://{BUCKET}/deep/world.zarr", endpoint=address)
    told = []
    assert remote.copy_absent(folder, is_allowed=True, report=told.append) == []
    assert told == [f"copying s3://{BUCKET}/deep/world.zarr"]
    product = load_catalog(folder)["yearly"]
    copied = read_product(product, data_dir=folder, **YEARS)
    plain = product.model_copy(update={"files": local.name, "options": {}})
    original = read_product(plain, data_dir=local.parent, **YEARS)
    xr.testing.assert_equal(copied, original)
    copy = zarr.open_group(folder / "copies" / "world.zarr", mode="r")
    assert "other" not in copy
    assert copy["nbp"].shape[1:] < (180, 360)
    assert copy["nbp"].chunks[0] == 4
    assert copy.attrs["copied_from"] == f"s3://{BUCKET}/deep/world.zarr"
    assert [p.name for p in (folder / "copies").iterdir()] == ["world.zarr"]
    assert remote.copy_absent(folder, is_allowed=True, report=told.append) == []
    assert len(told) == 1


def test_credentials_come_from_the_surroundings(server, local, data_dir, monkeypatch):
    address, storage = server
    keys = {"s3_additional_kwargs": {"ACL": "private"}, "client_kwargs": storage.client_kwargs}
    private = type(storage)(endpoint_url=address, key="test", secret="test", **keys)
    private.put(str(local), f"{BUCKET}/private.zarr", recursive=True)
    url = f"s3://{BUCKET}/private.zarr"
    with pytest.raises(InputError, match=r"PermissionError(.|\n)*anonymous: false"):
        remote.copy_absent(catalog(data_dir, url, endpoint=address), is_allowed=True)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    text = (data_dir / "catalog.yml").read_text()
    (data_dir / "catalog.yml").write_text(text + "\n      anonymous: false\n")
    assert remote.copy_absent(data_dir, is_allowed=True) == []
    assert (data_dir / "copies" / "world.zarr").is_dir()


def test_a_store_that_is_not_there_leaves_nothing(server, data_dir):
    address, _ = server
    folder = catalog(data_dir, f"s3://{BUCKET}/absent.zarr", endpoint=address)
    with pytest.raises(InputError, match=r"Zarr store cannot be read(.|\n)*absent\.zarr"):
        remote.copy_absent(folder, is_allowed=True)
    assert list((folder / "copies").iterdir()) == []


def test_a_copy_does_not_leave_the_folder_of_data(data_dir, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    folder = catalog(data_dir, "s3://bucket/world.zarr")
    (folder / "copies").symlink_to(elsewhere)
    with pytest.raises(InputError, match=r"outside the folder of data(.|\n)*elsewhere"):
        remote.copy_absent(folder, is_allowed=True)
    assert list(elsewhere.iterdir()) == []


def test_a_copy_does_not_take_the_place_of_a_file(data_dir):
    folder = catalog(data_dir, "s3://bucket/world.zarr")
    (folder / "copies").write_text("mine")
    with pytest.raises(InputError, match=r"place of the file is taken(.|\n)*'copies'"):
        remote.copy_absent(folder, is_allowed=True)
    assert (folder / "copies").read_text() == "mine"


def test_a_link_in_the_place_of_a_store_is_the_store(data_dir, monkeypatch):
    """Also one that leads nowhere: it says where the reader keeps the store."""
    folder = catalog(data_dir, "s3://bucket/world.zarr")
    monkeypatch.setattr(remote, "copy_store", None)
    (folder / "copies").mkdir()
    (folder / "copies" / "world.zarr").symlink_to("nowhere")
    assert remote.copy_absent(folder, is_allowed=True) == []


def test_what_a_killed_copy_left_is_removed(server, local, data_dir):
    address, storage = server
    storage.put(str(local), f"{BUCKET}/again/world.zarr", recursive=True)
    folder = catalog(data_dir, f"s3://{BUCKET}/again/world.zarr", endpoint=address)
    (folder / "copies" / ".part-99999999-x").mkdir(parents=True)
    assert remote.copy_absent(folder, is_allowed=True) == []
    assert [path.name for path in (folder / "copies").iterdir()] == ["world.zarr"]


def test_nothing_is_fetched_unasked(monkeypatch, data_dir):
    folder = catalog(data_dir, "s3://bucket/world.zarr")
    monkeypatch.setattr(remote, "copy_store", None)
    (notice,) = remote.copy_absent(folder, is_allowed=False)
    assert "s3://bucket/world.zarr" in notice
    assert "--allow-remote" in notice


def test_other_readers_have_no_remote_store(tmp_path):
    assert {remote.remote_of(product) for product in load_catalog().values()} == {None}


def test_a_package_that_is_not_installed_is_named(monkeypatch, data_dir):
    folder = catalog(data_dir, "gs://bucket/world.zarr")
    monkeypatch.setattr(remote.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"no package gcsfs(.|\n)*pip install gcsfs"):
        remote.copy_absent(folder, is_allowed=True)


def test_only_the_address_and_the_choice_of_identity_are_passed_on(monkeypatch):
    monkeypatch.setattr(remote.importlib.util, "find_spec", lambda name: name)
    store = remote.RemoteStore(url="s3://bucket/a.zarr", anonymous=False)
    assert remote._access(store) == {"anon": False, "config_kwargs": remote._TIMEOUT}
    assert remote._access(remote.RemoteStore(url="abfs://box/a.zarr")) == {}


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://host/a.zarr", "s3:///a.zarr", "s3://bucket", "/a.zarr",
     "s3://bucket/a b.zarr", "s3://user:word@host/a.zarr", "memory://a/b"],
)  # fmt: skip
def test_other_addresses_are_refused(url, data_dir):
    with pytest.raises(InputError, match=r"catalog entry is not valid"):
        load_catalog(catalog(data_dir, f"'{url}'"))


def test_an_endpoint_elsewhere_has_to_be_encrypted(data_dir):
    with pytest.raises(InputError, match=r"catalog entry is not valid"):
        load_catalog(catalog(data_dir, "s3://bucket/a.zarr", endpoint="http://s3.example.org"))


def test_a_pattern_cannot_be_a_copy(data_dir):
    folder = catalog(data_dir, "s3://bucket/world.zarr")
    text = (folder / "catalog.yml").read_text().replace("world.zarr\n  var", "*.zarr\n  var")
    (folder / "catalog.yml").write_text(text)
    with pytest.raises(InputError, match="one plain path"):
        load_catalog(folder)


def test_very_large_chunks_are_cut(monkeypatch):
    field = xr.DataArray(np.zeros((40, 10, 10)), dims=("time", "lat", "lon")).chunk()
    assert remote._chunks(field) == {"time": 40, "lat": 10, "lon": 10}
    monkeypatch.setattr(remote, "MOST_BYTES", 8000)
    assert remote._chunks(field) == {"time": 10, "lat": 10, "lon": 10}
