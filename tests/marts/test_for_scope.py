"""Marts for one scope taken from those of everybody: the same as computed for that scope alone, and nothing else."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from types import FunctionType, ModuleType

import numpy as np
import pandas as pd
import pytest

from kpi.access import EVERYTHING, NOTHING, Scope
from kpi.catalog import Catalog
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts

DAY = date(2026, 3, 1)
FRAMES = ("kpi_monthly", "coverage", "register")


@pytest.fixture(scope="module")
def everything(random_store: Store, catalog: Catalog) -> Marts:
    return load_marts(random_store, catalog, scope=EVERYTHING, day=DAY)


def scopes_of(marts: Marts) -> list[Scope]:
    """Nobody, one who is not there, every partner alone, and some of them together."""
    partners = sorted(set(marts.register["partner_id"]) | set(marts.kpi_monthly["partner_id"]))
    together = [*list(combinations(partners, 2))[::3], tuple(partners[1:]), (partners[0], "nobody of that name")]
    return [NOTHING, Scope.of(["nobody"]), *(Scope.of(some) for some in [*((one,) for one in partners), *together])]


def test_every_frame_is_as_if_computed_for_the_scope_alone(
    random_store: Store, catalog: Catalog, everything: Marts
) -> None:
    seen = 0
    for scope in scopes_of(everything):
        alone, mine = load_marts(random_store, catalog, scope=scope, day=DAY), everything.for_scope(scope)
        for name in FRAMES:
            expected, found = getattr(alone, name), getattr(mine, name)
            for column in found.select_dtypes("category"):
                more = set(found[column].cat.categories) - set(expected[column].cat.categories)
                assert not more, f"{column} knows {more} for {scope}"
                # An unused category of the reader's own (a site without figures) may be missing; no row may differ.
                found, expected = (one.assign(**{column: one[column].astype("str")}) for one in (found, expected))
            pd.testing.assert_frame_equal(
                found,
                expected,
                check_exact=True,
                check_dtype=not expected.empty,  # pandas has no kind for texts that are not there
                obj=f"{name} of {scope}",
            )
            seen += len(found)
        for field in ("version", "at", "definitions", "last_month", "synthetic"):
            assert getattr(mine, field) == getattr(alone, field), f"{field} {scope}"
    assert seen > 1000


def everything_reached(start: object) -> Iterator[object]:
    """Every object that can be reached from ``start``, but for code and what belongs to whole modules."""
    seen, left = {id(start)}, [start]
    while left:
        one = left.pop()
        yield one
        for further in [*gc.get_referents(one), *([one.base] if isinstance(one, np.ndarray) else [])]:
            # BlockPlacement: the numbers of a frame's columns, which frames may share
            code = isinstance(further, ModuleType | FunctionType | type) or type(further).__name__ == "BlockPlacement"
            if id(further) not in seen and not code:
                seen.add(id(further))
                left.append(further)


def arrays_of(start: object) -> dict[int, object]:
    """The arrays that can be reached, those behind views as well; without texts, which may be closed lists, and
    without masks that choose nothing."""
    reached = (one for one in everything_reached(start) if isinstance(one, np.ndarray))
    return {id(one): one for one in reached if one.size and one.dtype != object and (one.dtype != bool or one.any())}


def names_of_others(marts: Marts, scope: Scope) -> set[str]:
    """Texts that only rows of partners outside ``scope`` hold, but for the definitions' own words."""
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for frame in (getattr(marts, name) for name in FRAMES):
        mine = frame["partner_id"].isin(list(scope.partners or ()))
        for column in frame.select_dtypes(["category", "str", "object"]):
            for whose in (True, False):
                found = frame.loc[mine == whose, column].dropna().unique()
                names[whose] |= {str(name) for name in found}
    table = marts.kpi_monthly
    closed = {str(name) for column in ("status", "grain", "kpi_id") for name in table[column].cat.categories}
    closed |= {*table.columns, *marts.coverage.columns, *marts.register.columns, *vars(marts)}
    return {name for name in names[False] - names[True] if not any(name in known for known in closed)}


def test_nothing_that_can_be_reached_names_another_partner(everything: Marts) -> None:
    looked_for: set[str] = set()
    for scope in scopes_of(everything):
        others = {name for name in names_of_others(everything, scope) if len(name) > 1}
        looked_for |= others
        mine = everything.for_scope(scope)
        ours = arrays_of(everything)  # kept alive, or another array could get the same address
        assert len(ours) > 10
        assert not [str(one)[:200] for place, one in arrays_of(mine).items() if place in ours]
        texts: set[str] = set()
        for one in everything_reached(mine):
            assert one is not everything
            assert not any(one is getattr(everything, name) for name in FRAMES)
            if isinstance(one, str):
                texts.add(one)
            elif isinstance(one, np.ndarray) and one.dtype == object:
                texts |= {text for text in one.ravel() if isinstance(text, str)}
        assert not texts & others
        written = pickle.dumps(mine)
        assert not [name for name in others if len(name) > 3 and name.encode() in written]
    assert len(looked_for) > 10


def test_texts_do_not_keep_the_memory_of_rows_left_out(everything: Marts) -> None:
    """A column of Arrow texts may be a view of a larger buffer; whoever reads the buffer reads all of it."""
    looked_at = 0
    for scope in scopes_of(everything):
        others = {name.encode() for name in names_of_others(everything, scope) if len(name) > 3}
        for frame in (getattr(everything.for_scope(scope), name) for name in FRAMES):
            for column in frame:
                held = getattr(frame[column].array, "_pa_array", None)
                for chunk in held.chunks if held is not None else ():
                    buffers = b"".join(buffer.to_pybytes() for buffer in chunk.buffers() if buffer is not None)
                    looked_at += len(buffers)
                    assert not [name for name in others if name in buffers]
    assert looked_at or not any(hasattr(everything.register[column].array, "_pa_array") for column in FRAMES[2:])


def test_the_watch_sees_what_a_plain_choice_of_rows_would_leave(everything: Marts) -> None:
    """A column of categories keeps every name: had the rows only been chosen, the tests above would fail."""
    scope = next(scope for scope in scopes_of(everything) if scope.partners and len(names_of_others(everything, scope)))
    table = everything.kpi_monthly
    chosen = table[table["partner_id"].isin(list(scope.partners or ()))]
    others = names_of_others(everything, scope)
    assert any(isinstance(one, str) and one in others for one in everything_reached(chosen["partner_id"].array)) or any(
        name.encode() in pickle.dumps(chosen) for name in others
    )


def test_a_reader_of_everything_gets_the_very_same(everything: Marts) -> None:
    assert everything.for_scope(EVERYTHING) is everything
