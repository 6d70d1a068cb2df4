"""Three truth values: no, unknown, yes (Kleene's strong logic).

Codes are int8 so that arrays of them are small: AND is the minimum, OR the maximum, NOT is 2 - x.

>>> word(both(YES, UNKNOWN)), word(either(YES, UNKNOWN)), word(negate(UNKNOWN))
('unknown', 'yes', 'unknown')
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Truths = NDArray[np.int8]

NO, UNKNOWN, YES = np.int8(0), np.int8(1), np.int8(2)
WORDS = ("no", "unknown", "yes")


def both(a: Any, b: Any) -> Any:
    """AND: the smaller of the two."""
    return np.minimum(a, b)


def either(a: Any, b: Any) -> Any:
    """OR: the larger of the two."""
    return np.maximum(a, b)


def negate(a: Any) -> Any:
    """NOT: 2 - x, so that unknown stays unknown."""
    return (2 - a).astype(np.int8) if isinstance(a, np.ndarray) else np.int8(2 - a)


def between(surely: Any, perhaps: Any) -> Any:
    """Yes where `surely` holds, no where not even `perhaps` does, else unknown. Boolean arrays in, int8 out.

    `surely` must imply `perhaps`.
    """
    return np.asarray(surely).astype(np.int8) + np.asarray(perhaps).astype(np.int8)


def word(value: int) -> str:
    """The word for a code.

    >>> word(1)
    'unknown'
    """
    return WORDS[int(value)]
