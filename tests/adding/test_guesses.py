"""What the words of a file tell, and what they leave open."""

import pytest

from helpers.adding import guesses
from helpers.adding.inspection import Inspection
from helpers.errors import InputError

NOTHING = dict.fromkeys(guesses.QUESTIONS)


def found(variable="flux", **attrs):
    return Inspection(
        variable=variable, candidates=(variable,), attrs=attrs, file_attrs={}, grid="", steps=None,
        start_year=2015, end_year=2019, member_dimension=None, members=1,
    )  # fmt: skip


def guess(name, variable="flux", **attrs):
    return guesses.guess_all(found(variable, **attrs), NOTHING)[name]


@pytest.mark.parametrize(
    ("variable", "attrs", "value", "certain"),
    [
        ("nbp", {}, "NBP", True),
        ("NEE_mean", {}, "NEE", True),
        ("flux", {"long_name": "Gross Primary Production"}, "GPP", True),
        ("x", {"standard_name": "net_primary_productivity_expressed_as_carbon"}, "NPP", True),
        ("nep", {"long_name": "net ecosystem exchange"}, None, False),
        ("nee", {"long_name": "net ecosystem production"}, None, False),
        ("flux", {}, None, False),
        ("canopee", {}, None, False),
    ],
)  # fmt: skip
def test_quantity(variable, attrs, value, certain):
    told = guess("quantity", variable, **attrs)
    assert (told.value, told.is_certain) == (value, certain)


@pytest.mark.parametrize(
    ("attrs", "value", "certain"),
    [
        ({"units": "gC m-2 month-1"}, "gC m-2 month-1", True),
        ({"units": "umol m-2 s-1"}, "umol m-2 s-1", True),
        ({"units": "kg m-2 s-1"}, "kg C m-2 s-1", False),
        ({"units": "kg m-2 s-1", "long_name": "CO2 flux"}, "kg CO2 m-2 s-1", False),
        ({"units": "kg m-2 s-1", "standard_name": "net_primary_productivity_expressed_as_carbon"},
         "kg C m-2 s-1", True),
        ({"units": "kg m-2 s-1", "standard_name": "upward_mass_flux_of_carbon_dioxide"},
         "kg CO2 m-2 s-1", True),
        ({"units": "kg s-1"}, "kg C s-1 cell-1", False),
        ({"units": "kg C s-1"}, "kg C s-1 cell-1", False),
        ({"units": "degrees"}, None, False),
        ({}, None, False),
    ],
)  # fmt: skip
def test_units(attrs, value, certain):
    told = guess("units", **attrs)
    assert (told.value, told.is_certain) == (value, certain)


@pytest.mark.parametrize(
    ("variable", "attrs", "value", "certain"),
    [
        ("nbp", {"positive": "down"}, "land", True),
        ("nee", {"positive": "up"}, "atmosphere", True),
        ("nbp", {}, "land", False),
        ("nee", {}, "atmosphere", False),
        ("flux", {}, None, False),
        ("nbp", {"positive": "up", "standard_name": "downward_flux"}, "land", False),
    ],
)  # fmt: skip
def test_sign(variable, attrs, value, certain):
    told = guess("positive", variable, **attrs)
    assert (told.value, told.is_certain) == (value, certain)


@pytest.mark.parametrize(
    ("attrs", "value", "certain"),
    [
        ({"cell_methods": "area: mean where land time: mean"}, "land", True),
        ({"cell_methods": "area: mean time: mean"}, "cell", True),
        ({"cell_methods": "time: mean"}, "cell", False),
        ({"units": "kg C cell-1 s-1"}, "cell", True),
    ],
)
def test_area(attrs, value, certain):
    told = guess("area_basis", **attrs)
    assert (told.value, told.is_certain) == (value, certain)


def test_the_method_is_never_certain():
    assert guess("method", "nbe").value == "top-down"
    assert guess("method", "nbp").value == "bottom-up"
    assert not guess("method", "nbp").is_certain


def test_answers_win_and_say_what_they_contradict():
    told = guesses.guess_all(
        found("nbp", units="g C m-2 yr-1", positive="down"),
        {**NOTHING, "units": "gC m-2 yr-1", "positive": "Atmosphere"},
    )
    assert told["units"].evidence == "you said so"
    assert told["positive"].value == "atmosphere"
    assert "but the file says positive = 'down'" in told["positive"].evidence
    told = guesses.guess_all(
        found("nbp", units="g C m-2 yr-1"), {**NOTHING, "units": "kg C m-2 yr-1"}
    )
    assert "but the file says" in told["units"].evidence


@pytest.mark.parametrize(
    ("name", "answer", "match"),
    [
        ("positive", "up", "land or atmosphere"),
        ("quantity", "QUANTITY", "GPP or NPP"),
        ("units", "kg m-2 s-1", "does not say of what"),
        ("units", "K", "unsuitable flux units"),
        ("units", "kg C s-1", "unsuitable flux units"),
    ],
)
def test_answers_that_are_refused(name, answer, match):
    with pytest.raises(InputError, match=match):
        guesses.check_answer(name, answer)


@pytest.mark.parametrize(
    ("stated", "answer", "differs"),
    [
        (None, "g C m-2 yr-1", False),
        ("kg m-2 s-1", "kg CO2 m-2 s-1", False),
        ("kg s-1", "kg C cell-1 s-1", False),
        ("g C m-2 yr-1", "kg C m-2 yr-1", True),
        ("nonsense", "kg C m-2 yr-1", True),
        ("kg C m-2 s-1", "kg CO2 m-2 s-1", True),
    ],
)
def test_whether_an_answer_contradicts_the_file(stated, answer, differs):
    attrs = {} if stated is None else {"units": stated}
    assert guesses.contradicts_file(found(**attrs), answer) is differs


def test_citation():
    assert guesses.citation_of({"references": "A paper"}, "T") == "A paper"
    assert guesses.citation_of({}, "T") == "T, added by the reader"
