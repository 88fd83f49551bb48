"""Interactive twins of figures, used as a reader does: by keyboard, by pointer, on a phone."""

import csv
import re

import pytest

pytestmark = pytest.mark.browser

TWINS = {
    "national_sink": ["national_sink-annual", "national_sink-estimates"],
    "seasonality": ["seasonality-monthly", "seasonality-mean-year"],
    "evidence": ["evidence-ladder"],
    "members": ["members-china", "members-experiments"],
}


RING = """chart => {
  const rings = [...chart.querySelectorAll('path')].filter(p =>
    p.getAttribute('stroke') === '#1c2430' && p.getAttribute('stroke-width') === '2'
    && p.getAttribute('opacity') === '1');
  if (rings.length !== 1) return null;
  const box = rings[0].getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def offered_values(html, page, name):
    """Return the rows of the file that the figure on the page offers for download."""
    target = page.locator(f'a[href$="/{name}.csv"]').first.get_attribute("href")
    path = (html / "book" / "chapters" / target).resolve()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def opened(seen, name):
    """Open a twin by keyboard and return its panel."""
    twin = seen.page.locator(f'.twin[data-twin="{name}"]')
    button = twin.locator("button.twin-button")
    button.focus()
    seen.page.keyboard.press("Enter")
    twin.locator(".twin-panel[data-ready]").wait_for(timeout=20_000)
    assert button.get_attribute("aria-expanded") == "true"
    return twin.locator(".twin-panel")


def shown(value, digits):
    text = f"{float(value):.{digits}f}"
    return text.replace("-", "\u2212") if float(text) else text.lstrip("-")


@pytest.mark.parametrize("chapter", TWINS)
def test_nothing_is_loaded_before_a_reader_asks(visit, chapter):
    seen = visit(f"book/chapters/{chapter}.html")
    found = seen.page.eval_on_selector_all(".twin", "all => all.map(e => e.dataset.twin)")
    assert sorted(found) == sorted(TWINS[chapter])
    assert not [address for address in seen.requests if "/interactive/" in address]


def test_by_keyboard_every_value_of_the_file_can_be_reached(visit, html):
    seen = visit("book/chapters/national_sink.html")
    before = len(seen.errors)
    panel = opened(seen, "national_sink-annual")
    rows = offered_values(html, seen.page, "national_sink-annual")
    panel.locator(".twin-chart").focus()
    readout, read = panel.locator(".twin-readout"), []
    series = list(dict.fromkeys((row["product"], row["member"]) for row in rows))
    for number, _ in enumerate(series):
        seen.page.keyboard.press("ArrowDown" if number else "ArrowRight")
        seen.page.keyboard.press("Home")
        for year in sorted({row["period"] for row in rows}):
            text = readout.inner_text()
            assert f" {year}:" in text
            read.append(re.search(r": (\S+) Pg", text)[1])
            seen.page.keyboard.press("ArrowRight")
    assert read == [shown(row["value"], 3) for row in rows]
    assert panel.locator("svg").count() == 1
    assert seen.errors[before:] == []
    assert seen.outside() == []


def test_the_pointer_reads_the_value_of_the_file(visit, html):
    seen = visit("book/chapters/national_sink.html")
    panel = opened(seen, "national_sink-annual")
    rows = offered_values(html, seen.page, "national_sink-annual")
    # where the ring about the first value stands is where the pointer must find that value
    chart = panel.locator(".twin-chart")
    chart.focus()
    seen.page.keyboard.press("Home")
    ring = seen.page.wait_for_function(RING, arg=chart.element_handle()).json_value()
    seen.page.keyboard.press("Escape")
    seen.page.mouse.move(ring[0] + 30, ring[1] + 3)
    seen.page.mouse.move(*ring)
    tip = panel.locator(".twin-tip")
    tip.wait_for(state="visible")
    first = rows[0]
    assert f"{first['period']}: {shown(first['value'], 3)} Pg C" in tip.inner_text()
    assert panel.locator(".twin-readout").inner_text() == tip.inner_text()


@pytest.mark.parametrize(("chapter", "name"), [(c, n) for c, names in TWINS.items() for n in names])
def test_the_table_holds_every_value_of_the_file(visit, html, chapter, name):
    seen = visit(f"book/chapters/{chapter}.html")
    panel = opened(seen, name)
    panel.locator("summary").click()
    table = panel.locator(".twin-table table")
    table.wait_for()
    cells = table.locator("td, th[scope=row]").all_inner_texts()
    rows = offered_values(html, seen.page, name)
    digits = {"evidence": 2, "national_sink-estimates": 2, "members-experiments": 2}
    places = digits.get(name, digits.get(chapter, 3))
    wanted = sorted(shown(row["value"], places) for row in rows)
    assert not (set(wanted) - set(cells))
    if name not in ("evidence-ladder", "members-china"):
        assert len(cells) >= len(wanted)
    assert table.locator("caption").inner_text()
    assert table.locator("thead th[scope=col]").count() > 1
    mark = panel.locator(".twin-mark")
    assert (mark.count() == 1) == ("true" in {row["is_standin"] for row in rows} or (
        "mixed" in {row["is_standin"] for row in rows}))  # fmt: skip


def test_a_series_can_be_put_aside(visit):
    seen = visit("book/chapters/national_sink.html")
    panel = opened(seen, "national_sink-annual")
    members = panel.get_by_label("members")
    before = panel.locator("svg path").count()
    members.focus()
    seen.page.keyboard.press("Space")
    seen.page.wait_for_timeout(200)
    assert panel.locator("svg path").count() < before
    panel.locator(".twin-chart").focus()
    for _ in range(4):
        seen.page.keyboard.press("ArrowDown")
        assert "member-" not in panel.locator(".twin-readout").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_panel_fits_the_page(visit, width, theme):
    seen = visit("book/chapters/evidence.html", width=width, theme=theme)
    panel = opened(seen, "evidence-ladder")
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.page.evaluate(
        "panel => getComputedStyle(panel).backgroundColor", panel.element_handle()
    ) == "rgb(255, 255, 255)"  # fmt: skip


def test_a_file_that_is_gone_is_said_and_the_figure_stays(visit):
    seen = visit("book/chapters/national_sink.html")
    seen.page.route("**/interactive/national_sink-annual.js", lambda route: route.abort())
    button = seen.page.locator('.twin[data-twin="national_sink-annual"] button')
    button.click()
    alert = seen.page.locator('.twin-panel [role="alert"]')
    alert.wait_for()
    assert "could not be loaded" in alert.inner_text()
    assert seen.page.locator("#national-annual img").is_visible()
