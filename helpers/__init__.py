"""Shared code of the China land carbon sink book.

Arrows point one way: notebooks import helpers, helpers import libraries.
Inside the book every flux is a *typed flux* (see :mod:`helpers.flux`): carbon, kg m-2 s-1,
land uptake positive.
"""

__version__ = "0.1.0"
