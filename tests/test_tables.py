"""Tables of pages name their rows and columns and lose nothing."""

import pandas as pd

from helpers.tables import Table


def test_headers_numbers_and_gaps():
    frame = pd.DataFrame({"region": ["A & B", "C"], "share": [-1.236, float("nan")], "n": [5, 6]})
    html = Table(frame, "Shares", decimals=1)._repr_html_()
    assert "<caption>Shares</caption>" in html
    assert '<th scope="col">share</th>' in html
    assert '<tr><th scope="row">A &amp; B</th><td>−1.2</td><td>5</td></tr>' in html
    assert '<tr><th scope="row">C</th><td></td><td>6</td></tr>' in html
    assert "A & B" in repr(Table(frame))
