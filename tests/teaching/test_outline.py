"""What a notebook of exercises says of itself."""

import json

import pytest

from helpers.errors import InputError
from helpers.teaching.outline import read_outline

OFFER = "**Time:** an hour.\n**You need:** arithmetic.\n\nAfterwards you can\n\n- add\n- take away"


def markdown(source, *tags):
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def write(path, *cells):
    path.write_text(json.dumps({"cells": list(cells)}))
    return path


def test_an_outline_is_read_from_the_cells(tmp_path):
    cells = [
        markdown(["# Exercises: sums\n", "\n", "Text."]),
        markdown(OFFER, "outcomes"),
        markdown("## 1. Add\n\nTask.", "exercise"),
        {"cell_type": "code", "metadata": {"tags": ["exercise"]}, "source": "## 9. no heading"},
        markdown("## no exercise"),
        markdown("## 2. Take away", "exercise"),
    ]
    outline = read_outline(write(tmp_path / "sums.ipynb", *cells))
    assert (outline.topic, outline.title) == ("sums", "Exercises: sums")
    assert (outline.time, outline.needs) == ("an hour.", "arithmetic.")
    assert outline.outcomes == ("add", "take away")
    assert outline.exercises == ("1. Add", "2. Take away")


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [markdown("no title"), markdown(OFFER, "outcomes")],
        [markdown("# Title"), markdown(OFFER)],
        [markdown("# Title"), markdown(OFFER.partition("- add")[0], "outcomes")],
        [markdown("# Title"), markdown(OFFER.replace("Time", "Duration"), "outcomes")],
    ],
)
def test_what_is_not_said_is_asked_for(tmp_path, cells):
    with pytest.raises(InputError, match=r"does not say what it offers(?s:.*)\*\*Time:\*\*"):
        read_outline(write(tmp_path / "sums.ipynb", *cells))
