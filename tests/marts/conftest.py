"""Random portfolios in stores of their own, made once for the whole run and only read."""

from __future__ import annotations

from random import Random

import pytest

from kpi.catalog import Catalog, load_catalog
from kpi.intake.known import KnownRecords, KpiFacts
from kpi.ledger.store import Store, open_store
from tests.marts.random_portfolio import draw_submissions
from tests.support import checked_rows, submit_rows, unchecked_rows, withdraw_quickly

SEEDS = (20240229, 7)
CHECKED_SEED = SEEDS[0]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="session")
def known_kpis(catalog: Catalog) -> KnownRecords:
    """An empty store's records, with the indicators that a target may name."""
    return KnownRecords.empty({i.id: KpiFacts(i.kind, i.better) for i in catalog.indicators.values()})


@pytest.fixture(scope="session", params=SEEDS)
def random_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, known_kpis: KnownRecords
) -> Store:
    """The drawn files, of one seed through the product's whole check; one in fifteen is withdrawn at the end."""
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('random') / 'random.duckdb'}")
    load_random(store, request.param, known_kpis)
    return store


def load_random(store: Store, seed: int, known_kpis: KnownRecords) -> None:
    receipts = []
    with store.connect(read_only=False) as connection:
        for file in draw_submissions(seed):
            if seed == CHECKED_SEED:
                checked = checked_rows(file.dataset, file.rows, known_kpis)
            else:
                checked = unchecked_rows(file.dataset, file.rows)
            receipts.append(
                submit_rows(
                    store,
                    file.dataset,
                    checked,
                    file.month_from,
                    file.month_to,
                    received_on=file.received_on,
                    connection=connection,
                )
            )
    for receipt in Random(seed).sample(receipts[2:], len(receipts) // 15):
        withdraw_quickly(store, receipt.submission_id)
