"""What is asked of a reader: a period, a box, an experiment and members."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.constants import CHINA_BOX


@dataclass(frozen=True)
class Request:
    """The part of a product to read.

    Attributes
    ----------
    data_dir : Path
        Folder that the product's file pattern is relative to.
    start_year, end_year : int
        First and last year, both included.
    experiment : str
        Experiment, or an empty string.
    members : tuple of str or None
        Members of an ensemble in the order wanted; None for all that are found.
    box : tuple of float
        West, east, south and north edge [degrees]; readers keep at least a degree more.
    standin_dir : Path or None
        Folder of the stand-in for products that `data_dir` lacks; see :mod:`helpers.holdings`.
    files : int
        Number of files that are read for one product: what is small alone may be too large for
        memory together.
    """

    data_dir: Path
    start_year: int
    end_year: int
    experiment: str = ""
    members: tuple[str, ...] | None = None
    box: tuple[float, float, float, float] = CHINA_BOX
    standin_dir: Path | None = None
    files: int = 1
