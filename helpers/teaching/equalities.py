"""Lines of a lab's closure card that compare two numbers or hold a share to a least one."""

from __future__ import annotations

from helpers.closure import TOLERANCE, Identity


def equal(
    name: str, part: float, *, whole: float, unit: str, tolerance: float = TOLERANCE
) -> Identity:
    """Return the line that two numbers are the same.

    Parameters
    ----------
    name : str
        What should equal what.
    part, whole : float
        In one unit.
    unit : str
        Their unit.
    tolerance : float
        Largest accepted difference, relative to `whole`.

    Examples
    --------
    >>> equal("months of a year = 12", 12, whole=12, unit="1").holds
    True
    """
    return Identity(name=name, residual=abs(float(part) - float(whole)), scale=abs(float(whole)),
                    tolerance=tolerance, unit=unit)  # fmt: skip


def at_least(name: str, share: float, *, least: float, tolerance: float = TOLERANCE) -> Identity:
    """Return the line that a share reaches a least one; what it has above that is no residual.

    Examples
    --------
    >>> at_least("share of members inside", 0.95, least=0.9).holds
    True
    """
    return Identity(name=name, residual=max(0.0, float(least) - float(share)), scale=float(least),
                    tolerance=tolerance, unit="1")  # fmt: skip
