"""How ``sinkbook`` reads its words: ``-p NAME VALUE``."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class PairedCommand(TyperCommand):
    """A command whose option ``-p`` takes two words, NAME VALUE, and may be repeated."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Join each NAME VALUE after ``-p`` into NAME=VALUE, then parse as usual."""
        return super().parse_args(ctx, join_pairs(args))


def join_pairs(words: list[str]) -> list[str]:
    """Return command-line words with each ``-p NAME VALUE`` written ``-p NAME=VALUE``.

    Examples
    --------
    >>> join_pairs(["national_sink", "-p", "end_year", "2016", "--force"])
    ['national_sink', '-p', 'end_year=2016', '--force']
    """
    joined, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        joined.append(word)
        if word in ("-p", "--parameter") and len(rest) > 1 and "=" not in rest[0]:
            joined.append(f"{rest.pop(0)}={rest.pop(0)}")
    return joined
