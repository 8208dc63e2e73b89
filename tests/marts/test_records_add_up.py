"""The records behind a figure, counted, give the figure; each is the row of the file that it says it is."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import Catalog
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.records import records_behind
from tests.marts.compare import shown_by_product, submissions_in
from tests.marts.oracle import RULES, Figure, Key

BOTH = "numerator and denominator"


@pytest.mark.parametrize("window", [1, 12])
def test_records_behind_a_figure_add_up_to_it(random_store: Store, catalog: Catalog, window: int) -> None:
    """One figure of every indicator, drawn among those that have any record."""
    marts = load_marts(random_store, catalog, scope=EVERYTHING)
    shown = shown_by_product(marts, window)
    rows_of_files = {
        (f"S{number:06d}", row["row_number"]): row
        for number, submission in enumerate(submissions_in(random_store), start=1)
        for row in submission.rows
    }
    draw = Random(window)
    for kpi_id in RULES:
        key, figure = draw.choice([(k, c.figure) for k, c in sorted(shown.items()) if k[0] == kpi_id and c.figure.n])
        behind = records_behind(
            random_store,
            catalog,
            version=marts.version,
            kpi_id=kpi_id,
            partner_id=key[2],
            site_id=key[3],
            product=key[4],
            currency=key[5],
            month=key[6],
            window=window,
            scope=EVERYTHING,
        )
        assert_adds_up(kpi_id, behind, figure, key)
        if kpi_id != "submission_timeliness":
            for row in behind.to_dict("records"):
                appended = rows_of_files[row["submission_id"], row["row_number"]]
                assert appended["partner_id"] == key[2], key


def assert_adds_up(kpi_id: str, behind: pd.DataFrame, figure: Figure, key: Key) -> None:
    counts = behind["counts_as"].value_counts().to_dict()
    rule = RULES[kpi_id]
    if kpi_id in ("yield_attainment", "fill_rate", "findings_per_audit"):
        assert len(behind) == (figure.numerator if rule.kind == "rate" else figure.n), (key, counts)
    elif kpi_id == "cost_per_released_batch":
        assert behind["batch_cost"].sum() == pytest.approx(figure.numerator), (key, counts)
    elif rule.kind in ("median", "snapshot"):
        assert len(behind) == figure.n, (key, counts)
    elif len(rule.events) == 2:
        assert counts.get("numerator", 0) == figure.numerator, (key, counts)
        if kpi_id == "invalidated_oos_rate":
            tests = behind.loc[behind["counts_as"] == "denominator", "release_tests"]
            assert tests.sum() == figure.denominator, (key, counts)
        else:
            assert counts.get("denominator", 0) == figure.denominator, (key, counts)
    else:
        assert len(behind) == figure.denominator, (key, counts)
        assert counts.get(BOTH, 0) == figure.numerator, (key, counts)
