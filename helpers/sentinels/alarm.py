"""An alarm: what looks wrong, what was found, the likely cause and what to do."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape


class ImplausibleWarning(UserWarning):
    """Input that can be read but looks mistaken."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One thing that looks wrong in a product.

    Parameters
    ----------
    code : str
        Which sentinel: ``sign``, ``units``, ``seasonless``, ``land-fraction``, ``member-sign`` or
        ``member-scale``.
    product : str
        Name of the product as figures show it.
    message : str
        What looks wrong, in one sentence.
    found, expected : str
        The measure that fired, and what it would be.
    cause : str
        The likely mistake.
    action : str
        What to do about it.
    """

    code: str
    product: str
    message: str
    found: str
    expected: str
    cause: str
    action: str

    def __str__(self) -> str:
        """Return the alarm as one line for a console."""
        return (
            f"{self.product}: {self.message} Found {self.found}; expected {self.expected}. "
            f"Likely cause: {self.cause}. {self.action}"
        )


@dataclass(frozen=True)
class AlarmCard:
    """The alarms of a study as a notice that a page can show."""

    alarms: tuple[Alarm, ...]

    def __repr__(self) -> str:
        """Return one line an alarm."""
        return "\n".join(f"WARNING ({alarm.code}) {alarm}" for alarm in self.alarms)

    def _repr_html_(self) -> str:
        """Return a notice, each alarm with what was found, its likely cause and what to do."""
        items = "".join(
            f"<li><p><strong>{escape(alarm.product)}: {escape(alarm.message)}</strong></p>"
            f"<p>Found {escape(alarm.found)}; expected {escape(alarm.expected)}. "
            f"Likely cause: <strong>{escape(alarm.cause)}</strong>. {escape(alarm.action)}</p></li>"
            for alarm in self.alarms
        )
        return (
            '<div class="admonition warning sentinel" role="note">'
            '<p class="admonition-title">The input looks implausible</p>'
            "<p>The numbers on this page are computed from it as it is; nothing was changed.</p>"
            f"<ul>{items}</ul></div>"
        )


def announce(alarms: Sequence[Alarm]) -> None:
    """Show alarms where the reader is: a card in a notebook, a warning elsewhere; else nothing."""
    if not alarms:
        return
    show = _shell()
    if show is not None:
        show(AlarmCard(tuple(alarms)))
        return
    for alarm in alarms:
        warnings.warn(str(alarm), ImplausibleWarning, stacklevel=3)


def _shell() -> Callable[[object], object] | None:
    """Return what displays an object in a running notebook, or None outside one."""
    from IPython import get_ipython
    from IPython.display import display

    return display if get_ipython() is not None else None
