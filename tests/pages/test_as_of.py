"""What a link may say for "as of": whatever it is, the screen says what is allowed instead of breaking."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.errors import UsageError
from kpi.ledger.store import Store
from pages.shared import marts as cached


@pytest.mark.parametrize("said", ["²", "①", "9" * 5000, "-1", "x" * 100_000, "1e5", "2026-13-01"])
def test_what_is_no_version_and_no_date_is_refused_in_a_short_sentence(empty_store: Store, said: str) -> None:
    with pytest.raises(UsageError, match="Allowed") as refused:
        cached.marts_as_of(empty_store, load_catalog(), said, EVERYTHING)
    assert len(str(refused.value)) < 400


def test_a_day_in_the_basic_form_is_a_day(empty_store: Store) -> None:
    found = cached.marts_as_of(empty_store, load_catalog(), f"{datetime.now(UTC):%Y%m%d}", EVERYTHING)
    assert found.version == 0
