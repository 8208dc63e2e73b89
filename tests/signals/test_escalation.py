"""Escalations as a whole: ids, covering, acts that find theirs again, and the same bytes whatever the order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.catalog.model import Catalog
from kpi.catalog.policy import Condition, Rule
from kpi.errors import UsageError
from kpi.ledger.actions import Action
from kpi.ledger.store import Store
from kpi.marts import Marts, load_marts
from kpi.present.escalation_rows import escalation_row, rows
from kpi.signals.alarm_figures import alarm_figures
from kpi.signals.escalation import Escalation, escalations
from kpi.signals.review import Review, find, review
from tests.signals.panels import Series, panel, policy, rule

KPI, OTHER = "right_first_time", "capa_on_time"
BAD, GOOD = "past limit", "met"
TWICE = rule("twice", tier=2, enter_months=2, covers=("once",))
ONCE = rule("once")
DAY = date(2025, 6, 12)


def catalog_of(*rules: Rule) -> Catalog:
    return replace(load_catalog(), escalation=policy(*rules))


def raised(
    series: dict[str, list[str]], *rules: Rule, actions: list[Action] | None = None, day: date = DAY
) -> tuple[tuple[Escalation, ...], tuple[Action, ...]]:
    looked_at = panel({name: Series(status) for name, status in series.items()}, day=day)
    return escalations(looked_at, catalog_of(*rules), actions or [], day)


def act(action: str, on: Escalation, version: int = 1, **more: object) -> Action:
    fields = {
        "version": version,
        "at": datetime(2025, 3, 20, 9),
        "actor": "ann",
        "side": "sponsor",
        "action": action,
        "escalation_id": on.id,
        "rule_id": on.rule.id,
        "partner_id": on.partner_id,
        "kpi_id": on.kpi_id,
        "currency": on.currency,
        "month": on.active_from or on.since,
        "text": "said",
        "owner": "",
        "until": None,
    }
    return Action(**(fields | more))  # type: ignore[arg-type]


def test_an_episode_keeps_its_id_from_pending_to_closed() -> None:
    months = [GOOD, BAD, BAD, GOOD, GOOD]
    seen = [raised({KPI: months[:length]}, TWICE)[0] for length in range(2, 6)]
    assert [found[0].state for found in seen] == ["pending", "active", "recovering", "normal"]
    assert len({found[0].id for found in seen}) == 1
    assert [found[0].since for found in seen] == [date(2025, 2, 1)] * 4


def test_opened_on_is_the_day_the_last_month_it_needed_was_known() -> None:
    (found,), _ = raised({KPI: [BAD, BAD]}, TWICE)
    assert (found.active_from, found.opened_on) == (date(2025, 2, 1), date(2025, 3, 10))


def test_a_pending_one_that_lapses_was_never_an_escalation() -> None:
    assert raised({KPI: [BAD, GOOD, GOOD]}, TWICE) == ((), ())


def test_one_fact_is_one_alarm_the_higher_one_covers_the_lower() -> None:
    (twice, once), _ = raised({KPI: [BAD, BAD]}, TWICE, ONCE, day=date(2025, 3, 11))
    assert (twice.rule.id, twice.covered_by, once.rule.id, once.covered_by) == ("twice", "", "once", twice.id)


def test_nothing_is_covered_by_another_indicator_nor_by_a_lower_tier() -> None:
    other = replace(TWICE, kpis=(OTHER,))
    found, _ = raised({KPI: [BAD, BAD], OTHER: [BAD, BAD]}, other, ONCE, day=date(2025, 3, 11))
    assert {e.kpi_id: bool(e.covered_by) for e in found if e.rule.id == "once"} == {KPI: False, OTHER: True}
    low = replace(ONCE, covers=("high",))
    high = rule("high", tier=2)
    assert [e.covered_by for e in raised({KPI: [BAD]}, low, high, day=date(2025, 2, 11))[0]] == ["", ""]


def test_a_rule_may_cover_another_indicator_by_name() -> None:
    named = rule("named", tier=3, kpis=(OTHER,), covers=(f"once:{KPI}",))
    found, _ = raised({KPI: [BAD], OTHER: [BAD]}, named, ONCE, day=date(2025, 2, 11))
    assert {(e.rule.id, e.kpi_id): bool(e.covered_by) for e in found} == {
        ("named", OTHER): False,
        ("once", OTHER): False,
        ("once", KPI): True,
    }


def test_what_is_shelved_or_closed_covers_nothing() -> None:
    (twice, _), _ = raised({KPI: [BAD, BAD]}, TWICE, ONCE)
    shelf = act("shelve", twice, until=date(2025, 12, 1))
    assert [e.covered_by for e in raised({KPI: [BAD, BAD]}, TWICE, ONCE, actions=[shelf])[0]] == ["", ""]
    assert [e.covered_by for e in raised({KPI: [BAD, BAD, GOOD, GOOD]}, TWICE, ONCE)[0]] == ["", ""]


def test_a_partner_as_a_whole_names_the_indicators_behind_it_and_covers_theirs() -> None:
    several = Condition("several", statuses=(BAD,), at_least=2)
    both = rule(
        "both", tier=2, subject="partner", covers=("once",), enter=[several], leave=[replace(several, negated=True)]
    )
    series = {KPI: [BAD, BAD], OTHER: [GOOD, BAD], "fill_rate": [BAD, GOOD]}
    found, _ = raised(series, both, ONCE, day=date(2025, 3, 11))
    whole = found[0]
    assert (whole.kpi_id, whole.kpis, whole.since) == ("", (KPI, OTHER), date(2025, 1, 1))
    assert {e.kpi_id: e.covered_by for e in found[1:]} == {KPI: whole.id, OTHER: whole.id, "fill_rate": ""}


def test_acts_come_to_what_stands_now() -> None:
    (first,), _ = raised({KPI: [BAD]}, ONCE)
    acts = [
        act("acknowledge", first, 1),
        act("acknowledge", first, 2, actor="ben"),
        act("assign", first, 3, owner="Cleo"),
        act("shelve", first, 4, until=date(2025, 7, 1)),
        act("object", first, 5, side="partner"),
    ]
    (found,), _ = raised({KPI: [BAD]}, ONCE, actions=acts[::-1])
    assert found.actions == tuple(acts)
    assert found.acknowledged == acts[0]
    assert (found.owner, found.shelved_until, found.objection) == ("Cleo", date(2025, 7, 1), acts[4])
    undone = [*acts, act("unshelve", first, 6), act("withdraw objection", first, 7, side="partner")]
    (found,), _ = raised({KPI: [BAD]}, ONCE, actions=undone)
    assert (found.shelved_until, found.objection) == (None, None)
    assert first.owner == "Somebody"


def test_an_act_finds_its_escalation_again_after_a_restatement_or_is_kept_apart() -> None:
    (before,), _ = raised({KPI: [GOOD, BAD, BAD]}, ONCE)
    said = act("comment", before)
    (moved,), orphans = raised({KPI: [BAD, BAD, BAD]}, ONCE, actions=[said])
    assert moved.id != before.id
    assert (moved.actions, orphans) == ((said,), ())
    gone, orphans = raised({KPI: [GOOD, GOOD, GOOD]}, ONCE, actions=[said])
    assert (gone, orphans) == ((), (said,))
    (elsewhere,), orphans = raised({KPI: [GOOD, GOOD, GOOD, GOOD, BAD]}, ONCE, actions=[said])
    assert (elsewhere.actions, orphans) == ((), (said,))


def test_two_that_would_share_a_name_get_different_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.signals.escalation.ID_DIGITS", 0)
    found, _ = raised({KPI: [BAD], OTHER: [BAD]}, ONCE)
    names = sorted(e.id for e in found)
    assert names[0] == "E-"
    assert len(names[1]) == len("E-") + 12


def test_the_alarm_systems_own_figures() -> None:
    series = {KPI: [BAD, BAD], OTHER: [GOOD, BAD], "fill_rate": [BAD, GOOD]}
    day = date(2025, 3, 12)
    first, _ = raised(series, TWICE, ONCE, day=day)
    seen = next(e for e in first if e.kpi_id == OTHER and e.rule.id == "once")
    found, _ = raised(series, TWICE, ONCE, actions=[act("acknowledge", seen)], day=day)
    figures = alarm_figures(found, policy(TWICE, ONCE), day)
    # "twice" covers the "once" of KPI; that of OTHER is acknowledged, and "twice" pending; fill_rate recovers, tier 2
    assert figures.open_by_tier == ((1, 1), (2, 2), (3, 0))
    assert (figures.open, figures.covered, figures.pending, figures.climbed) == (3, 1, 1, 1)
    assert (figures.unacknowledged, figures.oldest_unacknowledged) == (2, (day - date(2025, 2, 10)).days)
    assert (figures.shelved, figures.objections, figures.overdue, figures.chattering) == (0, 0, 0, ())
    assert figures.opened[-2:] == ((date(2025, 2, 1), 2), (date(2025, 3, 1), 2))
    assert figures.opened[0] == (date(2024, 4, 1), 0)


def test_a_subject_chatters_when_one_rule_opens_it_again_and_again() -> None:
    again = rule("again", exit_months=1)
    months = [BAD, GOOD, BAD, GOOD, BAD, GOOD]
    found, _ = raised({KPI: months, OTHER: months[:4]}, again, day=date(2025, 7, 11))
    (chattering,) = alarm_figures(found, policy(again), date(2025, 7, 11)).chattering
    assert (chattering.kpi_id, chattering.episodes) == (KPI, 3)
    assert alarm_figures(found, policy(again), date(2026, 3, 1)).chattering == ()


@pytest.fixture(scope="module")
def sample(sample_store: Store) -> Marts:
    return load_marts(sample_store, load_catalog(), scope=EVERYTHING)


LAST_DAY = date(2026, 11, 16)


def told(reviewed: Review) -> str:
    return json.dumps(rows(reviewed.escalations, reviewed.panel, load_catalog(), details=True))


@pytest.fixture(scope="module")
def sample_text(sample: Marts) -> str:
    return told(review(sample, load_catalog(), [], [], LAST_DAY))


@given(st.randoms(use_true_random=False))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_order_of_rows_changes_nothing(sample: Marts, sample_text: str, random: object) -> None:
    seed = random.randrange(2**32)  # type: ignore[attr-defined]
    shuffled = {
        name: getattr(sample, name).sample(frac=1, random_state=seed)
        for name in ("kpi_monthly", "coverage", "register")
    }
    assert told(review(replace(sample, **shuffled), load_catalog(), [], [], LAST_DAY)) == sample_text


def test_a_second_evaluation_and_a_new_process_give_the_same_bytes(sample_store: Store, sample: Marts) -> None:
    words = ["-m", "kpi", "--store", f"duckdb:///{sample_store.path}", "escalations", "--format", "json"]
    runs = [
        subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
            timeout=120,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(json.loads(runs[0])) > 100


def test_an_id_that_is_not_there_is_answered_with_near_ones(sample: Marts) -> None:
    reviewed = review(sample, load_catalog(), [], [], LAST_DAY)
    known = reviewed.escalations[0]
    assert find(reviewed, known.id.lower()) is known
    with pytest.raises(UsageError, match=known.id):
        find(reviewed, known.id[:-1])


def test_every_escalation_of_the_sample_can_be_put_into_a_row(sample: Marts) -> None:
    reviewed = review(sample, load_catalog(), [], [], LAST_DAY)
    for escalation in reviewed.escalations:
        row = escalation_row(escalation, reviewed.panel, load_catalog())
        assert row["evidence"], escalation
        assert "nan" not in str(row).lower(), row
