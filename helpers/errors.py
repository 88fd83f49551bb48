"""One family of errors that says what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


class InputError(ValueError):
    """Refusal of an input, with what was found, what is accepted and the fix.

    Parameters
    ----------
    what : str
        One sentence: what is wrong.
    file : str or Path, optional
        The file that was read.
    where : str, optional
        The variable, column, parameter or entry inside it.
    found, accepted, fix : str, optional
        What was found there, what would be accepted, and what to do about it.

    Examples
    --------
    >>> print(InputError("Unknown units.", where="nbp", found="'t/ha'", accepted="'kg m-2 s-1'"))
    Unknown units.
      where: nbp
      found: 't/ha'
      accepted: 'kg m-2 s-1'
    """

    def __init__(
        self,
        what: str,
        *,
        file: str | Path | None = None,
        where: str | None = None,
        found: object = None,
        accepted: object = None,
        fix: str | None = None,
    ) -> None:
        self.what = what
        self.file = None if file is None else str(file)
        self.where = where
        self.found = None if found is None else str(found)
        self.accepted = None if accepted is None else str(accepted)
        self.fix = fix
        lines = [what]
        for name in ("file", "where", "found", "accepted", "fix"):
            value = getattr(self, name)
            if value is not None:
                lines.append(f"  {name}: {value}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Callable[[dict[str, Any]], InputError], tuple[dict[str, Any]]]:
        """Let the error pass from a worker process to the one that asked."""
        names = ("what", "file", "where", "found", "accepted", "fix")
        return _again, ({name: getattr(self, name) for name in names},)


def _again(parts: dict[str, Any]) -> InputError:
    return InputError(parts.pop("what"), **parts)
