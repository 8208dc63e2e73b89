"""The single values behind a median: the same records that the figure counts."""

from __future__ import annotations

from statistics import median

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.select import figures
from kpi.marts.values import values_behind

CATALOG = load_catalog()
MEDIANS = [kpi for kpi, indicator in CATALOG.indicators.items() if indicator.values is not None]


@pytest.mark.parametrize("kpi", MEDIANS)
def test_their_median_is_the_figure(sample_store: Store, kpi: str) -> None:
    marts = load_marts(sample_store, CATALOG, scope=EVERYTHING)
    values = values_behind(
        sample_store, CATALOG, version=marts.version, kpi_id=kpi, partner_id="TARN", scope=EVERYTHING
    )
    for grain in ("site", "product"):
        column = "site_id" if grain == "site" else grain
        rows = figures(marts, kpis=[kpi], partners=["TARN"], grain=grain)
        rows = rows[rows["value"].notna()]
        for row in rows.itertuples():
            place = row.month.year * 12 + row.month.month - 1
            mine = values[(values["month"] == place) & (values[column] == getattr(row, column))]
            assert (len(mine), median(mine["days"])) == (row.n, row.value)
        assert len(rows) > 5


def test_only_medians_have_values_and_only_what_the_reader_may_see(sample_store: Store) -> None:
    asked = {"version": 1, "partner_id": "TARN"}
    with pytest.raises(UsageError, match='"right_first_time" is no median'):
        values_behind(sample_store, CATALOG, kpi_id="right_first_time", scope=EVERYTHING, **asked)
    with pytest.raises(UsageError, match='no partner "TARN"'):
        values_behind(sample_store, CATALOG, kpi_id=MEDIANS[0], scope=Scope.of(["VESS"]), **asked)
