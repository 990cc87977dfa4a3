"""The array type of the judge: double precision, in the shape that each function states."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
