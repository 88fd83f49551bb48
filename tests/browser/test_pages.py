"""Every page of the built book as a browser meets it: what it asks for, weighs, shows and says.

A page is opened once for all that is asked of it. `make browser` runs these checks and ends with
the heaviest pages and the time to the first paint of the landing page.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from helpers import book

pytestmark = pytest.mark.browser

TOC = yaml.safe_load((Path(__file__).parents[2] / "_toc.yml").read_text(encoding="utf-8"))
LANDING = "book/intro.html"
EXPLORER = "book/chapters/explorer.html"
PATHS = [*(f"{page}.html" for page in book.pages_of(TOC)), "search.html", "404.html"]

LIGHT_PAGE, EXPLORER_PAGE = 1_500_000, 4_000_000  # bytes, as they are on the disk
PHONE = 320
HTML = "text/html; charset=utf-8"
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

AUDIT = """async (only) => (await axe.run(document, {
    resultTypes: ['violations'], runOnly: only, preload: false}))
  .violations.flatMap(found => found.nodes.map(node =>
    found.id + ': ' + node.target.join(' ') + ': ' + node.html.slice(0, 120)))"""

LOAD_ALL = """async () => {
  const images = [...document.images];
  for (const image of images) image.loading = 'eager';
  await Promise.all(images.map(image => image.decode().catch(() => null)));
  return images.filter(image => !image.naturalWidth).map(image => image.src);
}"""

UNNAMED = """() => [...document.images].filter(image => {
  const alt = (image.alt || '').trim(), file = decodeURI(image.src).split('/').pop();
  return alt.length < 4 || alt.includes(file) || alt === file.replace(/\\.\\w+$/, '');
}).map(image => image.src)"""

OPEN_ALL = """() => {
  for (const one of document.querySelectorAll('main details')) one.open = true;
  for (const one of document.querySelectorAll('.toggle-button-hidden')) one.click();
  for (const one of document.querySelectorAll('.twin-button[aria-expanded=false]')) one.click();
}"""

# Every panel shows its chart, or says why it cannot (and then an address has failed).
SETTLED = """() => ![...document.querySelectorAll('.twin-panel:not([data-ready])')]
  .some(panel => !panel.querySelector('[role=alert]'))"""

# Text that sticks out of the page, unless it stands in a region that scrolls by itself.
CUT = """width => [...document.querySelectorAll(
    'main :is(p, li, h1, h2, h3, h4, dt, dd, figcaption, summary, label, a, button, select)')]
  .filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= width + 1) return false;
    for (let up = one; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (/auto|scroll/.test(style.overflowX) || style.position === 'absolute') return false;
    }
    return true;
  }).map(one => one.outerHTML.slice(0, 120))"""

# Whatever can be used is given the keyboard's focus, and must look different for it.
UNSEEN = """() => {
  const controls = [...document.querySelectorAll(
    'a[href], button, summary, input, select, textarea, [tabindex="0"], [onclick], [role=button]')]
    .filter(one => !one.disabled && one.checkVisibility({visibilityProperty: true}));
  const look = one => [one, one.parentElement, ...one.children].filter(part =>
      part.offsetHeight !== 0).map(part => {
    const s = getComputedStyle(part);
    return [s.outlineStyle === 'none' ? '' : s.outlineWidth + s.outlineColor, s.boxShadow,
      s.borderColor, s.backgroundColor, s.textDecorationLine].join();
  }).join('|');
  const still = document.createElement('style');
  still.textContent = '* { transition: none !important; animation: none !important }';
  document.head.append(still);
  document.activeElement.blur();
  const wrong = [];
  for (const one of controls) {
    const before = look(one);
    one.focus({preventScroll: true});
    if (document.activeElement !== one) wrong.push('no focus: ' + one.outerHTML.slice(0, 160));
    else if (look(one) === before) wrong.push('not visible: ' + one.outerHTML.slice(0, 160));
    one.blur();
  }
  still.remove();
  return wrong;
}"""


@dataclass
class Look:
    """What was found on one page."""

    path: str
    errors: list
    outside: list
    weight: int
    paint: float
    failed: list = field(default_factory=list)
    empty: list = field(default_factory=list)
    unnamed: list = field(default_factory=list)
    violations: dict = field(default_factory=dict)
    width: int = 0
    cut: list = field(default_factory=list)
    unseen: list = field(default_factory=list)


def axe_script():
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")
    return axe.AXE_SCRIPT


def choose_theme(page, theme):
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(
        "theme => !document.documentElement.dataset.theme"
        " || document.documentElement.dataset.theme === theme",
        arg=theme,
    )


def audit(page, only):
    return page.evaluate(AUDIT, only)


def look_at(path, visit, axe):
    """Open a page, use every state of it, and return what was found."""
    seen = visit(path, reduced_motion="reduce")
    page = seen.page
    empty = page.evaluate(LOAD_ALL)
    if path == EXPLORER:
        page.locator(".sink-map[data-ready]").wait_for(timeout=60_000)
    paint = page.evaluate(
        "(performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime"
    )
    weight = sum(seen.sizes.values())
    found = Look(path, seen.errors, [], weight, paint, seen.failed, empty)
    found.unnamed = page.evaluate(UNNAMED)
    page.keyboard.press("Tab")  # from here on the browser shows what has the focus
    found.unseen = page.evaluate(UNSEEN)
    page.evaluate(axe)
    found.violations["light"] = audit(page, RULES)
    page.evaluate(OPEN_ALL)
    page.wait_for_function(SETTLED)
    found.violations["light, all open"] = audit(page, CONTRAST)  # the rest: in the dark, below
    choose_theme(page, "dark")
    found.violations["dark, all open"] = audit(page, RULES)
    page.set_viewport_size({"width": PHONE, "height": 640})
    page.wait_for_timeout(300)  # the script of the page names what scrolls after a pause
    found.width = page.evaluate("document.scrollingElement.scrollWidth")
    found.cut = page.evaluate(CUT, PHONE)
    small = {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}
    found.violations["phone"] = audit(page, small)
    found.outside = seen.outside()
    return found


LOOKS = {}


@pytest.fixture(params=[pytest.param(p, marks=pytest.mark.xdist_group(p)) for p in PATHS])
def look(request, visit, html):
    """Return what was found on a page, looked at once."""
    if request.param not in LOOKS:
        LOOKS[request.param] = look_at(request.param, visit, axe_script())
    return LOOKS[request.param]


def test_the_page_asks_nobody_else_and_nothing_fails(look):
    assert look.outside == []
    assert look.errors == []
    assert look.failed == []


def test_every_image_shows_and_says_something(look):
    assert look.empty == []
    assert look.unnamed == []


def test_axe_finds_nothing_in_either_theme(look):
    assert {state: found for state, found in look.violations.items() if found} == {}


def test_the_page_fits_a_phone(look):
    assert look.width <= PHONE
    assert look.cut == []


def test_every_control_takes_the_focus_and_shows_it(look):
    assert look.unseen == []


def test_the_page_is_light(look, record_property):
    record_property("weight", (look.path, look.weight))
    if look.path == LANDING:
        record_property("paint", look.paint)
    assert look.weight <= (EXPLORER_PAGE if look.path == EXPLORER else LIGHT_PAGE)


# --- the checks themselves can fail -------------------------------------------------------------

FAULTY = """<!DOCTYPE html><html lang="en"><title>Faulty</title><main><h1>Faulty</h1>
<style>:focus-visible { outline: none }</style>
<p style="color: #bbb; background: #fff">Too pale to read.</p>
<p style="width: 700px">Too wide for a phone.</p>
<img src="_static/nowhere.png" alt="nowhere.png"><a href="#here">A link that hides its focus</a>
<script>fetch("http://127.0.0.1:9/elsewhere").catch(() => null)</script></main>"""


def test_a_faulty_page_is_found_out(visit):
    seen = visit("404.html")
    seen.page.route("**/faulty.html", lambda route: route.fulfill(body=FAULTY, content_type=HTML))
    seen.page.goto(f"{seen.base}/faulty.html")
    page = seen.page
    assert [address.rpartition("/")[2] for address in page.evaluate(LOAD_ALL)] == ["nowhere.png"]
    assert len(page.evaluate(UNNAMED)) == 1
    assert seen.outside() == ["http://127.0.0.1:9/elsewhere"]
    assert {address.rpartition("/")[2] for address in seen.failed} == {"nowhere.png", "elsewhere"}
    page.keyboard.press("Tab")
    assert ["not visible" in found for found in page.evaluate(UNSEEN)] == [True]
    page.set_viewport_size({"width": PHONE, "height": 640})
    assert page.evaluate("document.scrollingElement.scrollWidth") > PHONE
    assert ["Too wide" in found for found in page.evaluate(CUT, PHONE)] == [True]
    page.evaluate(axe_script())
    assert any(found.startswith("color-contrast") for found in audit(page, RULES))
