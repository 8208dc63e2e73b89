"""Acts on escalations: what is kept, what is refused, and that nobody's words are lost."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.access import Scope
from kpi.errors import InputRefused, StoreDamaged, UsageError
from kpi.ledger.act_names import ACTIONS, DONE, SIDES_OF
from kpi.ledger.actions import Action, actions
from kpi.ledger.governance import LONGEST_TEXT
from kpi.ledger.marks import mark_synthetic
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.acts import ONE, OTHER, THEN, act
from tests.ledger.files import EVERYTHING, FEBRUARY, deliveries, put

HELIX, NOVA = Scope.of(["HELIX"]), Scope.of(["NOVA"])


def test_what_is_recorded_is_read_back(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    recorded = act(store, "shelve", "Waiting for the new line", until=date(2026, 4, 30), currency="EUR")
    assert recorded == Action(
        version=2,
        at=THEN,
        actor="ana",
        side="sponsor",
        action="shelve",
        escalation_id=ONE,
        rule_id="past_limit",
        partner_id="HELIX",
        kpi_id="on_time_delivery",
        currency="EUR",
        month=date(2026, 1, 1),
        text="Waiting for the new line",
        owner="",
        until=date(2026, 4, 30),
    )
    assert actions(store, scope=EVERYTHING) == [recorded]


def test_every_act_is_kept_in_its_order_and_none_is_overwritten(store: Store) -> None:
    done = [act(store, name) for name in ACTIONS if name not in ("unshelve", "withdraw objection")]
    done += [act(store, "unshelve"), act(store, "withdraw objection")]
    assert actions(store, scope=EVERYTHING) == done
    assert [one.version for one in done] == list(range(1, len(ACTIONS) + 1))
    assert DONE.keys() == SIDES_OF.keys() == set(ACTIONS)
    assert verify(store).problems == ()


def test_an_earlier_version_knows_nothing_of_what_came_later(store: Store) -> None:
    first = act(store, "comment", "One")
    second = act(store, "comment", "Two", now=THEN + timedelta(days=2))
    assert [actions(store, scope=EVERYTHING, as_of=version) for version in range(3)] == [[], [first], [first, second]]
    assert actions(store, scope=EVERYTHING, as_of=date(2026, 2, 7)) == [first]
    with pytest.raises(UsageError, match="no ledger version 3"):
        actions(store, scope=EVERYTHING, as_of=3)


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    # act, text, what is unusual, what is said
    ("comment", "", {}, '"comment" needs a text'),
    ("reply", " \n\t ", {}, '"reply" needs a text'),
    ("object", "\u200b\u200d", {}, '"object" needs a text'),
    ("shelve", "", {}, '"shelve" needs a text'),
    ("comment", "x" * (LONGEST_TEXT + 1), {}, "may have 4,000 characters; this text has 4,001"),
    ("comment", "a\x00b", {}, r"control character U\+0000"),
    ("comment", "a\x1b[2Jb", {}, r"control character U\+001B"),
    ("comment", "half \ud83d a sign", {}, r"control character U\+D83D"),
    ("shelve", "Wait", {"until": None}, '"shelve" needs a day'),
    ("shelve", "Wait", {"until": date(2026, 2, 6)}, "Allowed: a day after 2026-02-06, at the latest 2027-02-07"),
    ("shelve", "Wait", {"until": date(2027, 2, 8)}, "cannot be shelved until 2027-02-08"),
    ("shelve", "Wait", {"until": datetime(2026, 3, 1)}, "ends on a day, not at a time"),
    ("comment", "Seen", {"until": date(2026, 3, 1)}, 'Only "shelve" has a day'),
    ("assign", "", {"owner": ""}, "needs a name of a person or role"),
    ("assign", "", {"owner": "x" * 201}, "at most 200 characters"),
    ("assign", "", {"owner": "QA\x07lead"}, "on one line"),
    ("comment", "Seen", {"owner": "QA lead"}, 'Only "assign" names an owner'),
    ("acknowledge", "", {"side": "partner"}, "is for the sponsor to do"),
    ("reply", "Yes", {"side": "sponsor"}, "is for the partner to do"),
    ("withdraw objection", "", {"side": "sponsor"}, "is for the partner to do"),
    ("comment", "Seen", {"side": "auditor"}, "is for the sponsor or the partner to do"),
    ("close", "Done", {}, '"close" is nothing that can be done. Allowed: acknowledge, comment'),
    ("comment", "Seen", {"escalation_id": " "}, "Say which escalation"),
    ("comment", "Seen", {"month": date(2026, 1, 2)}, "Months are given by their first day"),
    ("comment", "Seen", {"actor": " "}, "Say who is acting"),
    ("unshelve", "", {}, "was never shelved"),
    ("withdraw objection", "", {}, "was never objected to"),
]


@pytest.mark.parametrize(("action", "text", "unusual", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(
    store: Store, action: str, text: str, unusual: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        act(store, action, text, **unusual)
    assert version_now(store) == 0


@pytest.mark.parametrize("action", ["acknowledge", "assign"])
def test_some_acts_need_no_words(store: Store, action: str) -> None:
    assert act(store, action, "").text == ""


TEXTS = [
    # as typed, as kept
    ("  both ends  ", "both ends"),
    ("one\r\ntwo\rthree\vfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
    ("**bold** [link](http://x) $x$ :red[no] <b>", "**bold** [link](http://x) $x$ :red[no] <b>"),
    ('=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
    ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
    ("👩🏽\u200d🔬 Prüfung 한국어 ‏עברית", "👩🏽\u200d🔬 Prüfung 한국어 ‏עברית"),
    ("a\tb", "a\tb"),
    ("🙂" * LONGEST_TEXT, "🙂" * LONGEST_TEXT),
    (" " * 9 + "x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
]


@pytest.mark.parametrize(("typed", "kept"), TEXTS)
def test_words_are_kept_as_they_were_written(store: Store, typed: str, kept: str) -> None:
    act(store, "comment", typed)
    assert [one.text for one in actions(store, scope=EVERYTHING)] == [kept]
    assert verify(store).problems == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_text_in_which_something_can_be_seen_comes_back(store: Store, text: str) -> None:
    if not any(unicodedata.category(letter)[0] not in "ZC" for letter in text):
        with pytest.raises(UsageError, match="needs a text"):
            act(store, "comment", text)
        return
    recorded = act(store, "comment", text)
    assert actions(store, scope=EVERYTHING)[-1] == recorded
    assert recorded.text == text.replace("\u2028", "\n").replace("\u2029", "\n").strip()


def test_the_second_of_two_people_is_told_what_the_first_did(store: Store) -> None:
    seen = version_now(store)
    act(store, "shelve", "New line from April", actor="ben", after_version=seen)
    with pytest.raises(UsageError) as refused:
        act(store, "comment", "Why is nobody acting?", after_version=seen)
    assert str(refused.value) == (
        "Since you opened this escalation, ben shelved it on 2026-02-06 at 09:30 UTC (version 1) until 2026-03-01: "
        "“New line from April”. Read that first, then send yours again. Nothing was written."
    )
    assert version_now(store) == 1
    assert act(store, "comment", "I see", after_version=1).version == 2


def test_it_is_the_same_escalation_where_restated_records_gave_it_another_id(store: Store) -> None:
    act(store, "assign", "", actor="ben")
    with pytest.raises(UsageError, match=r"ben assigned it on .* to QA lead"):
        act(store, "comment", escalation_id=OTHER, after_version=0)


@pytest.mark.parametrize(
    "other",
    [
        {"escalation_id": OTHER, "kpi_id": "in_full"},
        {"escalation_id": OTHER, "rule_id": "special_cause"},
        {"escalation_id": OTHER, "currency": "EUR"},
        {"partner_id": "NOVA"},
    ],
)
def test_acts_on_other_escalations_stand_in_nobodys_way(store: Store, other: dict[str, str]) -> None:
    act(store, "comment", "Elsewhere", **other)
    assert act(store, "comment", after_version=0).version == 2


def test_files_that_came_in_since_stand_in_nobodys_way(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}))
    assert act(store, "acknowledge", after_version=0).version == 2


def test_a_shelf_and_an_objection_are_taken_back_once(store: Store) -> None:
    for action, undo in (("shelve", "unshelve"), ("object", "withdraw objection")):
        act(store, action)
        act(store, undo, actor="ben")
        with pytest.raises(UsageError, match=f"not .* any more: ben {DONE[undo]} it on 2026-02-06"):
            act(store, undo)
        act(store, action)
        act(store, undo)


def test_an_objection_follows_the_escalation_to_its_new_id(store: Store) -> None:
    act(store, "object")
    assert act(store, "withdraw objection", escalation_id=OTHER).version == 2


def test_an_objection_to_an_earlier_escalation_of_the_subject_stands_on_its_own(store: Store) -> None:
    for escalation_id in (ONE, OTHER):
        act(store, "object", escalation_id=escalation_id)
    for escalation_id in (OTHER, ONE):
        act(store, "withdraw objection", escalation_id=escalation_id)
        with pytest.raises(UsageError, match="not objected to any more"):
            act(store, "withdraw objection", escalation_id=escalation_id)


def test_in_a_generated_portfolio_a_shelf_ends_after_the_day_it_stands_at(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}), now=datetime(2026, 11, 16, 8))
    mark_synthetic(store, "sample generator", datetime(2026, 11, 16, 9))
    with pytest.raises(UsageError, match="a day after 2026-11-16"):
        act(store, "shelve", until=date(2026, 11, 16), now=datetime(2026, 1, 1))
    assert act(store, "shelve", until=date(2026, 12, 1), now=datetime(2027, 1, 1)).until == date(2026, 12, 1)


def test_nobody_reads_or_writes_about_anothers_partner(store: Store) -> None:
    mine = act(store, "comment", "About HELIX")
    theirs = act(store, "comment", "About NOVA", partner_id="NOVA", scope=NOVA, after_version=0)
    assert actions(store, scope=HELIX) == [mine]
    assert actions(store, scope=NOVA) == [theirs]
    assert actions(store, scope=Scope.of([])) == []
    for partner in ("NOVA", "*", ""):
        with pytest.raises(InputRefused, match="You may not record anything about"):
            act(store, "comment", partner_id=partner, scope=HELIX)
    assert version_now(store) == 2


def test_time_never_runs_backwards(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}, file_name="f.csv"), month_to=FEBRUARY, now=datetime(2026, 5, 1))
    assert act(store, now=THEN).at == datetime(2026, 5, 1)


@pytest.mark.parametrize("payload", ["no JSON", "[]", "{}", '{"partner_id":"HELIX"}'])
def test_an_act_that_somebody_spoiled_is_named_and_not_left_out(store: Store, payload: str) -> None:
    act(store)
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("UPDATE events SET payload = ?", [payload])
    with pytest.raises(StoreDamaged, match=r"Version 1 .* cannot be read. Run python -m kpi verify"):
        actions(store, scope=HELIX)
