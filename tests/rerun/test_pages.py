"""The directives and the line of each chapter, in a small book that is really built."""

import re

import pytest
from sphinx.application import Sphinx

from helpers.rerun.pages import SETTING, chapter_line

REPOSITORY = {"repository": "https://github.com/owner/book"}


@pytest.fixture
def build(tmp_path):
    """Build a book of the page and one chapter with a launch setting; return page and chapter."""

    def run(
        setting,
        text="# Rerun\n\n```{launch-links}\n```\n\n## All\n\n```{parameter-reference}\n```\n",
    ):
        source = tmp_path / "source"
        (source / "book" / "chapters").mkdir(parents=True, exist_ok=True)
        (source / "index.md").write_text(
            "# A\n\n```{toctree}\nbook/rerun\nbook/chapters/masks\n```"
        )
        (source / "book" / "rerun.md").write_text(text)
        (source / "book" / "chapters" / "masks.ipynb").write_text(
            '{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Masks"}],'
            '"metadata": {"kernelspec": {"name": "python3", "language": "python",'
            '"display_name": "Python"}}, "nbformat": 4, "nbformat_minor": 5}'
        )
        settings = {"extensions": ["myst_nb", "helpers.rerun.pages"], SETTING: setting,
                    "nb_execution_mode": "off", "suppress_warnings": ["config.cache"]}  # fmt: skip
        out = tmp_path / "out"
        app = Sphinx(str(source), None, str(out), str(tmp_path / "trees"), "html",
                     confoverrides=settings, status=None, freshenv=True)  # fmt: skip
        app.build(force_all=True)
        pages = (out / "book" / "rerun.html", out / "book" / "chapters" / "masks.html")
        return [page.read_text(encoding="utf-8") for page in pages]

    return run


def test_without_a_setting_no_page_names_a_service(build):
    page, chapter = build({})
    assert "names no hosted service" in page
    for text in (page, chapter):
        assert 'class="launch"' not in text
        assert "mybinder.org" not in text
    assert 'href="../rerun.html#rerun-masks">Rerun this chapter</a> with other values.' in chapter
    assert 'id="rerun-masks"' in page
    assert re.sub(r"<[^>]+>", "", page).count("sinkbook run") > 10


def test_with_a_setting_there_are_links_and_nothing_else_from_outside(build):
    page, chapter = build(REPOSITORY)
    assert page.count('class="launch"') > 20
    found = re.findall(r'class="launch" rel="noopener" href="([^"]+)"', chapter)
    assert len(found) == 2
    assert all(link.endswith("masks.ipynb") for link in found)
    assert not re.search(r"<(?:img|script|iframe|link)[^>]+(?:mybinder|colab)", page + chapter)


def test_a_wrong_setting_stops_the_build(build):
    with pytest.raises(Exception, match="Unknown key of the launch setting"):
        build({"repo": "x"})


def test_the_line_of_a_chapter():
    line = chapter_line("what_does", setting=REPOSITORY, up="../")
    assert 'href="../rerun.html#rerun-what-does"' in line
    assert "open it in <a" in line
