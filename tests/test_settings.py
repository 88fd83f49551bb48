"""Settings of the notebooks: book and fast values."""

import pytest

from helpers.errors import InputError
from helpers.settings import load_settings


@pytest.fixture
def settings(tmp_path):
    def write(text):
        path = tmp_path / "parameters.yml"
        path.write_text(text)
        return path

    return write


def test_fast_values_lie_over_those_of_the_book(settings):
    path = settings(
        "book:\n  common: {start_year: 2015, end_year: 2019}\n  notebooks: {b: {end_year: 2020}}\n"
        "fast:\n  common: {start_year: 2018}\n  notebooks: {b: {start_year: 2019}}\n"
    )
    load = {"notebooks": ["a", "b"]}
    assert load_settings(path, fast=False, **load) == {
        "a": {"start_year": 2015, "end_year": 2019},
        "b": {"start_year": 2015, "end_year": 2020},
    }
    assert load_settings(path, fast=True, **load) == {
        "a": {"start_year": 2018, "end_year": 2019},
        "b": {"start_year": 2019, "end_year": 2020},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bok: {}", "did you mean 'book'"),
        ("book: {start_year: 2015}", "accepted: common, notebooks"),
        ("book: {notebooks: {sikn: {}}}", "did you mean 'sink'"),
        ("book: {notebooks: {sink: 3}}", "found: 3"),
        ("- book", "unknown entry"),
        ("book: [", "not YAML"),
    ],
)
def test_settings_of_another_shape_are_refused(settings, text, message):
    with pytest.raises(InputError, match=message):
        load_settings(settings(text), notebooks=["sink"], fast=False)


def test_missing_settings_are_refused(tmp_path):
    with pytest.raises(InputError, match="settings of the notebooks are missing"):
        load_settings(tmp_path / "parameters.yml", notebooks=[], fast=False)
