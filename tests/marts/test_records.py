"""The records behind a figure: as many as the figure counts, with the file and row they came from."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog, load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.marts.records import Entity, latest_records, records_behind, records_behind_each
from kpi.marts.select import figures

MONTH = date(2026, 6, 1)
BOTH = "numerator and denominator"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def marts(sample_store: Store, catalog: Catalog) -> Marts:
    return load_marts(sample_store, catalog, scope=EVERYTHING)


@pytest.mark.parametrize("window", [1, 3])
@pytest.mark.parametrize("grain", ["partner", "site", "product"])
def test_as_many_records_as_the_figure_counts(
    sample_store: Store, catalog: Catalog, marts: Marts, grain: str, window: int
) -> None:
    rows = figures(marts, grain=grain, window=window, month_from=MONTH, month_to=MONTH)
    one_each = rows[(rows["status"] != "no data") & (rows["n"] > 0)].groupby("kpi_id", observed=True).head(1)
    checked = 0
    for row in one_each.to_dict("records"):
        indicator = catalog.indicators[row["kpi_id"]]
        behind = records_behind(
            sample_store,
            catalog,
            version=marts.version,
            kpi_id=indicator.id,
            partner_id=row["partner_id"],
            site_id=row["site_id"],
            product=row["product"],
            currency=row["currency"],
            month=MONTH,
            window=window,
            scope=EVERYTHING,
        )
        counted = behind["counts_as"].value_counts()
        if indicator.kind in ("median", "snapshot"):
            assert len(behind) == row["n"], indicator.id
            checked += 1
        elif indicator.kind == "proportion" and BOTH in counted.index:
            assert counted[BOTH] == row["numerator"], indicator.id
            assert len(behind) == row["denominator"], indicator.id
            checked += 1
        elif indicator.id in ("deviation_rate", "serious_deviation_rate"):
            assert counted.get("numerator", 0) == row["numerator"], indicator.id
            assert counted["denominator"] == row["denominator"], indicator.id
            checked += 1
    assert checked >= 12


def test_a_record_names_its_file_and_row(sample_store: Store, catalog: Catalog, marts: Marts) -> None:
    from kpi.ledger.reads import original

    behind = records_behind(
        sample_store,
        catalog,
        version=marts.version,
        kpi_id="on_time_delivery",
        partner_id="VESS",
        month=MONTH,
        scope=EVERYTHING,
    )
    first = behind.iloc[0]
    _, content = original(sample_store, first["submission_id"], EVERYTHING)
    line = content.decode("utf-8-sig").splitlines()[first["row_number"] - 1]
    assert first["delivery_id"] in line


def test_the_newest_records_come_first(sample_store: Store, marts: Marts) -> None:
    found = latest_records(
        sample_store, "deliveries", version=marts.version, partner_id="VESS", scope=EVERYTHING, limit=20
    )
    dates = found["delivered_date"].fillna(found["promised_date"]).tolist()
    assert len(found) == 20
    assert dates == sorted(dates, reverse=True)


def test_a_partner_outside_the_scope_is_unknown(sample_store: Store, catalog: Catalog, marts: Marts) -> None:
    with pytest.raises(UsageError, match='There is no partner "VESS"'):
        records_behind(
            sample_store,
            catalog,
            version=marts.version,
            kpi_id="on_time_delivery",
            partner_id="VESS",
            month=MONTH,
            scope=Scope.of(["TARN"]),
        )
    with pytest.raises(UsageError, match='There is no partner "VESS"'):
        latest_records(sample_store, "deliveries", version=1, partner_id="VESS", scope=Scope.of(["TARN"]))


def test_a_scoped_reader_sees_the_same_figures_of_their_partners_only(
    sample_store: Store, catalog: Catalog, marts: Marts
) -> None:
    mine = load_marts(sample_store, catalog, scope=Scope.of(["VESS", "SERI"]))
    assert set(mine.register["partner_id"]) == {"VESS", "SERI"}
    assert set(mine.coverage["partner_id"]) == {"VESS", "SERI"}
    assert mine.last_month == marts.last_month
    for grain in ("partner", "site", "product"):
        whole = figures(marts, grain=grain, partners=["VESS", "SERI"])
        alone = figures(mine, grain=grain)
        assert set(alone["partner_id"]) == {"VESS", "SERI"}
        columns = ["kpi_id", "partner_id", "site_id", "product", "month", "n", "numerator", "value", "status"]
        whole_rows, alone_rows = (
            table[(table["currency"] == "") & (table["kpi_id"] != "cost_per_released_batch")][columns]
            .astype(str)
            .reset_index(drop=True)
            for table in (whole, alone)
        )
        assert whole_rows.equals(alone_rows)


def test_many_figures_at_once_have_the_records_that_each_has_alone(
    sample_store: Store, catalog: Catalog, marts: Marts
) -> None:
    rows = figures(marts, grain="partner", window=3, month_from=MONTH, month_to=MONTH)
    partners = sorted(set(rows["partner_id"]))[:2]
    rows = rows[rows["partner_id"].isin(partners)]
    asked = [(row.kpi_id, Entity(row.partner_id, currency=row.currency)) for row in rows.itertuples()]
    assert len({kpi_id for kpi_id, _ in asked}) > 20
    together = records_behind_each(
        sample_store, catalog, asked, version=marts.version, month=MONTH, window=3, scope=EVERYTHING
    )
    assert sum(map(len, together)) > 500
    for (kpi_id, entity), found in list(zip(asked, together, strict=True))[::7]:
        alone = records_behind(
            sample_store,
            catalog,
            version=marts.version,
            kpi_id=kpi_id,
            partner_id=entity.partner_id,
            currency=entity.currency,
            month=MONTH,
            window=3,
            scope=EVERYTHING,
        )
        pd.testing.assert_frame_equal(found, alone)


def test_many_figures_at_once_keep_to_the_scope(sample_store: Store, catalog: Catalog, marts: Marts) -> None:
    one, other = sorted(set(marts.register["partner_id"]))[:2]
    with pytest.raises(UsageError, match=other):
        records_behind_each(
            sample_store,
            catalog,
            [("right_first_time", Entity(one)), ("right_first_time", Entity(other))],
            version=marts.version,
            month=MONTH,
            scope=Scope.of([one]),
        )
    assert records_behind_each(sample_store, catalog, [], version=1, month=MONTH, scope=EVERYTHING) == []
