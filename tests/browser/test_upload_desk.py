"""The upload desk as a quality lead meets it: a partner's own file the first time, and the month after."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from kpi.access import EVERYTHING
from kpi.ledger.mappings import save_mapping, saved_mappings
from kpi.ledger.reads import details, history
from kpi.ledger.store import open_store
from kpi.ledger.verify import verify
from tests.browser.conftest import Dashboard
from tests.browser.test_main_ways import a_site, delivery
from tests.browser.waiting import opened, say_nothing_of_incidents, settled
from tests.desk.partner_files import HEADERS, german_lots
from tests.desk.test_understanding import GERMAN
from tests.support import csv_of

UPLOAD_FIELD = "[data-testid=stFileUploader] input[type=file]"
FIVE_MINUTES = 300
THREE_CLICKS = 3


class Person:
    """Somebody at the screen, whose clicks are counted; typing is not a click."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def choose_file(self, name: str, content: bytes) -> None:
        field = self.page.locator(UPLOAD_FIELD).first
        field.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        self._clicked()

    def answer(self, text: str) -> None:
        labels = self.page.locator("[data-testid=stRadio] label")
        labels.filter(has_text=re.compile(f"^{text}")).first.click()
        self._clicked()

    def choose(self, field: str, option: str) -> None:
        self.page.locator("[data-testid=stMain]").get_by_role("combobox", name=field).first.click()
        self.page.get_by_role("option").filter(has_text=option).first.click()
        self._clicked()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()
        self._clicked()

    def see_what_changes(self) -> None:
        """Wait until the figures that would move are told: the form stands still from then on."""
        self.page.get_by_text(re.compile("figures? moves?|No figure moves")).first.wait_for()
        self.page.wait_for_timeout(700)
        settled(self.page)

    def _clicked(self) -> None:
        self.clicks += 1
        self.page.wait_for_timeout(700)  # the run that a click starts begins a moment later
        settled(self.page)


def test_a_german_partners_file_goes_in_within_minutes_and_with_three_clicks_the_month_after(
    page: Page, dashboard: Dashboard
) -> None:
    store = open_store(dashboard.store_url)
    person, started = Person(page), time.monotonic()
    opened(page, dashboard.url("monthly_upload", **{"for": "2021-03"}), "1. Choose the month and the files")
    person.choose_file("Chargen März 2021.csv", german_lots(3, year=2021))
    person.answer("Western European \\(Windows\\)")
    person.choose("No header says whose file it is", "0042")
    person.answer("rejected$")
    person.press("Check the file")
    expect(page.get_by_text("The file can be accepted")).to_be_visible()
    person.see_what_changes()
    person.press(re.compile("^Confirm 12 records for March 2021"))
    expect(page.get_by_text(re.compile("Accepted as S"))).to_be_visible()
    assert time.monotonic() - started < FIVE_MINUTES
    newest = history(store, scope=EVERYTHING).iloc[0]
    assert (newest["dataset"], newest["partners"], newest["new"]) == ("batch_records", "0042", 12)
    assert 'Gesperrt = "rejected"' in details(store, newest["submission_id"], EVERYTHING)["mapping"]
    assert [one.partner_id for one in saved_mappings(store, scope=EVERYTHING, dataset="batch_records")] == ["0042"]
    say_nothing_of_incidents(page)

    opened(page, dashboard.url("monthly_upload", **{"for": "2021-04"}), "1. Choose the month and the files")
    person.clicks = 0
    person.choose_file("Chargen April 2021.csv", german_lots(4, year=2021))
    expect(page.get_by_text("Mapping of 0042, saved on")).to_be_visible()
    person.see_what_changes()
    person.press(re.compile("^Confirm 12 records for April 2021"))
    expect(page.get_by_text(re.compile("Accepted as S"))).to_be_visible()
    assert person.clicks <= THREE_CLICKS
    assert history(store, scope=EVERYTHING).iloc[0]["new"] == 12
    say_nothing_of_incidents(page)


def test_headers_that_changed_are_announced_with_the_rest_filled_in(page: Page, dashboard: Dashboard) -> None:
    save_mapping(
        open_store(dashboard.store_url),
        partner_id="0042",
        dataset="batch_records",
        headers=HEADERS,
        mapping=GERMAN,
        actor="qa.lead",
        now=datetime.now(UTC),
        scope=EVERYTHING,
    )
    renamed = german_lots(5, year=2021, lots=4).replace(b"Charge;", b"Chargennummer;")
    opened(page, dashboard.url("monthly_upload", **{"for": "2021-05"}), "1. Choose the month and the files")
    person = Person(page)
    person.choose_file("Chargen Mai 2021.csv", renamed)
    expect(page.get_by_text("The headers of 0042 have changed")).to_be_visible()
    expect(page.get_by_text("new: Chargennummer; gone: Charge")).to_be_visible()
    person.press("Check the file")
    expect(page.get_by_text("The file can be accepted")).to_be_visible()
    say_nothing_of_incidents(page)


def test_several_files_go_in_at_once_each_to_its_dataset(page: Page, dashboard: Dashboard) -> None:
    site = a_site(dashboard)
    lot = {"batch_id": "MANY-1", "product": "Test product", "stage": "packaging", "planned_start_date": "2021-06-01"}
    deviation = {
        "deviation_id": "MANY-D1",
        "opened_date": "2021-06-03",
        "severity": "minor",
        "type": "process",
        "due_date": "2021-07-03",
        "batch_id": "MANY-1",
    }
    files = {
        "deviations.csv": csv_of([{**site, **deviation}]),
        "lots.csv": csv_of([{**site, **lot}]),
        "broken.csv": csv_of([delivery(site, "MANY-2", promised_date="soon")]),
    }
    opened(page, dashboard.url("monthly_upload", **{"for": "2021-06"}), "1. Choose the month and the files")
    page.locator(UPLOAD_FIELD).first.set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files.items()]
    )
    Person(page).see_what_changes()
    expect(page.get_by_text("1 file of 3 will not go in")).to_be_visible()
    Person(page).press(re.compile("^Confirm 2 files with 2 records"))
    expect(page.get_by_text(re.compile("Accepted as S"))).to_have_count(2)
    newest = history(open_store(dashboard.store_url), scope=EVERYTHING).head(2)
    assert newest["dataset"].tolist() == ["deviations", "batch_records"], "the lot first, then what names it"
    say_nothing_of_incidents(page)


def confirmed_with_a_reason_if_asked(page: Page) -> None:
    """Whose screen saw the other's file first is told of it and asked for a reason; else it is simply accepted."""
    accepted = page.get_by_text(re.compile("Accepted as S"))
    asked = page.get_by_text("Write a reason, then confirm again.")
    expect(accepted.or_(asked).first).to_be_visible()
    settled(page)
    if asked.is_visible():
        expect(page.get_by_text(re.compile("A reason is needed: S\\d+ already reports this month"))).to_be_visible()
        page.get_by_role("textbox", name="Reason").fill("Both files belong to this month")
        page.get_by_role("button", name=re.compile("^Confirm 1 record")).click()
    expect(accepted).to_be_visible()
    say_nothing_of_incidents(page)


def test_two_people_who_confirm_at_the_same_moment_both_succeed(browser: Browser, dashboard: Dashboard) -> None:
    site = a_site(dashboard)
    contexts = [browser.new_context(viewport={"width": 1440, "height": 1400}) for _ in range(2)]
    try:
        pages = [context.new_page() for context in contexts]
        for number, page in enumerate(pages):
            opened(page, dashboard.url("monthly_upload", **{"for": "2021-07"}), "1. Choose the month and the files")
            content = csv_of([delivery(site, f"TWO-{number}", promised_date="2021-07-05", delivered_date="2021-07-05")])
            Person(page).choose_file(f"two-{number}.csv", content)
            Person(page).see_what_changes()
        for page in pages:  # neither waits for the other
            page.get_by_role("button", name=re.compile("^Confirm 1 record")).click(no_wait_after=True)
        for page in pages:
            confirmed_with_a_reason_if_asked(page)
    finally:
        for context in contexts:
            context.close()
    store = open_store(dashboard.store_url)
    files = history(store, scope=EVERYTHING).head(2)["file_name"]
    assert sorted(files) == ["two-0.csv", "two-1.csv"]
    assert not verify(store).problems
