"""The server is told to stop while a person's file is being added: all of it is in the ledger, or nothing."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from kpi.ledger.store import open_store
from kpi.ledger.verify import verify
from tests.browser.conftest import serving
from tests.browser.test_main_ways import upload
from tests.ledger.files import deliveries, put
from tests.serving.served import MARKER, delivery, small_store
from tests.support import csv_of

ROWS = 20_000
STOP_SECONDS = 60


def test_stopping_in_the_middle_of_a_confirmation(browser: Browser, page: Page, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    store = small_store(tmp_path / "made")
    content = csv_of([delivery(number) for number in range(10, ROWS + 10)])
    with serving(browser, store, tmp_path) as dashboard:
        upload(page, dashboard, "many lines.csv", content)
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("Adding to the ledger")).to_be_visible()
        time.sleep(random.uniform(0, 1.0))
        dashboard.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert dashboard.process.wait(STOP_SECONDS) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < STOP_SECONDS
    after = open_store(dashboard.store_url)
    found = verify(after)
    assert found.problems == ()
    assert (found.events, found.records) in ((2, 3), (3, 3 + ROWS))
    assert put(after, deliveries({"delivery_id": "after", "partner_id": MARKER})).version == found.events + 1
