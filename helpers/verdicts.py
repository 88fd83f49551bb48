"""Verdicts: what a computed value may say about a published claim, and what it may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.results import accept, is_finite

VERDICTS = (
    "reproduced",
    "by-construction",
    "consistent",
    "inconsistent",
    "not-testable-here",
    "corrected",
)
# What a value made from the reconstruction may say: the first set about the quantities it was made
# to carry, the second about all others, where neither agreement nor disagreement is evidence.
_CONSTRAINED = ("by-construction", "inconsistent", "not-testable-here")
_UNCONSTRAINED = ("not-testable-here",)
_NEEDS_COMPUTED = ("reproduced", "by-construction", "consistent", "corrected")
_NEEDS_TOLERANCE = ("reproduced", "by-construction")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one published claim came to in one notebook.

    Parameters
    ----------
    id : str
        The claim, as in ``data/published/claims.csv``.
    verdict : str
        ``reproduced``: computed from the products themselves and equal within `tolerance`;
        ``by-construction``: equal because the reconstruction was made to carry it;
        ``consistent``: within the published spread; ``inconsistent``: outside it, or impossible
        beside the other claims; ``corrected``: wrong as printed, right as given here;
        ``not-testable-here``: the data at hand cannot decide.
    computed, tolerance : float, optional
        The computed value and the largest difference that still counts as equal, in `unit`.
    unit, product, profile, notebook : str
        Unit of `computed`, catalog key (several joined by ``+``), profile of data, and where it
        was computed.
    reason : str
        One sentence; only ``reproduced`` may go without.
    is_standin : bool
        The value rests on a reconstructed product. Published tables, such as the CEOS one, are
        none, whatever the profile.
    constrained : bool
        The reconstruction was made to carry this very quantity.

    Raises
    ------
    InputError
        If the verdict is unknown, lacks the number or the reason it rests on, or says more than
        its data can: a reconstruction never supports a claim, and contradicts one only where it
        was made to carry it and cannot; what is no reconstruction is never ``by-construction``.
    """

    id: str
    verdict: str
    computed: float | None = None
    tolerance: float | None = None
    unit: str = ""
    product: str = ""
    profile: str
    notebook: str
    reason: str = ""
    is_standin: bool
    constrained: bool = False

    def __post_init__(self) -> None:
        accept(self.verdict, where=f"verdict of {self.id}", accepted=VERDICTS)
        _check_foundation(self)
        _check_reach(self)


def judge(
    claim: str,
    computed: float,
    *,
    published: float,
    tolerance: float,
    unit: str,
    product: str,
    profile: str,
    notebook: str,
    is_standin: bool,
    constrained: bool = False,
    spread: float | None = None,
) -> Verdict:
    """Return the verdict that a computed value earns beside a published one.

    Parameters
    ----------
    claim : str
        Claim id.
    computed, published, tolerance : float
        Same unit. `tolerance` is usually half a unit of the last printed digit.
    unit, product, profile, notebook, is_standin, constrained
        As in `Verdict`.
    spread : float, optional
        Published spread: a difference above `tolerance` but within it is ``consistent``.

    Returns
    -------
    Verdict
        Reconstructed product: ``by-construction`` when constrained and equal, ``inconsistent`` when
        constrained and not, else ``not-testable-here``. Product's own files: ``reproduced``,
        ``consistent`` or ``inconsistent``.
    """
    difference = abs(computed - published)
    equal = difference <= tolerance * (1 + 1e-9)
    off = f"{difference:.3g} {unit} off"
    if is_standin and not constrained:
        verdict, reason = "not-testable-here", "The product is a reconstruction."
    elif is_standin and equal:
        verdict, reason = "by-construction", "The reconstruction was made to carry this value."
    elif is_standin:
        verdict, reason = "inconsistent", f"The reconstruction cannot carry this value: {off}."
    elif equal:
        verdict, reason = "reproduced", ""
    elif spread is not None and difference <= spread:
        verdict, reason = "consistent", f"Within the published spread: {off}."
    else:
        verdict, reason = "inconsistent", f"Outside the published value: {off}."
    return Verdict(
        id=claim,
        verdict=verdict,
        computed=computed,
        tolerance=tolerance,
        unit=unit,
        product=product,
        profile=profile,
        notebook=notebook,
        reason=reason,
        is_standin=is_standin,
        constrained=constrained,
    )


def _check_foundation(verdict: Verdict) -> None:
    """Refuse a verdict without the number or the reason it rests on."""
    for name, needed_by in (("computed", _NEEDS_COMPUTED), ("tolerance", _NEEDS_TOLERANCE)):
        value = getattr(verdict, name)
        if not is_finite(value) and not (value is None and verdict.verdict not in needed_by):
            raise InputError(
                f"A verdict lacks its {name} value.",
                where=f"{verdict.id}: {verdict.verdict}",
                found=f"{value}",
                accepted="a finite number",
                fix=f"Give `{name}`, or the verdict 'not-testable-here'.",
            )
    if verdict.verdict != "reproduced" and not verdict.reason.strip():
        raise InputError(
            "A verdict lacks its reason.",
            where=f"{verdict.id}: {verdict.verdict}",
            found=repr(verdict.reason),
            accepted="one sentence (only 'reproduced' may go without)",
            fix="Say in `reason` why the verdict is so.",
        )


def _check_reach(verdict: Verdict) -> None:
    """Refuse a verdict that says more than its data can."""
    allowed: Sequence[str] = [name for name in VERDICTS if name != "by-construction"]
    fix = None
    if verdict.is_standin:
        allowed = _CONSTRAINED if verdict.constrained else _UNCONSTRAINED
    if verdict.is_standin and not verdict.constrained:
        fix = "constrained=True, if the reconstruction was made to carry this quantity"
    if verdict.verdict not in allowed:
        kind = "a reconstruction" if verdict.is_standin else "no reconstruction"
        raise InputError(
            f"A verdict says more than its data can: the value comes from {kind}.",
            where=f"{verdict.id} ({verdict.product or 'no product'}, {verdict.profile})",
            found=verdict.verdict,
            accepted=", ".join(allowed),
            fix=fix,
        )
