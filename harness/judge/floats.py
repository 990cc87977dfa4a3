"""The array types of the judge: double precision in the shape that each function states, and places in such arrays."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
