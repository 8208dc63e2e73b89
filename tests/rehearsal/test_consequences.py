"""What a rehearsal tells is what then happens: on the sample portfolio, every figure and every escalation."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import Catalog, load_catalog
from kpi.errors import InputRefused, UsageError
from kpi.intake.validate import Checked
from kpi.ledger.reads import history, version_now
from kpi.ledger.store import Store
from kpi.ledger.submissions import ACCEPTED, ALREADY_THERE, submit, withdraw
from kpi.rehearsal.consequences import (
    Consequences,
    Planned,
    consequences_of_submitting,
    consequences_of_withdrawing,
)
from kpi.rehearsal.differences import COLUMNS
from tests.rehearsal.real_thing import assert_as_it_came, loaded, noon, own_copy, standing_rows
from tests.support import unchecked_rows

DAY = date(2026, 12, 20)  # after the reporting day of November
JANUARY, OCTOBER, NOVEMBER = date(2026, 1, 1), date(2026, 10, 1), date(2026, 11, 1)
PARTNER, ANOTHER = "BRAM", "0042"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def store(sample_store: Store, tmp_path: Path) -> Store:
    return own_copy(sample_store, tmp_path)


def rehearsed(store: Store, catalog: Catalog, *planned: Planned, **given: Any) -> Consequences:
    usual: dict[str, Any] = {"actor": "ana", "reason": "test", "now": noon(DAY), "scope": EVERYTHING}
    return consequences_of_submitting(store, catalog, planned, **(usual | given))


def submitted(store: Store, *planned: Planned) -> None:
    for plan in planned:
        submit(
            store,
            plan.checked,
            month_from=plan.month_from,
            month_to=plan.month_to,
            actor="ana",
            reason="test",
            now=noon(DAY),
            accept_warnings=True,
            scope=EVERYTHING,
        )


def next_month_of(rows: list[dict[str, Any]], key: str, *dates: str) -> list[dict[str, Any]]:
    """The rows again as records of their own, a month later."""
    later = timedelta(days=31)
    return [row | {key: f"N-{row[key]}"} | {name: row[name] and row[name] + later for name in dates} for row in rows]


def november_deliveries(store: Store, partner: str) -> Planned:
    rows = standing_rows(store, "deliveries", partner, "promised_date", OCTOBER)
    names = [name for name in rows[0] if name.endswith("_date")]
    return Planned(unchecked_rows("deliveries", next_month_of(rows, "delivery_id", *names)), NOVEMBER, NOVEMBER)


def late_deliveries(store: Store, partner: str) -> Planned:
    """October again, and every line three weeks late now."""
    rows = standing_rows(store, "deliveries", partner, "promised_date", OCTOBER)
    late = [row | {"delivered_date": row["promised_date"] + timedelta(days=21)} for row in rows]
    return Planned(unchecked_rows("deliveries", late), OCTOBER, OCTOBER)


def test_a_first_file_of_a_new_month_concerns_everybody(store: Store, catalog: Catalog) -> None:
    """Its reporting day has passed, so from now on all others are late."""
    plan = november_deliveries(store, PARTNER)
    found = rehearsed(store, catalog, plan)
    really = assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, plan))
    assert {partner for _, partner, _, _ in really} > {PARTNER}
    assert found.new_months[-1] == NOVEMBER
    assert [receipt.status for receipt in found.receipts] == [ACCEPTED]


def test_a_second_file_of_that_month_concerns_its_partner(store: Store, catalog: Catalog) -> None:
    submitted(store, november_deliveries(store, PARTNER))
    plan = november_deliveries(store, ANOTHER)
    found = rehearsed(store, catalog, plan)
    really = assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, plan))
    assert {partner for _, partner, _, _ in really} == {ANOTHER}


def test_a_restatement_is_told_as_one(store: Store, catalog: Catalog) -> None:
    plan = late_deliveries(store, PARTNER)
    found = rehearsed(store, catalog, plan)
    really = assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, plan))
    assert really
    assert list(found.figures.columns) == list(COLUMNS)
    assert found.restated == len(really)
    assert (found.restated_months, found.new_months) == ((OCTOBER,), ())


def test_several_files_at_once_are_told_together(store: Store, catalog: Catalog) -> None:
    plans = [late_deliveries(store, PARTNER), late_deliveries(store, ANOTHER), november_deliveries(store, PARTNER)]
    found = rehearsed(store, catalog, *plans)
    assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, *plans))
    assert [receipt.version for receipt in found.receipts] == [found.version + place for place in (1, 2, 3)]


def test_many_records_are_tried_in_a_file_with_the_same_outcome(
    store: Store, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = late_deliveries(store, PARTNER)
    in_memory = rehearsed(store, catalog, plan)
    monkeypatch.setattr("kpi.ledger.partial.MOST_IN_MEMORY", 0)
    in_a_file = rehearsed(store, catalog, plan)
    assert in_a_file.figures.equals(in_memory.figures)
    assert (in_a_file.opens, in_a_file.closes) == (in_memory.opens, in_memory.closes)


def test_targets_of_all_partners_concern_all(store: Store, catalog: Catalog) -> None:
    target = {"partner_id": "*", "kpi_id": "on_time_in_full", "effective_from": JANUARY, "target": 0.01, "limit": 0.005}
    plan = Planned(unchecked_rows("targets", [target]), OCTOBER, OCTOBER)
    found = rehearsed(store, catalog, plan)
    really = assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, plan))
    assert len({partner for _, partner, _, _ in really}) > 1


def test_withdrawing_one_after_the_other_is_told_each_time(store: Store, catalog: Catalog) -> None:
    """Newest, oldest and those between, history loads of several partners and the register among them."""
    standing = history(store, scope=EVERYTHING).query("state == 'current'")["submission_id"].tolist()
    for name in [*standing[:2], *standing[len(standing) // 2 :: 130], *standing[-6:-1:2]]:
        found = consequences_of_withdrawing(store, catalog, name, actor="ana", now=noon(DAY), scope=EVERYTHING)
        assert_as_it_came(
            store,
            catalog,
            DAY,
            found,
            lambda name=name: withdraw(store, name, reason="test", actor="ana", now=noon(DAY), scope=EVERYTHING),
        )


def test_figures_that_the_caller_has_are_used_and_give_the_same(store: Store, catalog: Catalog) -> None:
    plan = late_deliveries(store, PARTNER)
    stages: list[str] = []
    alone = rehearsed(store, catalog, plan)
    known = rehearsed(
        store,
        catalog,
        plan,
        before=loaded(store, catalog, DAY),
        progress=lambda stage, share: stages.append(stage),
    )
    assert alone.figures.equals(known.figures)
    assert (alone.opens, alone.closes) == (known.opens, known.closes)
    assert "Computing the figures as they are" not in stages
    assert stages[-1] == "Done"


@pytest.mark.parametrize("stale", ["of another day", "of an earlier version"])
def test_figures_of_another_state_are_not_used(store: Store, catalog: Catalog, stale: str) -> None:
    day = DAY + timedelta(days=40) if stale == "of another day" else DAY
    known = loaded(store, catalog, day)
    if stale == "of an earlier version":
        submitted(store, november_deliveries(store, PARTNER))
    plan = late_deliveries(store, ANOTHER)
    found = rehearsed(store, catalog, plan, before=known)
    assert_as_it_came(store, catalog, DAY, found, lambda: submitted(store, plan))


def test_nothing_is_written_and_nobody_waits(sample_store: Store, catalog: Catalog) -> None:
    """A writer could take the store at every stage: it is only held while rows are copied."""
    before, version = sample_store.path.read_bytes(), version_now(sample_store)
    held: list[str] = []

    def stage(name: str, share: float) -> None:
        from kpi.errors import StoreUnavailable

        try:
            with sample_store.connect(read_only=False, timeout=0):
                pass
        except (StoreUnavailable, RuntimeError):
            held.append(name)

    rehearsed(sample_store, catalog, late_deliveries(sample_store, PARTNER), progress=stage)
    assert held == []
    assert version_now(sample_store) == version
    assert sample_store.path.read_bytes() == before


def test_a_file_that_is_there_already_changes_nothing(store: Store, catalog: Catalog) -> None:
    plan = late_deliveries(store, PARTNER)
    submitted(store, plan)
    found = rehearsed(store, catalog, plan)
    assert [receipt.status for receipt in found.receipts] == [ALREADY_THERE]
    assert found.nothing


def test_no_file_at_all_changes_nothing(store: Store, catalog: Catalog) -> None:
    assert rehearsed(store, catalog).nothing


def test_a_reader_of_one_partner_learns_of_that_partner_alone(store: Store, catalog: Catalog) -> None:
    mine = Scope.of([PARTNER])
    found = rehearsed(store, catalog, november_deliveries(store, PARTNER), scope=mine)
    assert set(found.figures["partner_id"]) == {PARTNER}
    assert ANOTHER not in " ".join((*found.opens, *found.closes))
    with pytest.raises(InputRefused, match="You may not submit records of 0042"):
        rehearsed(store, catalog, november_deliveries(store, ANOTHER), scope=mine)
    theirs = history(store, scope=Scope.of([ANOTHER]))["submission_id"].iloc[0]
    messages = []
    for name in (theirs, "S999999"):
        with pytest.raises(UsageError) as refused:
            consequences_of_withdrawing(store, catalog, name, actor="ana", now=noon(DAY), scope=mine)
        messages.append(str(refused.value).replace(name, "…"))
    assert messages[0] == messages[1]


def test_what_is_refused_is_refused_here_too(store: Store, catalog: Catalog) -> None:
    broken = Checked("deliveries", "x.csv", b"x", None, late_deliveries(store, PARTNER).checked.findings, partners=())
    with pytest.raises(InputRefused):
        rehearsed(store, catalog, Planned(broken, OCTOBER, OCTOBER))
    name = history(store, scope=EVERYTHING)["submission_id"].iloc[0]
    withdraw(store, name, reason="test", actor="ana", now=noon(DAY), scope=EVERYTHING)
    with pytest.raises(InputRefused, match="was withdrawn already"):
        consequences_of_withdrawing(store, catalog, name, actor="ana", now=noon(DAY), scope=EVERYTHING)
