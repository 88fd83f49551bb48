"""Published claims in prose: bound to their table, with their source, or the build fails."""

import pytest

from helpers import claim_role, published, source_note
from helpers.errors import InputError


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("z24-national-beps", "0.38 ± 0.04 Pg C yr⁻¹"),
        ("z24-national-beps | number", "0.38 ± 0.04"),
        ("z24-national-beps | value", "0.38"),
        ("z24-national-beps | uncertainty", "0.04"),
        ("z24-region-south-vegas", "0.050 ± 0.061 Pg C yr⁻¹"),
        ("z24-region-plateau-oco2", "−0.037 ± 0.018 Pg C yr⁻¹"),
        ("z24-lit-yang22", "0.20–0.25 Pg C yr⁻¹"),
        ("z24-lit-yang22 | high", "0.25"),
        ("z24-eco-pct-forest-beps", "47.2 %"),
        ("z24-m-period", "2015–2019"),
        ("z24-m-vegas-spin", "500 years"),
        ("z24-m-grid", "1°"),
        ("d22-forest-area", "2.2 × 10⁸ ha"),
        ("d22-t1-vol-1976", "71.27 m³ ha⁻¹"),
        ("d22-yang-bu", "166.5 (70–293.6) Tg C yr⁻¹"),
        ("d22-yang-td", "340.0 (290–430) Tg C yr⁻¹"),
        ("z24-eco-pct-forest-oco2", "46.0 %"),
        ("pan21-petm-cie", "−7 to −2 per mil"),
        ("eu21-csf-mt", "740 × 10⁴ t CO₂ yr⁻¹"),
    ],
)
def test_a_claim_is_printed_as_it_stands(reference, text):
    assert claim_role.wording(reference)[0] == text


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("z24-national-bep", r"Unknown claim(?s:.*)such as z24-national-beps"),
        ("z24-national-beps | median", r"'median'(?s:.*)value, number, low, high(?s:.*)fix: .*bar"),
        (
            "z24-national-beps | high",
            "high of z24-national-beps(?s:.*)found: 0.38 ± 0.04(?s:.*)accepted: value, u",
        ),
        ("z24-unc-undefined", "without a number(?s:.*)accepted: a claim with a number"),
    ],
)
def test_what_cannot_be_printed_is_refused(reference, message):
    with pytest.raises(InputError, match=message):
        claim_role.wording(reference)


def test_every_claim_can_be_printed_or_is_in_words():
    for row in published.claims().itertuples():
        item = published.claim(row.id)
        is_in_words = row.kind in ("ranking", "sign", "qualitative")
        assert bool(claim_role.printed(item)) != is_in_words
        assert row.locator in claim_role.source_line(item)


def test_a_number_shows_its_source_to_pointer_and_keyboard():
    opened = source_note.opening(3, kind="claim", target="../ledger.html#claim-x")
    closed = source_note.closing(3, note='Printed in "A" & B', target="../ledger.html#claim-x")
    assert opened == (
        '<span class="sourced"><a href="../ledger.html#claim-x" class="claim" '
        'aria-describedby="source-3">'
    )
    assert closed == (
        '</a><span role="tooltip" id="source-3">Printed in &quot;A&quot; &amp; B</span></span>'
    )
    assert 'tabindex="0"' in source_note.opening(1, kind="result", target="")
    assert source_note.closing(1, note="n", target="").startswith("</span>")
