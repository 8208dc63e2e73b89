"""Submitting: what is written, when nothing is, and what counts as new, changed and unchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import duckdb
import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.intake.findings import Findings
from kpi.ledger import submissions as module
from kpi.ledger.reads import details, history, original, version_now
from kpi.ledger.store import Store
from kpi.ledger.submissions import preview, withdraw
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING, FEBRUARY, JANUARY, NOW, deliveries, put, targets

ONE = deliveries({"delivery_id": "D1"}, {"delivery_id": "D2"})
WARNING = Findings.of([{"severity": "warning", "code": "unknown_batch", "row": 3, "problem": "the batch is not known"}])


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    with store.connect() as connection:
        return connection.execute(query).fetchall()


def test_everything_that_a_submission_leaves(store: Store) -> None:
    receipt = put(store, ONE, month_to=FEBRUARY)
    assert receipt == module.Receipt("S000001", 1, "accepted", new=2, changed=0, unchanged=0)
    assert rows(store, "SELECT version, row_number, restates, delivery_id, ordered_quantity FROM deliveries") == [
        (1, 2, False, "D1", 100.0),
        (1, 3, False, "D2", 100.0),
    ]
    assert rows(store, "FROM coverage") == [(1, "deliveries", "HELIX", JANUARY, FEBRUARY)]
    assert original(store, "S000001", EVERYTHING) == ("deliveries.csv", ONE.content)
    about = details(store, "S000001", EVERYTHING)
    assert (about["row_count"], about["size"], about["actor"], about["at"]) == (2, len(ONE.content), "ana", NOW)
    assert about["reading"] == {"format": "csv", "delimiter": ","}


def test_every_partner_in_the_file_is_covered(store: Store) -> None:
    put(store, deliveries({"delivery_id": "D1"}, {"delivery_id": "D1", "partner_id": "NOVA"}))
    assert [row[0] for row in rows(store, "SELECT partner_id FROM coverage ORDER BY 1")] == ["HELIX", "NOVA"]


def test_the_same_bytes_twice_change_nothing(store: Store) -> None:
    put(store, ONE)
    before = store.fingerprint()
    again = put(store, ONE, actor="ben", reason="Again", now=NOW + timedelta(days=1))
    assert again == module.Receipt("S000001", 1, "already there", new=0, changed=0, unchanged=0)
    assert version_now(store) == 1
    assert rows(store, "SELECT count(*) FROM deliveries") == [(2,)]
    assert store.fingerprint()[1] == before[1]


@pytest.mark.parametrize(
    ("file", "months"),
    [
        (replace(ONE, mapping_text='[constants]\npartner_id = "HELIX"\n'), {}),
        (ONE, {"month_to": FEBRUARY}),
    ],
    ids=["another mapping", "other months"],
)
def test_the_same_bytes_that_say_something_else_are_a_submission_of_their_own(
    store: Store, file: Any, months: dict[str, date]
) -> None:
    put(store, ONE)
    assert put(store, file, **months) == module.Receipt("S000002", 2, "accepted", new=0, changed=0, unchanged=2)
    assert rows(store, "SELECT count(*) FROM originals") == [(1,)], "identical bytes are kept once"


def test_a_withdrawn_file_may_be_submitted_again(store: Store) -> None:
    put(store, ONE)
    withdraw(store, "S000001", reason="Wrong month", actor="ana", now=NOW, scope=EVERYTHING)
    assert put(store, ONE) == module.Receipt("S000002", 3, "accepted", new=2, changed=0, unchanged=0)


def test_new_changed_and_unchanged_are_told_apart(store: Store) -> None:
    put(store, ONE)
    second = deliveries({"delivery_id": "D1"}, {"delivery_id": "D2", "unit": "kg"}, {"delivery_id": "D3"})
    receipt = put(store, second)
    assert (receipt.new, receipt.changed, receipt.unchanged) == (1, 1, 1)
    assert rows(store, "SELECT delivery_id, restates FROM deliveries WHERE version = 2 ORDER BY row_number") == [
        ("D1", True),
        ("D2", True),
        ("D3", False),
    ]


def test_the_same_key_of_another_partner_is_another_record(store: Store) -> None:
    put(store, ONE)
    receipt = put(store, deliveries({"delivery_id": "D1", "partner_id": "NOVA"}))
    assert (receipt.new, receipt.changed) == (1, 0)


def test_a_date_in_the_key(store: Store) -> None:
    put(store, targets({"target": 0.95}))
    receipt = put(store, targets({"target": 0.9}, {"target": 0.97, "effective_from": FEBRUARY}))
    assert (receipt.new, receipt.changed, receipt.unchanged) == (1, 1, 0)


def test_a_preview_says_the_same_before_and_shows_the_cells(store: Store) -> None:
    put(store, ONE)
    second = deliveries(
        {"delivery_id": "D1", "delivered_date": date(2026, 1, 19), "documents_ok": True},
        {"delivery_id": "D2"},
        {"delivery_id": "D3"},
    )
    seen = preview(store, second, scope=EVERYTHING)
    assert seen.changes.values.tolist() == [
        [2, "HELIX / D1", "delivered_date", "", "2026-01-19"],
        [2, "HELIX / D1", "documents_ok", "", "yes"],
    ]
    assert version_now(store) == 1
    receipt = put(store, second)
    assert (seen.new, seen.changed, seen.unchanged) == (receipt.new, receipt.changed, receipt.unchanged) == (1, 1, 1)
    assert preview(store, replace(ONE, mapping_text="x"), scope=EVERYTHING).same_file_as == "S000001"
    assert seen.same_file_as == ""


def test_errors_refuse_the_file(store: Store) -> None:
    bad = Findings.of([{"code": "not_a_date", "row": 2, "problem": '"31.02.2026" is not a date'}])
    with pytest.raises(InputRefused, match=r"1 error\. Nothing was written") as refused:
        put(store, replace(ONE, findings=bad, records=None))
    assert refused.value.findings is bad
    assert version_now(store) == 0


def test_warnings_need_consent_and_are_kept(store: Store) -> None:
    doubtful = replace(ONE, findings=WARNING)
    with pytest.raises(InputRefused, match="1 warning"):
        put(store, doubtful)
    assert version_now(store) == 0
    put(store, doubtful, accept_warnings=True)
    (kept,) = details(store, "S000001", EVERYTHING)["warnings"]
    assert (kept["code"], kept["rows"], kept["first_rows"]) == ("unknown_batch", 1, "3")


def test_only_the_own_partners_may_be_submitted(store: Store) -> None:
    both = deliveries({"delivery_id": "D1"}, {"delivery_id": "D1", "partner_id": "NOVA"})
    with pytest.raises(InputRefused, match="records of NOVA"):
        put(store, both, scope=Scope.of(["HELIX"]))
    with pytest.raises(InputRefused, match="NOVA"):
        preview(store, both, scope=Scope.of(["HELIX"]))
    with pytest.raises(InputRefused, match=r"\*"):
        put(store, targets({}), scope=Scope.of(["HELIX"]))
    assert version_now(store) == 0
    assert put(store, ONE, scope=Scope.of(["HELIX"])).status == "accepted"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 2), date(2026, 1, 2)),
        (FEBRUARY, JANUARY),
        (date(26, 1, 1), JANUARY),
        (JANUARY, date(2062, 1, 1)),
        (date(2026, 3, 1), date(2026, 3, 1)),
    ],
    ids=["not a first day", "backwards", "the year 26", "the year 2062", "not begun yet"],
)
def test_months_that_cannot_be_covered(store: Store, first: date, last: date) -> None:
    with pytest.raises(UsageError):
        put(store, ONE, month_from=first, month_to=last)
    assert version_now(store) == 0


def test_somebody_has_to_be_named(store: Store) -> None:
    with pytest.raises(UsageError, match="who is acting"):
        put(store, ONE, actor=" ")
    assert version_now(store) == 0


@pytest.mark.parametrize("step", ["append_original", "append_submission", "append_records", "append_coverage"])
def test_a_failure_at_any_step_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    put(store, ONE)
    real = getattr(module, step)

    def fail_after(*arguments: Any) -> None:
        real(*arguments)
        raise OSError("the disk is full")

    monkeypatch.setattr(module, step, fail_after)
    with pytest.raises(OSError, match="disk"):
        put(store, deliveries({"delivery_id": "D9"}))
    monkeypatch.undo()
    counts = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM originals), (SELECT count(*) FROM deliveries)"
    assert rows(store, counts) == [(1, 1, 2)]
    assert verify(store).problems == ()
    assert put(store, deliveries({"delivery_id": "D9"})).submission_id == "S000002"


def test_time_is_kept_in_utc_and_never_runs_backwards(store: Store) -> None:
    put(store, ONE, now=datetime(2026, 2, 5, 12, 0, tzinfo=timezone(timedelta(hours=2))))
    put(store, deliveries({"delivery_id": "D3"}), now=datetime(2026, 2, 4, 8, 0))
    assert history(store, scope=EVERYTHING)["at"].to_list() == [datetime(2026, 2, 5, 10, 0)] * 2


def test_many_on_one_connection(store: Store) -> None:
    with store.connect(read_only=False) as connection:
        for number in range(20):
            put(store, deliveries({"delivery_id": f"D{number}"}), connection=connection)
    assert version_now(store) == 20
    assert verify(store).problems == ()


def test_odd_texts_survive(store: Store) -> None:
    texts = ["=1+1", "0012", "naïve “quotes”", "a\nb", "日本", "x\0y", "NULL", "", "'; DROP TABLE events; --"]
    put(store, deliveries(*({"delivery_id": f"D{i}", "product": text} for i, text in enumerate(texts))))
    assert [row[0] for row in rows(store, "SELECT product FROM deliveries ORDER BY row_number")] == texts
    assert verify(store).problems == ()
    assert put(store, deliveries({"delivery_id": "D0", "product": "=1+1"})).unchanged == 1


def test_an_original_is_unique_even_if_code_forgets(store: Store) -> None:
    put(store, ONE)
    with store.connect(read_only=False) as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute("INSERT INTO originals SELECT * FROM originals")


@pytest.mark.parametrize("reason", ["x" * 4001, "a\x1b[2Jb"])
def test_a_reason_is_a_text_that_people_can_read(store: Store, reason: str) -> None:
    """The field of a screen says so too, but whoever writes to the server directly is not bound by it."""
    with pytest.raises(UsageError, match="Submitting a file"):
        put(store, ONE, reason=reason)
    put(store, ONE)
    with pytest.raises(UsageError, match="Withdrawing a submission"):
        withdraw(store, "S000001", reason=reason, actor="ann", now=NOW, scope=EVERYTHING)
    assert version_now(store) == 1
