"""The notes of sourced numbers: they stay in the window and widen no page."""

import pytest

pytestmark = pytest.mark.browser

LANDING = "book/intro.html"
CHAPTER = "book/chapters/uncertainty.html"
WIDTH = "document.scrollingElement.scrollWidth"
SHOWN = """one => { const note = one.querySelector('[role="tooltip"]');
  const { left, right } = note.getBoundingClientRect();
  return [note.checkVisibility({visibilityProperty: true}), left, right]; }"""


@pytest.mark.parametrize("width", [320, 640, 1024, 1280])
@pytest.mark.parametrize("path", [LANDING, CHAPTER])
def test_every_note_shows_inside_the_window(visit, path, width):
    page = visit(path, width=width).page
    assert page.evaluate(WIDTH) <= width
    notes = page.locator("main .sourced").all()
    assert len(notes) >= 8
    for note in notes:
        note.locator("[aria-describedby]").focus()
        shown, left, right = note.evaluate(SHOWN)
        assert shown
        assert left >= 0
        assert right <= width
        assert page.evaluate(WIDTH) <= width


def test_a_note_shows_under_the_pointer_until_escape(visit):
    page = visit(LANDING, width=1280).page
    number = page.locator("main .sourced").last
    note = number.locator('[role="tooltip"]')
    assert not note.is_visible()
    number.hover()
    assert note.is_visible()
    note.hover()  # the pointer can move onto it
    assert note.is_visible()
    page.keyboard.press("Escape")
    assert not note.is_visible()
