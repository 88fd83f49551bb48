"""A statement in words says what its data let it say, and no more."""

from dataclasses import replace

import pytest

from helpers import statements
from helpers.errors import InputError
from helpers.statements import PUBLISHED, Test

TEST = Test(
    claim="z24-season-summer-peak",
    product="beps",
    rule="the month of largest uptake is 6, 7 or 8",
    value=7,
    unit="month",
    holds=True,
    is_standin=False,
)


def judged(**changes):
    return statements.verdict(replace(TEST, **changes), profile="original", notebook="seasonality")


@pytest.mark.parametrize(
    ("holds", "is_standin", "constrained", "word"),
    [
        (True, False, False, "consistent"),
        (False, False, False, "inconsistent"),
        (True, True, False, "not-testable-here"),
        (False, True, False, "not-testable-here"),
        (True, True, True, "by-construction"),
        (False, True, True, "inconsistent"),
    ],
)
def test_the_verdict_depends_on_outcome_and_data(holds, is_standin, constrained, word):
    found = judged(holds=holds, is_standin=is_standin, constrained=constrained)
    assert found.verdict == word
    assert found.computed == 7
    assert "the month of largest uptake is 6, 7 or 8" in found.reason


def test_a_reconstruction_still_shows_what_the_rule_would_say():
    assert (
        "fails (4 of 14 members agree)."
        in judged(holds=False, is_standin=True, note="4 of 14 members agree").reason
    )


@pytest.mark.parametrize("is_standin", [True, False])
def test_an_undecided_test_says_why(is_standin):
    found = judged(holds=None, value=None, is_standin=is_standin, note="it needs all products")
    assert found.verdict == "not-testable-here"
    assert found.reason == "Cannot be decided: it needs all products."


def test_published_statements_alone_may_contradict_each_other():
    assert judged(product=PUBLISHED, holds=False).verdict == "inconsistent"


def test_a_decision_without_a_value_is_refused():
    with pytest.raises(
        InputError, match=r"decides without a value(?s:.*)found: nan\n(?s:.*)fix: Give"
    ):
        replace(TEST, value=float("nan"))
    with pytest.raises(InputError, match=r"decides without a value(?s:.*)found: None\n"):
        replace(TEST, value=None)


def test_silence_about_an_undecided_test_is_refused():
    with pytest.raises(
        InputError, match=r"does not say why(?s:.*)found: note ''\n(?s:.*)fix: Write"
    ):
        replace(TEST, holds=None)


def test_the_table_names_products_as_shown():
    table = statements.table([replace(TEST, product="beps+vegas")], titles={"beps": "BEPS (x)"})
    row = table.iloc[0]
    assert row["product"] == "BEPS (x), VEGAS"
    assert row["the rule"] == "holds"


def test_the_card_gives_the_statement_the_rule_and_the_outcomes():
    tests = [TEST, replace(TEST, product="vegas", value=-2.5, holds=False, note="a < b")]
    shown = statements.card(tests)._repr_html_()
    assert shown.count("<dt>") == 1
    assert shown.count("Rule: the month of largest uptake is 6, 7 or 8.") == 1
    assert "BEPS: 7 month, holds" in shown
    assert "VEGAS: \u22122.5 month, fails (a &lt; b)" in shown
    assert "z24-season-summer-peak: BEPS: 7 month, holds" in repr(statements.card(tests))


def test_numbers_on_the_card_have_typeset_units():
    def shown(**changes):
        return repr(statements.card([replace(TEST, **changes)]))

    assert "BEPS: 0.34 Pg C yr⁻¹, holds" in shown(value=0.34, unit="Pg C yr-1")
    assert "BEPS: 0.5, holds" in shown(value=0.5, unit="1")
    assert "BEPS: calendar month 6, holds" in shown(value=6, unit="calendar month")
    assert "Published statements: 7" in shown(product=PUBLISHED)
    assert "BEPS: undecided (no files)" in shown(value=None, holds=None, note="no files")
