"""The map explorer in a browser: choices, keyboard, pointer, weight, what it says."""

import json
import re

import pytest

pytestmark = pytest.mark.browser

PAGE = "book/chapters/explorer.html"


@pytest.fixture
def data(html):
    text = (html / "_static" / "interactive" / "explorer-map.js").read_text(encoding="utf-8")
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def ready(visit, **options):
    seen = visit(PAGE, **options)
    seen.page.locator(".sink-map[data-ready]").wait_for(timeout=30_000)
    return seen


def said(seen):
    return seen.page.locator(".sink-map > .twin-readout").inner_text()


def mean_of(data, values, months):
    days = [data["days"][month - 1] for month in months]
    return sum(values[m - 1] * d for m, d in zip(months, days, strict=True)) / sum(days)


def shown(value, digits):
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "\u2212")


def test_choices_by_label_change_what_is_said(visit, data):
    seen = ready(visit)
    kinds, regions = list(data["ecosystems"]), list(data["regions"])
    seen.page.locator(".sink-map").get_by_label("Season").select_option("JJA")
    seen.page.locator(".sink-map").get_by_label("Region").select_option("South")
    seen.page.locator(".sink-map").get_by_label("Ecosystem").select_option("forest")
    seen.page.locator(".sink-map").get_by_label("Product").select_option("oco2-mip")
    seen.page.locator(".sink-map").get_by_label("Member").select_option("member-03")
    place = regions.index("South") * len(kinds) + kinds.index("forest")
    text = said(seen)
    assert text.startswith("South, forest, June to August, mean of 2015–2019:")
    for series in data["series"]:
        if series["member"] in ("mean", "member-03"):
            value = mean_of(data, series["totals"]["months"][place], data["periods"]["JJA"])
            assert shown(value, 3) in text
    assert "member-03" in text
    assert data["mark"] in text


def test_arrow_keys_go_from_cell_to_cell_and_the_curves_follow(visit, data):
    seen = ready(visit)
    seen.page.locator(".sink-map-cells").focus()
    seen.page.keyboard.press("ArrowRight")
    first = said(seen)
    seen.page.keyboard.press("ArrowRight")
    second = said(seen)
    lat, lon = map(float, re.search(r"Cell at (\S+)° N, (\S+)° E", second).groups())
    assert first != second
    cells = list(zip(data["cells"]["lat"], data["cells"]["lon"], strict=True))
    cell = cells.index((lat, lon))
    values = [row[cell] for row in data["series"][0]["months"]]
    assert f"{shown(mean_of(data, values, range(1, 13)), 0)};" in second
    seen.page.locator(".sink-map summary").click()
    table = seen.page.locator(".sink-map .twin-table table").first
    july = table.locator("tr", has_text="July").locator("td").first.inner_text()
    assert july == shown(values[6], 0)
    seen.page.locator(".sink-map-cells").focus()
    seen.page.keyboard.press("Escape")
    assert said(seen).startswith("China, whole year")


def test_the_pointer_reads_and_chooses_a_cell(visit, data):
    seen = ready(visit)
    chart = seen.page.locator(".sink-map-cells")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    seen.page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.4)
    tip = seen.page.locator(".sink-map > .twin-chart > .twin-tip")
    tip.wait_for(state="visible")
    lat, lon, value = re.match(r"(\S+)° N, (\S+)° E: (\S+) g C", tip.inner_text()).groups()
    cells = list(zip(data["cells"]["lat"], data["cells"]["lon"], strict=True))
    cell = cells.index((float(lat), float(lon)))
    months = [row[cell] for row in data["series"][0]["months"]]
    assert value == shown(mean_of(data, months, range(1, 13)), 0)
    seen.page.mouse.down()
    seen.page.mouse.up()
    assert said(seen).startswith(f"Cell at {lat}° N, {lon}° E")


def test_a_curve_can_be_read_by_keyboard(visit, data):
    seen = ready(visit)
    seen.page.locator(".sink-map-curves .twin-chart").first.focus()
    seen.page.keyboard.press("ArrowRight")
    seen.page.keyboard.press("End")
    text = seen.page.locator(".sink-map-value").first.inner_text()
    value = shown(data["series"][0]["totals"]["months"][0][11], 3)
    assert text == f"{data['series'][0]['title']}, December: {value} Pg C yr⁻¹"


def test_the_page_is_light_quiet_and_asks_nobody_else(visit):
    seen = ready(visit)
    noise = [e for e in seen.errors if "theme mode" not in e and "404" not in e]
    assert noise == []
    assert seen.outside() == []
    own = {url: size for url, size in seen.sizes.items() if "/interactive" in url}
    assert len(own) == 5
    assert sum(own.values()) <= 2_600_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(visit, theme):
    seen = ready(visit, width=320, theme=theme)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
    box = seen.page.locator(".sink-map").bounding_box()
    assert box["x"] + box["width"] <= 320
