"""The browser that prints: found or named, and kept inside the folder of the book."""

import builtins
import shutil

import pytest

from helpers.errors import InputError
from helpers.pdf import browser


def test_missing_browser_is_said_with_the_command_that_installs_one(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match=r"no browser(?s:.*)apt-get install chromium"):
        browser.find_browser()


def test_first_browser_found_is_taken(monkeypatch):
    monkeypatch.setattr(shutil, "which", {"google-chrome": "/opt/chrome"}.get)
    assert browser.find_browser() == "/opt/chrome"


@pytest.fixture
def root(tmp_path):
    html = tmp_path / "html"
    (html / "_static").mkdir(parents=True)
    (html / "_static/a b.css").write_text("x")
    (html / "odd.zzz").write_text("y")
    (tmp_path / "secret.txt").write_text("no")
    return html


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://book.invalid/_static/a%20b.css?v=1", (200, "text/css", b"x")),
        ("http://book.invalid/odd.zzz", (200, "application/octet-stream", b"y")),
        ("http://book.invalid/print.html", (200, "text/html; charset=utf-8", b"<p>")),
        ("http://book.invalid/none.css", (404, "text/plain", None)),
        ("http://book.invalid/../secret.txt", (404, "text/plain", None)),
        ("http://book.invalid/%2e%2e/secret.txt", (404, "text/plain", None)),
        ("http://elsewhere.example/_static/a%20b.css", (404, "text/plain", None)),
    ],
)
def test_only_files_of_the_book_are_answered(root, address, expected):
    assert browser.answer(address, html_root=root, made={"/print.html": "<p>"}) == expected


def test_missing_package_is_said_with_its_remedy(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("playwright"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with (
        pytest.raises(InputError, match=r"not installed(?s:.*)playwright"),
        browser.open_browser(tmp_path, made={}),
    ):
        pass
