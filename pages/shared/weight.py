"""About how many bytes of memory a thing takes that sessions share, so that a shelf can be bounded by them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

# What only points at what the whole process has anyway.
SHARED = ("kpi.catalog", "kpi.ledger.store", "kpi.access")


def weight(thing: object) -> int:
    """Frames, arrays and texts count in full, once each; what the definitions hold does not count."""
    return _weight(thing, set())


def _weight(thing: object, seen: set[int]) -> int:
    if thing is None or isinstance(thing, bool | int | float | type) or id(thing) in seen:
        return 0
    seen.add(id(thing))
    own = _own_weight(thing)
    if own is not None:
        return own
    if type(thing).__module__.startswith(SHARED):
        return 0
    if type(thing).__module__.startswith("plotly"):  # a figure points at itself and at its validators all over
        return _weight(getattr(thing, "_data", None), seen) + _weight(getattr(thing, "_layout", None), seen)
    size = sys.getsizeof(thing)
    if isinstance(thing, Mapping):
        return size + sum(_weight(key, seen) + _weight(value, seen) for key, value in thing.items())
    if isinstance(thing, list | tuple | set | frozenset):
        return size + sum(_weight(one, seen) for one in thing)
    if is_dataclass(thing):
        return size + sum(_weight(getattr(thing, field.name, None), seen) for field in fields(thing))
    return size + _weight(getattr(thing, "__dict__", None), seen)


def _own_weight(thing: Any) -> int | None:
    if isinstance(thing, str | bytes):
        return sys.getsizeof(thing)
    if isinstance(thing, np.ndarray):
        return int(thing.nbytes)
    if isinstance(thing, pd.DataFrame | pd.Series | pd.Index):
        return int(np.sum(thing.memory_usage(deep=True)))
    if isinstance(thing, pd.Categorical):
        return int(thing.memory_usage(deep=True))
    return None
