"""What the models share: typed frames, literals and tenths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd


def literal(value: float) -> str:
    """Return a float64 as a SQL literal of type double that reads back as itself.

    Without an exponent a warehouse may read a decimal, of another precision.
    """
    text = repr(float(value))
    return text if "e" in text else f"{text}e0"


def deciles(scores: ArrayLike) -> NDArray[np.int64]:
    """Return (n,) tenths 1..10 of the mean ranks, ascending; equal scores share one."""
    from scipy.stats import rankdata

    ranks = rankdata(scores)
    return np.ceil(ranks * 10 / len(ranks)).astype(np.int64)


def typed_frame(records: Sequence[tuple], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Return records as a frame of nullable dtypes; a number not finite is missing."""
    import pandas as pd

    def known(value: Any) -> Any:
        is_unknown = isinstance(value, float) and not np.isfinite(value)
        return None if is_unknown else value

    return pd.DataFrame(
        {
            column: pd.array([known(record[i]) for record in records], dtype=dtype)
            for i, (column, dtype) in enumerate(dtypes.items())
        }
    )
