"""A chapter's figure on another page."""

import base64
import json

import pytest

from helpers.errors import InputError
from helpers.excerpt import CHAPTERS, find_figure
from helpers.figures import METADATA_KEY


@pytest.fixture
def source(tmp_path):
    output = {
        "output_type": "display_data",
        "data": {"image/png": base64.b64encode(b"png").decode()},
        "metadata": {
            "image/png": {"alt": "A line rises from 1 to 2."},
            METADATA_KEY: {"files": ["sink-annual.csv", "sink-annual.nc"], "parameters": {}},
        },
    }
    cell = {
        "metadata": {"mystnb": {"figure": {"caption": "A line.", "name": "x"}}},
        "outputs": [output],
    }
    folder = tmp_path / CHAPTERS
    folder.mkdir(parents=True)
    (folder / "sink.ipynb").write_text(json.dumps({"cells": [{"metadata": {}}, cell]}))
    return tmp_path


def test_image_caption_and_text_alternative_come_along(source):
    found = find_figure("sink-annual", source=source)
    assert (found.png, found.alt, found.caption) == (b"png", "A line rises from 1 to 2.", "A line.")
    assert found.facts["files"] == ["sink-annual.csv", "sink-annual.nc"]


def test_a_figure_that_was_not_published_is_refused_with_those_that_were(source):
    with pytest.raises(
        InputError, match=r"did not publish(.|\n)*no sink-maps\.csv\n  accepted: sink-annual"
    ):
        find_figure("sink-maps", source=source)


def test_a_chapter_that_is_not_there_is_refused(source):
    with pytest.raises(
        InputError, match=r"not there(.|\n)*no wells\.ipynb\n  accepted: <notebook>"
    ):
        find_figure("wells-annual", source=source)
