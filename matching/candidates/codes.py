"""Causes as small integers."""

import numpy as np
import numpy.typing as npt

from matching.rules import CAUSES

CODE = {cause: i + 1 for i, cause in enumerate(CAUSES)}
"""Small integers for causes; 0 is feasible."""

Causes = npt.NDArray[np.uint8]
