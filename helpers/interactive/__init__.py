"""Interactive twins of figures, and the map explorer: Vega-Lite, served by the book itself.

Specifications are made in Python (:mod:`helpers.interactive.specs`) from the very file that a
figure offers for download; the scripts come from an installed package and are written beside the
pages while the book is built. A page loads them when a reader asks, never before.
"""
