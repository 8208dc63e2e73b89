"""The marts of everybody → those of one reader: what they would be, had they been computed for that scope alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kpi.access import Scope

if TYPE_CHECKING:
    import pandas as pd

    from kpi.marts.build import Marts

# The other columns of categories are closed lists of the definitions and the same for every reader.
NAMES_OF_SOMEBODY = ("partner_id", "site_id", "product", "currency", "target_source")


def restricted(marts: Marts, scope: Scope) -> Marts:
    """``marts``, which must be of everything, as ``scope`` may see them; frames of their own that share nothing.

    Nothing reachable from the result names another partner: a column of categories keeps its names when the rows that
    bear them go, so the names are taken out as well.
    """
    if scope.partners is None:
        return marts
    return replace(
        marts,
        kpi_monthly=_without_names(_rows_of(marts.kpi_monthly, scope.partners)),
        coverage=_rows_of(marts.coverage, scope.partners),
        register=_rows_of(marts.register, scope.partners),
    )


def _rows_of(frame: pd.DataFrame, partners: frozenset[str]) -> pd.DataFrame:
    import pandas as pd

    # A copy, for pandas may give out a view of the whole frame where all rows or none are chosen.
    kept = frame[frame["partner_id"].isin(list(partners))].reset_index(drop=True).copy()
    # Texts anew: a column of texts may go on holding the memory of those that were left out.
    texts = {
        name: pd.Series(kept[name].to_list(), dtype=kept[name].dtype, index=kept.index)
        for name in kept.columns
        if isinstance(kept[name].dtype, pd.StringDtype) or kept[name].dtype == object
    }
    return kept.assign(**texts)


def _without_names(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: _anew(frame[name]) for name in NAMES_OF_SOMEBODY})


def _anew(column: pd.Series[Any]) -> pd.Categorical[str]:
    """The column with the categories that it has rows of, in an index of their own: one that was merely chosen from the
    others' may be a view of them."""
    import pandas as pd

    left = column.cat.remove_unused_categories()
    names = pd.Index(left.cat.categories.to_list(), dtype="str")
    return pd.Categorical.from_codes(left.cat.codes.to_numpy(copy=True), categories=names)
