"""A partner who stops sending data is never good: it is "no data", and the steering committee hears of it in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.marts.judgement import MET, NO_DATA
from kpi.signals.clocks import months_before
from kpi.signals.escalation import Escalation
from kpi.signals.load import load_review
from kpi.signals.panel import CAME_LATE, MISSING, NOTHING_MISSING
from kpi.signals.review import Review
from tests.support import submit_rows, unchecked_rows

DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")
JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2025, month, 1) for month in range(1, 6))
TODAY = date(2026, 1, 1)


def row_of(dataset: str, partner_id: str, month: date) -> dict[str, object]:
    """One harmless record of the month."""
    name, day = f"{partner_id}-{month:%Y-%m}", month + timedelta(days=9)
    site = {"partner_id": partner_id, "site_id": f"{partner_id}1"}
    rows: dict[str, dict[str, object]] = {
        "batch_records": {
            **site, "batch_id": name, "product": "Tablets", "stage": "drug_product", "planned_start_date": month,
            "completed_date": day, "disposition": "released", "disposition_date": day,
        },
        "deviations": {
            **site, "deviation_id": name, "severity": "minor", "type": "process", "opened_date": month,
            "due_date": day, "closed_date": day,
        },
        "audit_findings": {
            **site, "finding_id": name, "audit_id": name, "audit_type": "routine", "severity": "minor",
            "area": "Quality system", "audit_date": month, "due_date": day, "closed_date": day,
        },
        "deliveries": {
            **site, "delivery_id": name, "product": "Tablets", "promised_date": day, "delivered_date": day,
            "ordered_quantity": 10.0, "delivered_quantity": 10.0,
        },
    }  # fmt: skip
    return rows[dataset]


def send(
    store: Store, month: date, on: date, *, partner: str = "ALPHA", but: tuple[str, ...] = (), to: date | None = None
) -> None:
    """All datasets of the month (or of the months ``month`` to ``to``) received on a day, but some."""
    for dataset in DATASETS:
        if dataset not in but:
            rows = unchecked_rows(dataset, [row_of(dataset, partner, month)])
            submit_rows(store, dataset, rows, month, to, received_on=on)


def in_time(month: date) -> date:
    return months_before(month, -1) + timedelta(days=4)


def review_on(store: Store, day: date, as_of: object = None) -> Review:
    return load_review(store, load_catalog(), as_of=as_of, scope=EVERYTHING, today=TODAY, day=day)[1]  # type: ignore[arg-type]


def silences(review: Review) -> list[Escalation]:
    return [escalation for escalation in review.escalations if escalation.rule.id == "no_data"]


@pytest.fixture
def alone(empty_store: Store) -> Store:
    """One partner and nobody else, who sent January and February in time."""
    for month in (JANUARY, FEBRUARY):
        send(empty_store, month, in_time(month))
    return empty_store


def test_a_lone_partner_who_falls_silent_is_missed_on_the_day_after_the_reporting_day(alone: Store) -> None:
    assert silences(review_on(alone, date(2025, 4, 10))) == []
    review = review_on(alone, date(2025, 4, 11))
    (silence,) = silences(review)
    assert (silence.state, silence.tier, silence.partner_id) == ("active", 2, "ALPHA")
    assert (silence.since, silence.opened_on, silence.due_on) == (MARCH, date(2025, 4, 11), date(2025, 6, 10))
    assert silence.datasets == DATASETS
    assert review.panel.months[-1] == MARCH
    assert review.panel.missing[0].tolist() == [NOTHING_MISSING, NOTHING_MISSING, MISSING]


def test_what_is_not_reported_is_no_data_and_nothing_of_it_is_good(alone: Store) -> None:
    panel = review_on(alone, date(2025, 4, 11)).panel
    for window, status in panel.status.items():
        assert (status[0, :, -1] == NO_DATA).all(), window
        assert (status[0, :, 1] == MET).any(), window


@pytest.mark.parametrize("stopped", DATASETS)
def test_one_dataset_of_four_is_enough(alone: Store, stopped: str) -> None:
    send(alone, MARCH, in_time(MARCH), but=(stopped,))
    (silence,) = silences(review_on(alone, date(2025, 4, 11)))
    assert (silence.datasets, silence.tier, silence.open) == ((stopped,), 2, True)


def test_among_others_the_silent_one_is_named(empty_store: Store) -> None:
    for month in (JANUARY, FEBRUARY, MARCH):
        for partner in ("ALPHA", "BETA", "GAMMA"):
            if (partner, month) != ("BETA", MARCH):
                send(empty_store, month, in_time(month), partner=partner)
    assert [e.partner_id for e in silences(review_on(empty_store, date(2025, 4, 11)))] == ["BETA"]


def test_late_data_close_it_on_the_day_they_come_and_it_stays_in_the_history(alone: Store) -> None:
    (before,) = silences(review_on(alone, date(2025, 4, 19)))
    send(alone, MARCH, date(2025, 4, 20), but=("deviations",))
    assert silences(review_on(alone, date(2025, 4, 20)))[0].datasets == ("deviations",)
    send(alone, MARCH, date(2025, 4, 22), but=("batch_records", "audit_findings", "deliveries"))
    review = review_on(alone, date(2025, 4, 23))
    (after,) = silences(review)
    assert (after.id, after.opened_on) == (before.id, before.opened_on)
    assert (after.state, after.closed_on, after.due_on) == ("normal", date(2025, 4, 22), None)
    assert [(step.on, step.state) for step in after.history] == [
        (date(2025, 4, 11), "active"),
        (date(2025, 4, 22), "normal"),
    ]
    assert review.panel.missing[0, 2] == CAME_LATE


def test_the_past_can_be_told_again_at_its_version(alone: Store) -> None:
    told = silences(review_on(alone, date(2025, 4, 15)))
    send(alone, MARCH, date(2025, 4, 20))
    assert silences(review_on(alone, date(2025, 4, 15), as_of="2025-04-15")) == told


def test_sixty_days_of_silence_are_the_sponsors(alone: Store) -> None:
    assert silences(review_on(alone, date(2025, 6, 10)))[0].tier == 2
    (silence,) = silences(review_on(alone, date(2025, 6, 11)))
    assert (silence.tier, silence.climbs[0].on, silence.due_on) == (3, date(2025, 6, 11), None)


def test_silences_that_meet_are_one_and_end_with_the_last(alone: Store) -> None:
    send(alone, APRIL, in_time(APRIL))
    send(alone, MARCH, date(2025, 6, 20))
    send(alone, MAY, date(2025, 6, 25))
    (silence,) = silences(review_on(alone, date(2025, 7, 1)))
    assert (silence.since, silence.opened_on, silence.closed_on) == (MARCH, date(2025, 4, 11), date(2025, 6, 25))


def test_silences_apart_are_two(alone: Store) -> None:
    send(alone, MARCH, date(2025, 4, 12))
    send(alone, APRIL, date(2025, 5, 13))
    found = silences(review_on(alone, date(2025, 5, 20)))
    assert [(e.since, e.closed_on) for e in found] == [(MARCH, date(2025, 4, 12)), (APRIL, date(2025, 5, 13))]
    assert len({e.id for e in found}) == 2


def test_a_history_load_was_never_late(empty_store: Store) -> None:
    send(empty_store, JANUARY, date(2025, 6, 5), to=MAY)
    assert silences(review_on(empty_store, date(2025, 7, 10))) == []
    assert [e.since for e in silences(review_on(empty_store, date(2025, 7, 11)))] == [date(2025, 6, 1)]


def test_a_partner_whose_sites_have_all_ended_owes_nothing_more(alone: Store) -> None:
    site = {"partner_id": "ALPHA", "partner_name": "Alpha", "site_id": "ALPHA1", "site_name": "One"}
    rows = unchecked_rows("partners", [site | {"active_to": date(2025, 2, 20)}])
    submit_rows(alone, "partners", rows, FEBRUARY, received_on=date(2025, 3, 6))
    review = review_on(alone, date(2025, 9, 1))
    assert silences(review) == []
    assert review.panel.ended[0].tolist() == [False, False, *[True] * 5]


def test_an_escalation_of_an_ended_partner_closes_with_the_partner(alone: Store) -> None:
    late = row_of("deviations", "ALPHA", JANUARY) | {"deviation_id": "X", "severity": "critical", "closed_date": None}
    submit_rows(alone, "deviations", unchecked_rows("deviations", [late]), FEBRUARY, received_on=date(2025, 3, 6))
    before = [e for e in review_on(alone, date(2025, 3, 7)).escalations if e.open]
    assert [e.kpi_id for e in before if e.rule.id == "overdue_critical_deviation"] == ["overdue_critical_deviations"]
    site = {"partner_id": "ALPHA", "partner_name": "Alpha", "site_id": "ALPHA1", "site_name": "One"}
    rows = unchecked_rows("partners", [site | {"active_to": date(2025, 2, 20)}])
    submit_rows(alone, "partners", rows, FEBRUARY, received_on=date(2025, 3, 8))
    after = review_on(alone, date(2025, 4, 11)).escalations
    assert not [e for e in after if e.open]
    assert [e.closed_on for e in after if e.rule.id == "overdue_critical_deviation"] == [MARCH]
