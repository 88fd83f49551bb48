"""Tables of pages name their rows and columns and lose nothing."""

import pandas as pd

from helpers.tables import Table, named


def test_headers_numbers_and_gaps():
    frame = pd.DataFrame({"region": ["A & B", "C"], "share": [-1.236, float("nan")], "n": [5, 6]})
    html = Table(frame, "Shares", decimals=1)._repr_html_()
    assert "<caption>Shares</caption>" in html
    assert '<th scope="col">share</th>' in html
    assert '<tr><th scope="row">A &amp; B</th><td>−1.2</td><td>5</td></tr>' in html
    assert '<tr><th scope="row">C</th><td></td><td>6</td></tr>' in html
    assert "A & B" in repr(Table(frame))


def test_an_index_names_the_rows():
    frame = pd.DataFrame({"x": [0.25, 1.0], "ok": [True, False]}, index=["a", "b"])
    html = named(frame, "Cases", index="case")._repr_html_()
    assert '<th scope="col">case</th>' in html
    assert '<tr><th scope="row">a</th><td>0.25</td><td>yes</td></tr>' in html
    assert '<tr><th scope="row">b</th><td>1</td><td>no</td></tr>' in html
    series = pd.Series([-0.5], index=pd.Index(["low"], name="end"))
    assert "<td>−0.5</td>" in named(series, "Ends")._repr_html_()
