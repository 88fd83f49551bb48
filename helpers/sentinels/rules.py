"""The sentinels: each looks at one measure of a product and returns an alarm or nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import xarray as xr

from helpers.constants import CARBON_PER_CO2
from helpers.sentinels import measures
from helpers.sentinels.alarm import Alarm

NET_QUANTITIES = ("NEP", "NBP", "NEE", "NBE")
"""Quantities for which the plausible magnitudes are stated."""

PLAUSIBLE_PEAK = (0.9, 3.6)
"""Total of China in its strongest month that is plausible for a net flux [Pg C yr-1]: a quarter of
a gram to one gram of carbon per square metre and day, averaged over the country."""

PLAUSIBLE_MEAN = (0.12, 1.1)
"""Mean total of China that is plausible [Pg C yr-1]: the span of published estimates."""

PEAK_SPREAD, MEAN_SPREAD = 0.35, 0.6
"""How far honest products scatter about the middle of these spans [natural logarithm]."""

MEAN_LIMIT, HANDICAP = 4.0, 4.0
"""Most that the mean may add to a misfit (it is a small difference of large terms), and what a
mistaken factor must beat the factor 1 by."""

MEMBER_LIMIT = 0.65
"""Distance [natural logarithm] from the median of the members at which one is unlike the rest:
half-way to the smallest mistaken factor, 44/12."""

FEWEST_MEMBERS = 4
"""Members below which none is called unlike the rest."""

COAST_LIMIT = 0.8
"""Power of the land fraction at the coast from which it counts as applied twice."""

SEASONLESS = 0.02
"""Share of the strongest month that the seasonal range must exceed."""

MISTAKES: dict[float, str] = {
    CARBON_PER_CO2: "carbon declared as CO2, so that 12/44 was applied to it (or applied twice)",
    1 / CARBON_PER_CO2: "CO2 declared as carbon, so that 12/44 was not applied",
    1e3: "grams declared as kilograms (a factor 1000)",
    1e-3: "kilograms declared as grams (a factor 1000)",
    12.0: "values per year declared as per month (a factor 12)",
    1 / 12.0: "values per month declared as per year (a factor 12)",
    30.4375: "values per month declared as per day (a factor of the days in a month)",
    1 / 30.4375: "values per day declared as per month (a factor of the days in a month)",
    365.25: "values per year declared as per day (a factor of the days in a year)",
    1 / 365.25: "values per day declared as per year (a factor of the days in a year)",
}
"""Factors that units declared wrongly leave behind, and the mistake that each stands for."""


def sign_alarm(north: xr.DataArray, *, product: str) -> Alarm | None:
    """Fire where uptake in January exceeds that in July over North China.

    Parameters
    ----------
    north : xarray.DataArray, dims (month,) or (member, month) [Pg C yr-1]
        From :func:`measures.course`; with members, most of them decide.
    product : str
        Name for the alarm.
    """
    if not _is_reversed(north):
        return None
    middle = north.median("member") if "member" in north.dims else north
    return Alarm(
        code="sign",
        product=product,
        message="Over North China it takes up more in January than in July.",
        found=f"{float(middle.sel(month=1)):.2g} Pg C yr-1 in January, "
        f"{float(middle.sel(month=7)):.2g} in July, uptake positive",
        expected="the growing season to take up more",
        cause="the sign is reversed",
        action="Check `positive` in its catalog entry: 'atmosphere' if positive means release.",
    )


def season_alarm(china: xr.DataArray, *, product: str) -> Alarm | None:
    """Fire where a product has no seasonal course, dims (month,) or (member, month)."""
    course = china.median("member") if "member" in china.dims else china
    largest = float(abs(course).max())
    if float(course.max() - course.min()) > SEASONLESS * largest:
        return None
    return Alarm(
        code="seasonless",
        product=product,
        message="It has no seasonal course.",
        found=f"{float(course.min()):.3g} to {float(course.max()):.3g} Pg C yr-1 over the months",
        expected="a summer unlike the winter",
        cause="a constant field, or yearly means repeated for every month",
        action="Check `variable` in its catalog entry, and ask for monthly output.",
    )


def units_alarm(
    china: xr.DataArray, *, product: str, quantity: str, others: Mapping[str, float]
) -> Alarm | None:
    """Fire where the national magnitude fits better after dividing by a common mistake.

    Parameters
    ----------
    china : xarray.DataArray, dims (month,) or (member, month) [Pg C yr-1]
        From :func:`measures.course`; the median of members.
    product, quantity : str
        Name and quantity; gross fluxes and NPP are not judged.
    others : mapping of str to float
        Strongest month of the other products [Pg C yr-1], by name, quoted in the alarm.

    Notes
    -----
    For each factor k the misfit is (ln(P/P0/k)/sP)^2 + min((ln(M/M0/k)/sM)^2, 4), with P the
    strongest month, M the mean, P0 and M0 the middle of the plausible spans. The least misfit
    wins; a mistake has to win by `HANDICAP`. Only the magnitude counts, so a reversed sign
    does not matter here.
    """
    course = china.median("member") if "member" in china.dims else china
    strongest = float(measures.peak(course))
    if quantity not in NET_QUANTITIES or strongest == 0:
        return None
    mean = float(course.mean("month")) * (-1 if _is_reversed(course) else 1)
    factor = min((1.0, *MISTAKES), key=lambda k: _misfit(k, strongest, mean=mean))
    if factor == 1.0:
        return None
    found = f"{strongest:.2g} Pg C yr-1 in the strongest month over China"
    if others:
        middle = float(np.median(list(others.values())))
        found += f", {strongest / middle:.2g} times the middle of {', '.join(others)}"
    low, high = PLAUSIBLE_PEAK
    return Alarm(
        code="units",
        product=product,
        message=f"Its magnitude looks wrong by a factor of about {_as_text(factor)}.",
        found=found,
        expected=f"{low:g} to {high:g} Pg C yr-1",
        cause=MISTAKES[factor],
        action="Check `units` and `species` in its catalog entry against the provider's words.",
    )


def coast_alarm(exponent: float | None, *, product: str) -> Alarm | None:
    """Fire where a flux falls toward the coast as the land fraction does, or faster.

    The book's masks apply the share of land themselves, so a flux that already carries it counts
    it twice.
    """
    if exponent is None or exponent < COAST_LIMIT:
        return None
    return Alarm(
        code="land-fraction",
        product=product,
        message="Its coastal cells are too weak: the land fraction is counted twice.",
        found=f"a seasonal swing that falls with the land fraction to the power {exponent:.1f}",
        expected=f"a power below {COAST_LIMIT:g}, because the mask counts the share of land",
        cause="the land fraction applied twice: values multiplied by it, or averaged with the sea "
        "as zero, and then counted by the share of land",
        action="Give values per area of land with the sea missing; the masks page bounds the loss.",
    )


def member_alarms(china: xr.DataArray, north: xr.DataArray, *, product: str) -> list[Alarm]:
    """Fire for each member whose sign or scale is unlike that of the rest, dims (member, month)."""
    if "member" not in china.dims or china.sizes["member"] < FEWEST_MEMBERS:
        return []
    # of reversed and upright members, the larger party is right as far as members can tell
    is_down = measures.swing(north) < 0
    odd = is_down if is_down.mean() < 0.5 else ~is_down
    alarms = [
        _member_sign(str(name), product=product, count=china.sizes["member"])
        for name in china["member"].values[odd.values]
        if is_down.mean() != 0.5
    ]
    sizes = abs(measures.swing(china))
    for position, name in enumerate(china["member"].values):
        rest = float(np.median(np.delete(sizes.values, position)))
        size = float(sizes[position])
        distance = abs(math.log(size / rest)) if size > 0 < rest else math.inf * (size != rest)
        if distance > MEMBER_LIMIT:
            alarms.append(_member_scale(str(name), product=product, size=size, rest=rest))
    return alarms


def _member_sign(member: str, *, product: str, count: int) -> Alarm:
    return Alarm(
        code="member-sign",
        product=f"{product}, {member}",
        message="The season of this member runs against that of the others.",
        found="July and January the other way round over North China",
        expected=f"the season of the other {count - 1} members",
        cause="the sign of one member is reversed",
        action="Check that member's file; leave it out by the parameter `members` until then.",
    )


def _member_scale(member: str, *, product: str, size: float, rest: float) -> Alarm:
    ratio = size / rest if rest else math.inf
    near = min(MISTAKES, key=lambda k: abs(math.log(ratio / k)) if 0 < ratio < math.inf else 0.0)
    close = 0 < ratio < math.inf and abs(math.log(ratio / near)) < MEMBER_LIMIT
    return Alarm(
        code="member-scale",
        product=f"{product}, {member}",
        message="The size of this member is unlike that of the others.",
        found=f"{size:.2g} Pg C yr-1 from January to July, {ratio:.2g} times the middle of the "
        "others",
        expected="a factor between a half and two",
        cause=MISTAKES[near] if close else "another unit, or values that are missing in the file",
        action="Check that member's file; leave it out by the parameter `members` until then.",
    )


def _as_text(factor: float) -> str:
    """Write a factor plainly: 1000, 3.67, 1/12."""
    return f"{factor:.4g}" if factor >= 1 else f"1/{1 / factor:.4g}"


def _is_reversed(course: xr.DataArray) -> bool:
    """Tell whether January takes up more than July, in most members where there are some."""
    down = measures.swing(course) < 0
    return bool(down.mean() > 0.5)


def _misfit(factor: float, strongest: float, *, mean: float) -> float:
    score = (math.log(strongest / factor / math.sqrt(math.prod(PLAUSIBLE_PEAK))) / PEAK_SPREAD) ** 2
    if mean > 0:
        offset = math.log(mean / factor / math.sqrt(math.prod(PLAUSIBLE_MEAN)))
        score += min((offset / MEAN_SPREAD) ** 2, MEAN_LIMIT)
    return score + (HANDICAP if factor != 1.0 else 0.0)
