"""A benchmark in words, on the terminal and on the page."""

from docutils import nodes

from helpers.bench import page, summary, words


def test_lines_say_times_slopes_and_verdicts(runs):
    text = "\n".join(words.lines(summary.summarise(runs)))
    assert "conservative_file [24]: 1.12 s (1.12 to 2.24, n = 3), 100 MB" in text
    assert "slope of conservative_file: 10 ms per month" in text
    assert "MISSED at least 2.5 times as fast as xarray-regrid" in text
    assert (
        "met    at least 5 times as fast as cdo remapcon, 24 months: 10 (10 to 10, n = 2)" in text
    )
    assert words.number(0.0) == "0"


def test_verdicts_name_what_is_missed_and_what_was_not_measured(runs):
    text = page.verdict_text(summary.summarise(runs))
    assert text.startswith("7 of 9 measured targets are met.")
    assert "Missed: peak memory of 39 years by the month, at most 1000 MB; it is 1200 MB." in text
    assert "Not measured in this run" in text
    assert "zlib input" in text


def test_the_machine_is_named(machine):
    text = page.machine_text(machine)
    assert text.startswith("Measured on 2024-05-06 in 3 rounds on 2 processors (Abacus")
    assert text.endswith("Software: python 3.11.7, numpy 2.1, cdo 2.1.1.")


def test_every_table_has_a_cell_for_each_heading(runs):
    rows = summary.summarise(runs)
    for part, function in page.PARTS.items():
        header, cells = function(rows)
        assert cells, part
        assert all(len(line) == len(header) for line in cells)
        table = page.table(header, cells)
        assert len(list(table.findall(nodes.row))) == len(cells) + 1


def test_one_run_has_no_range(runs):
    header, cells = page.times(summary.summarise(runs))
    long = next(line for line in cells if line[1] == "468")
    assert long[header.index("Range")] == "one run"
