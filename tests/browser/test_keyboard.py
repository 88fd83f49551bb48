"""Every kind of control in the book, used with the keyboard alone."""

import pytest

pytestmark = pytest.mark.browser

CHAPTER = "book/chapters/national_sink.html"
LAB = "book/labs/policy_brief.html"
EXERCISES = "book/exercises/national_sink.html"


def press(seen, selector, key="Enter"):
    """Give a control the focus, press a key, and return the control."""
    found = seen.page.locator(selector).all()
    control = next(one for one in found if one.evaluate("one => one.checkVisibility()"))
    control.focus()
    assert control.evaluate("one => document.activeElement === one")
    seen.page.keyboard.press(key)
    return control


def holds_focus(seen, selector):
    return seen.page.evaluate("s => !!document.activeElement.closest(s)", selector)


def test_tab_leads_through_the_whole_page_and_out_again(visit):
    seen = visit("book/teach.html")
    reached = seen.page.evaluate(
        """() => { window.reached = new Set();
          addEventListener('focusin', event => window.reached.add(event.target));
          return [...document.querySelectorAll('a[href], button, summary, input, select')].filter(
            one => !one.disabled && one.tabIndex >= 0
              && one.checkVisibility({visibilityProperty: true})).length; }"""
    )
    for _ in range(reached + 20):
        seen.page.keyboard.press("Tab")
    missed = seen.page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, input, select')].filter(
            one => !one.disabled && one.tabIndex >= 0 && !window.reached.has(one)
              && one.checkVisibility({visibilityProperty: true}))
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert missed == []


def test_the_first_tab_offers_to_skip_to_the_text(visit):
    seen = visit(CHAPTER)
    seen.page.keyboard.press("Tab")
    assert "Skip to main content" in seen.page.evaluate("document.activeElement.textContent")
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Tab")
    assert holds_focus(seen, "main")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_theme_changes(visit, key):
    seen = visit(CHAPTER)
    modes = []
    for _ in range(3):
        press(seen, ".theme-switch-button", key)
        modes.append(seen.page.evaluate("document.documentElement.dataset.mode"))
    assert sorted(modes) == ["auto", "dark", "light"]


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize(
    ("path", "selector"),
    [
        (CHAPTER, "main details:has(.cell_input) > summary, main details.hide > summary"),
        (CHAPTER, ".bd-sidebar-primary details > summary"),
        (EXERCISES, "main details.solution > summary"),
    ],
)
def test_what_is_folded_opens_and_closes(visit, key, path, selector):
    seen = visit(path)
    is_open = "one => one.parentElement.open"
    summary = press(seen, selector, key)
    first = summary.evaluate(is_open)
    assert summary.evaluate("one => one.checkVisibility()")
    seen.page.keyboard.press(key)
    assert summary.evaluate(is_open) is not first


def test_a_folded_hint_opens_and_says_so(visit):
    seen = visit(LAB)
    button = press(seen, ".toggle-button")
    target = seen.page.locator(f"[id='{button.get_attribute('data-target')}']")
    assert "toggle-hidden" not in target.get_attribute("class")
    assert button.get_attribute("aria-expanded") == "true"
    assert button.get_attribute("aria-label").startswith("Click to hide: ")
    seen.page.keyboard.press("Space")
    assert button.get_attribute("aria-label").startswith("Click to show: ")
    assert "toggle-hidden" in target.get_attribute("class")
    assert button.get_attribute("aria-expanded") == "false"


def test_search_opens_takes_words_and_finds_pages(visit):
    seen = visit(CHAPTER)
    press(seen, ".search-button__button")
    assert holds_focus(seen, "#pst-search-dialog")
    seen.page.keyboard.press("Escape")
    assert not seen.page.locator("#pst-search-dialog").is_visible()
    seen.page.keyboard.press("Control+k")
    seen.page.keyboard.type("mask")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/search.html?q=mask**")
    result = seen.page.locator("#search-results li a").first
    result.wait_for(timeout=20_000)
    result.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/book/**")


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_a_folded_sidebar_opens_over_a_phone_and_closes(visit, side):
    seen = visit(CHAPTER, width=390)
    press(seen, f".sidebar-toggle.{side}-toggle")
    dialog = f"#pst-{side}-sidebar-modal"
    seen.page.locator(dialog).wait_for(state="visible")
    assert holds_focus(seen, dialog)
    seen.page.keyboard.press("Escape")
    seen.page.locator(dialog).wait_for(state="hidden")


def test_a_figure_opens_at_full_size_and_closes(visit):
    seen = visit(CHAPTER, width=390)
    press(seen, "a.full-size")
    dialog = seen.page.locator("dialog.figure-dialog")
    assert dialog.is_visible()
    assert holds_focus(seen, "dialog.figure-dialog")
    seen.page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert holds_focus(seen, "a.full-size")


def test_a_wide_table_scrolls_sideways(visit):
    seen = visit(CHAPTER, width=320)
    region = seen.page.locator("[data-scrolls]").filter(visible=True).first
    region.wait_for()
    region.focus()
    for _ in range(4):
        seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function("one => one.scrollLeft > 0", arg=region.element_handle())


def test_the_ledger_is_filtered_and_shown_whole_again(visit):
    seen = visit("book/ledger.html")
    form, count = seen.page.locator("form.ledger-filter"), seen.page.locator(".ledger-count")
    whole = count.inner_text()
    for name in ("topic", "verdict", "source", "product"):
        form.locator(f"select[name={name}]").focus()
        seen.page.keyboard.press("ArrowDown")
        assert form.locator(f"select[name={name}]").input_value()
        assert count.inner_text() != whole
        press(seen, "form.ledger-filter [type=reset]")
        assert count.inner_text() == whole
    form.locator("[name=text]").focus()
    seen.page.keyboard.type("forest")
    assert count.inner_text() != whole


def test_the_explorer_is_steered(visit):
    seen = visit("book/chapters/explorer.html")
    seen.page.locator(".sink-map[data-ready]").wait_for(timeout=60_000)
    controls = seen.page.locator(".sink-map")
    said = controls.locator("> .twin-readout")
    for label in ("Season", "Region", "Ecosystem"):
        before = said.inner_text()
        controls.get_by_label(label).focus()
        seen.page.keyboard.press("ArrowDown")
        seen.page.wait_for_function(
            "before => document.querySelector('.sink-map > .twin-readout').innerText !== before",
            arg=before,
        )
    controls.get_by_label("Product").focus()
    seen.page.keyboard.press("End")
    assert controls.get_by_label("Member").is_enabled()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_values_of_a_figure_open_and_close(visit, key):
    seen = visit(CHAPTER)
    button = press(seen, "button.twin-button", key)
    assert button.get_attribute("aria-expanded") == "true"
    seen.page.keyboard.press(key)
    assert button.get_attribute("aria-expanded") == "false"
