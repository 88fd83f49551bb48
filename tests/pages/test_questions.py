"""Why to turn the page: one question a page, printed where a reader turns it."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from docutils import nodes

from helpers.book import pages_of
from helpers.errors import InputError
from helpers.pages import questions

ROOT = Path(__file__).parents[2]
TOC = list(pages_of(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))


def test_every_page_of_the_contents_has_a_question_and_no_other_page_has():
    asked = questions.read_questions(ROOT / questions.QUESTIONS)
    assert {page for page in TOC if not questions.question_of(page, asked)} == set()
    idle = {name for name in asked if not any(fnmatchcase(page, name) for page in TOC)}
    assert idle == set()
    assert len(set(asked.values())) == len(asked)


def test_questions_fit_one_line_on_a_phone_or_two():
    asked = questions.read_questions(ROOT / questions.QUESTIONS)
    assert {page for page, text in asked.items() if not 10 <= len(text) <= 90} == set()


def test_absent_file_holds_no_question(tmp_path):
    assert questions.read_questions(tmp_path / "pages.yml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", r"not a mapping(?s:.*)found: list"),
        ("a: What is it\n", r"not a question(?s:.*)where: a(?s:.*)question mark"),
        ("a: 1\n", r"not a question(?s:.*)found: 1"),
        ("a: b: c?\n", r"cannot be read(?s:.*)quotation marks"),
    ],
)
def test_wrong_file_is_refused_with_its_place(tmp_path, text, message):
    path = tmp_path / "pages.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        questions.read_questions(path)


@pytest.fixture
def app(tmp_path):
    path = tmp_path / questions.QUESTIONS
    path.parent.mkdir()
    path.write_text("a: First?\nb: Second?\nc: Third?\n", encoding="utf-8")
    order = {"a": [None, None, "b"], "b": [None, "a", "c"], "c": [None, "b", None]}
    titles = {name: nodes.title(text=name.upper()) for name in "ab"}
    return SimpleNamespace(
        srcdir=tmp_path,
        builder=SimpleNamespace(relations=order),
        env=SimpleNamespace(titles=titles),
    )


@pytest.mark.parametrize(
    ("page", "before", "after"), [("a", "", "Second?"), ("b", "First?", "Third?"), ("x", "", "")]
)
def test_page_knows_the_questions_of_its_neighbours(app, page, before, after):
    context = {}
    questions._on_page(app, page, template="page.html", context=context, doctree=None)
    assert context == {"question_before": before, "question_after": after}


def test_page_for_a_wrong_address_lists_all_pages(app):
    context = {}
    questions._on_page(
        app, questions.MISSING_PAGE, template="404.html", context=context, doctree=None
    )
    assert context["all_pages"] == [
        {"link": "a.html", "title": "A", "question": "First?"},
        {"link": "b.html", "title": "B", "question": "Second?"},
    ]


# --- rendered pages -----------------------------------------------------------------------------


def turns(page):
    """Return name, address, title and question of the links at the end of a page."""
    links = re.findall(r'<a class="(left-prev|right-next)" href="([^"]+)".*?</a>', page, re.DOTALL)
    whys = re.findall(r'<span class="turn-why">(.*?)</span>', page)
    return links, whys


def test_every_page_says_what_its_neighbours_answer(html):
    for place, name in enumerate(TOC):
        links, whys = turns((html / f"{name}.html").read_text(encoding="utf-8"))
        neighbours = TOC[max(place - 1, 0) : place] + TOC[place + 1 : place + 2]
        found = [Path(address).stem for _, address in links]
        assert found == [Path(neighbour).name for neighbour in neighbours], name
        assert len(whys) == len(links), name


def test_no_page_has_a_second_mechanism_for_the_next_page(html):
    typed = {
        name
        for name in TOC
        if re.search(r"<p>(?:Next|Back to):? ", (html / f"{name}.html").read_text("utf-8"))
    }
    assert typed == set()


def test_page_for_a_wrong_address_carries_its_own_look_search_and_every_page(html):
    text = (html / "404.html").read_text(encoding="utf-8")
    assert 'rel="stylesheet"' not in text
    assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="(?!data:)', text)
    assert '<form action="search.html" method="get" role="search">' in text
    assert {f'href="{name}.html"' for name in TOC} <= set(re.findall(r'href="[^"]+"', text))
