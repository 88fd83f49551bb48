"""Syllabi and notes for instructors agree with the labs and exercises they send people to."""

import re

import pytest

from helpers.project import project_root
from helpers.teaching.labs import LABS
from helpers.teaching.outline import read_outline

ROOT = project_root()
HOURS = {"an hour": 1, "one hour": 1, "an hour and a half": 1.5, "one and a half hours": 1.5,
         "two hours": 2, "two and a half hours": 2.5, "three hours": 3}  # fmt: skip
WEEK = 7 * 60


def text_of(page):
    return (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")


def minutes_of(folder, topic):
    """Return what a page of a lab or of exercises says it takes [minutes]."""
    time = read_outline(ROOT / "notebooks" / folder / f"{topic}.ipynb").time
    found = re.fullmatch(r"about (\d+) minutes\.?", time)
    return float(found[1]) if found else 60 * HOURS[time.removeprefix("about ").rstrip(".")]


def rows(text):
    """Return the cells of every table row of a page."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def labs_in(text):
    return re.findall(r"labs/(\w+)\.ipynb", text)


def test_sessions_of_three_weeks_fill_their_time():
    sessions = {}
    for number, _, _, minutes in (row for row in rows(text_of("syllabus_three_weeks"))
                                  if len(row) == 4 and row[3].isdigit()):  # fmt: skip
        if number:
            current = int(number)
        sessions[current] = sessions.get(current, 0) + int(minutes)
    assert sessions == dict.fromkeys(range(1, 10), 90)


def test_three_weeks_hold_every_lab_once():
    text = text_of("syllabus_three_weeks")
    assert sorted(labs_in(text)) == sorted(lab.key for lab in LABS)
    for row in rows(text):
        for lab in labs_in(" ".join(row)):
            assert int(row[3]) >= minutes_of("labs", lab)


def test_homework_fits_the_week_that_is_promised():
    weeks = re.findall(
        r"\*\*Homework, about seven hours\.\*\*(.*)", text_of("syllabus_three_weeks")
    )
    assert len(weeks) == 3
    for week in weeks:
        given = sum(minutes_of("labs", lab) for lab in labs_in(week))
        given += sum(minutes_of("exercises", one)
                     for one in re.findall(r"exercises/(\w+)\.ipynb", week))  # fmt: skip
        assert WEEK / 4 < given <= 0.75 * WEEK  # the rest is reading and the project


def test_points_add_up():
    points = [int(row[1]) for row in rows(text_of("syllabus_three_weeks"))
              if len(row) == 3 and row[1].isdigit()]  # fmt: skip
    assert points == [30, 30, 40]


def clock(text):
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def test_the_day_has_no_gap_and_labs_fit_their_blocks():
    day = [row for row in rows(text_of("syllabus_one_day")) if re.fullmatch(r"\d\d:\d\d", row[0])]
    assert [row[1] for row in day[:-1]] == [row[0] for row in day[1:]]
    taught = {lab: clock(row[1]) - clock(row[0]) for row in day for lab in labs_in(row[3])}
    assert len(taught) == 4
    for lab, minutes in taught.items():
        assert minutes >= minutes_of("labs", lab) + 5


@pytest.mark.parametrize("number", range(1, 11))
def test_notes_name_the_step_that_is_wrong(number):
    lab = LABS[number - 1]
    title = read_outline(ROOT / "notebooks" / "labs" / f"{lab.key}.ipynb").title
    notes = text_of("labs_for_instructors").split("\n### ")[1:]
    note = notes[number - 1]
    assert note.splitlines()[0] == title
    assert title.startswith(f"Lab {number}: ")
    (place,) = [letter for letter, step in zip("ABCDEFGH", lab.steps, strict=False) if step.fault]
    assert re.search(r"\*\*Fault\.\*\* Step ([A-H])\.", note)[1] == place
    for part in ("How it shows", "Wrong answers to expect", "To discuss"):
        assert f"**{part}.**" in note


def test_notes_are_marked_as_spoilers_before_anything_else():
    text = text_of("labs_for_instructors")
    assert text.index("Spoilers") < text.index("**Fault.**")
    assert ":class: dropdown" in text
