"""The table of added products beside the ledger."""

from helpers.adding import computed
from helpers.results import Row, write_results


def rows(product):
    shared = {"product": product, "period": "2015-2019", "unit": "Pg C yr-1"}
    return [
        Row(quantity="annual_mean", scope="China", value=0.25, sd=0.05, sd_kind="interannual", n=5,
            **shared),
        Row(quantity="annual_mean", scope="China", member="a", value=0.2, **shared),
        Row(quantity="annual_mean", scope="North/forest", value=0.1, **shared),
        Row(quantity="annual_mean", scope="North", value=-0.1, **shared),
    ]  # fmt: skip


def test_only_products_that_were_added(tmp_path):
    assert computed.added_html(tmp_path) == ""
    write_results(rows("beps"), notebook="national_sink", results_dir=tmp_path)
    assert computed.added_html(tmp_path) == ""
    write_results([*rows("beps"), *rows("own")], notebook="regions", results_dir=tmp_path)
    table = computed.added_rows(tmp_path)
    assert list(table["product"]) == ["own", "own"]
    html = computed.added_html(tmp_path)
    assert "without a verdict" in html
    assert "<code>own</code>" in html
    assert "0.250 Pg C yr⁻¹" in html
    assert "± 0.050 (interannual, n = 5)" in html
    assert "−0.100" in html
    assert 'href="chapters/regions.html"' in html
