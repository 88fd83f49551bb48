"""The three winter statements, tried against each other."""

from helpers import statements, winter_logic


def test_the_nation_is_a_possible_sum_of_its_parts():
    for winter in winter_logic.possible_winters():
        pairs = [(s, r) for s in (1, 2, 3) for r in (1, 2, 3)]
        sums = {winter.south * s + winter.rest * r for s, r in pairs}
        assert winter.nation in {(total > 0) - (total < 0) for total in sums}


def test_all_release_conflicts_with_the_others_unless_it_leaves_out_the_south():
    table = winter_logic.readings_table()
    assert table.loc["China as a whole"].tolist() == ["impossible", "possible", "impossible"]
    assert table.loc["every part of China"].tolist() == ["impossible"] * 3
    assert table.loc["China outside the tropical south"].tolist() == ["possible"] * 3


def test_the_verdict_rests_on_published_statements_whatever_the_data():
    for profile in ("stand-in", "original"):
        verdict = statements.verdict(winter_logic.conflict(), profile=profile, notebook="x")
        assert verdict.verdict == "inconsistent"
        assert verdict.computed == 0
        assert verdict.product == "published"
