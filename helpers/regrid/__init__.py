"""Area-conserving regridding between rectilinear latitude-longitude grids.

The overlap of two cells is (overlap in longitude) x (overlap in sine of latitude), so the weights
separate into two small banded matrices and conservation is exact by construction. Missing cells
carry no weight: a target cell takes the area-weighted mean of the valid part that covers it, and
the valid fraction comes along so that integrals can be kept.

:func:`conservative` takes xarray objects, :func:`conservative_file` files. All ways through this
package add in the same order and give the same bits. Importing it is cheap: xarray and Numba are
imported when they are needed.
"""

from helpers.regrid.bands import Bands, edges_from_centres
from helpers.regrid.fields import conservative, overlap_matrix, valid_area, weight_matrices
from helpers.regrid.files import conservative_file

__all__ = [
    "Bands",
    "conservative",
    "conservative_file",
    "edges_from_centres",
    "overlap_matrix",
    "valid_area",
    "weight_matrices",
]
