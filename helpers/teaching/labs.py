"""The ten labs, and how to open one.

Examples
--------
>>> case = open_case("policy_brief")
>>> case.grade(place=None, corrected=None).passed
False
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.errors import InputError
from helpers.study import Study
from helpers.teaching import area_labs, ensemble_labs, month_labs, table_labs
from helpers.teaching.lab import Case, Lab

LABS: tuple[Lab, ...] = (
    table_labs.POLICY_BRIEF,
    table_labs.FIGURE_OF_YEARS,
    month_labs.MONTHLY_AMOUNTS,
    area_labs.REGIONAL_BUDGET,
    area_labs.UPTAKE_PER_AREA,
    area_labs.ECOSYSTEM_SHARES,
    ensemble_labs.FOURTEEN_FILES,
    ensemble_labs.SURE_ENSEMBLE,
    ensemble_labs.PLATEAU_SOURCE,
    table_labs.THREE_EXPERIMENTS,
)
"""In teaching order."""

_FROM_TABLES: dict[str, Callable[[], dict[str, Any]]] = {
    "policy_brief": table_labs.brief_start,
    "figure_of_years": table_labs.table_of_years,
    "three_experiments": table_labs.invented_inversions,
}

_FROM_STUDY: dict[str, Callable[[Study], dict[str, Any]]] = {
    "monthly_amounts": lambda study: area_labs.study_start(study, "beps"),
    "regional_budget": lambda study: area_labs.study_start(study, "beps"),
    "uptake_per_area": lambda study: area_labs.study_start(study, "beps"),
    "ecosystem_shares": lambda study: area_labs.study_start(study, "oco2-mip"),
    "fourteen_files": lambda study: ensemble_labs.ensemble_start(study, scope="China"),
    "sure_ensemble": lambda study: ensemble_labs.ensemble_start(study, scope="China",
                                                                other="vegas"),
    "plateau_source": lambda study: ensemble_labs.ensemble_start(study, scope="Qinghai-Tibet"),
}  # fmt: skip


def lab_of(key: str) -> Lab:
    """Return a lab by its name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    known = {lab.key: lab for lab in LABS}
    if key not in known:
        raise InputError("No such lab.", where="name of the lab", found=repr(key),
                         accepted=", ".join(known), fix="Choose one of these.")  # fmt: skip
    return known[key]


def open_case(key: str, study: Study | None = None) -> Case:
    """Return a lab with its data.

    Parameters
    ----------
    key : str
        Name of the lab.
    study : Study, optional
        Data of the labs that work on fields; those on published tables need none.

    Raises
    ------
    InputError
        If there is no such lab, or it needs a study and has none.
    """
    lab = lab_of(key)
    if key in _FROM_TABLES:
        return Case(lab, _FROM_TABLES[key]())
    if study is None:
        raise InputError("This lab works on fields.", where=key, found="no study",
                         accepted="a study, such as helpers.teaching.classroom.open_book()",
                         fix=f"open_case({key!r}, open_book())")  # fmt: skip
    return Case(lab, _FROM_STUDY[key](study), study.is_standin)
