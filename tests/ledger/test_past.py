"""What the ledger knows of earlier files, beside a plain Python account of the same files; and who learns what."""

from __future__ import annotations

import statistics
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.access import EVERYTHING, Scope
from kpi.intake.contracts import dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.past import Past
from kpi.intake.validate import Checked, check_file
from kpi.ledger.past import past_of, with_history
from kpi.ledger.store import Store, open_store
from tests.intake.offered import KNOWN, TODAY, csv_bytes
from tests.support import submit_rows, unchecked_rows, withdraw_quickly

MONTHS = (date(2025, 7, 1), date(2025, 8, 1))
PARTNERS = ("ACME", "BOLT")
AUGUST = MONTHS[1]


def delivery(partner: str, number: int, quantity: float = 100.0, **more: Any) -> dict[str, Any]:
    return {
        "partner_id": partner,
        "site_id": "S1",
        "delivery_id": f"D{number}",
        "product": "P1",
        "promised_date": date(2025, 8, 10),
        "ordered_quantity": quantity,
        "unit": "vial",
        **more,
    }


@dataclass(frozen=True)
class Sent:
    """One earlier file: (partner, number) → quantity; and whether it was withdrawn later."""

    rows: dict[tuple[str, int], int]
    first: date
    last: date
    withdrawn: bool


keys = st.tuples(st.sampled_from(PARTNERS), st.integers(1, 6))
records = st.dictionaries(keys, st.integers(1, 9), min_size=1, max_size=8)
files = st.builds(
    lambda rows, months, withdrawn: Sent(rows, *sorted(months), withdrawn),
    records,
    st.tuples(st.sampled_from(MONTHS), st.sampled_from(MONTHS)),
    st.booleans(),
)


def checked_of(rows: dict[tuple[str, int], int]) -> Checked:
    return unchecked_rows("deliveries", [delivery(*key, float(quantity)) for key, quantity in rows.items()])


@settings(max_examples=25)
@given(earlier=st.lists(files, max_size=5), now=records, mine=st.sampled_from([None, ("ACME",), ("BOLT",), PARTNERS]))
def test_the_past_is_what_a_plain_account_says(
    tmp_path_factory: pytest.TempPathFactory, earlier: list[Sent], now: dict[Any, int], mine: tuple[str, ...] | None
) -> None:
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('past')}/ledger.duckdb")
    ids = []
    with store.connect(read_only=False) as connection:
        for place, sent in enumerate(earlier):
            checked = checked_of(sent.rows)
            object.__setattr__(checked, "content", f"{place}".encode())  # the same bytes twice would be one submission
            receipt = submit_rows(store, "deliveries", checked, sent.first, sent.last, connection=connection)
            ids.append(receipt.submission_id)
    for submission_id, sent in zip(ids, earlier, strict=True):
        if sent.withdrawn:
            withdraw_quickly(store, submission_id)

    scope = EVERYTHING if mine is None else Scope.of(mine)
    past = past_of(store, checked_of(now), month_from=AUGUST, month_to=AUGUST, scope=scope)

    asked = {partner for partner, _ in now if scope.allows(partner)}
    standing = [(name, sent) for name, sent in zip(ids, earlier, strict=True) if not sent.withdrawn]
    seen = {name for name, sent in standing if all(scope.allows(partner) for partner, _ in sent.rows)}
    in_force: dict[Any, int] = {}
    for _, sent in standing:
        in_force |= sent.rows
    assert set(past.submissions.select("partner_id", "submission_id", "month_from", "month_to", "records").rows()) == {
        (partner, name if name in seen else None, sent.first, sent.last, sum(p == partner for p, _ in sent.rows))
        for name, sent in standing
        for partner in {p for p, _ in sent.rows} & asked
    }
    assert sorted(past.standing.select("partner_id", "delivery_id").rows() if past.standing.width else []) == sorted(
        (partner, f"D{number}") for partner, number in now if partner in asked and (partner, number) in in_force
    )
    carried: dict[Any, str | None] = {}
    for name, sent in standing:
        if (sent.first, sent.last) == (AUGUST, AUGUST):
            carried |= {key: name if name in seen else None for key in sent.rows if key[0] in asked}
    gone = {key: name for key, name in carried.items() if key not in now}
    assert {row[0]: (row[1], row[2], row[4]) for row in past.left_out.iter_rows()} == {
        partner: (
            sum(key[0] == partner for key in carried),
            sum(key[0] == partner for key in gone),
            sorted({name for key, name in gone.items() if key[0] == partner and name}),
        )
        for partner in {key[0] for key in gone}
    }
    for row in past.left_out.iter_rows(named=True):
        # As first sent: by file, then by row.
        order = [key for _, sent in standing if sent.first == sent.last == AUGUST for key in sent.rows]
        wanted = [f"D{key[1]}" for key in dict.fromkeys(order) if key in gone and key[0] == row["partner_id"]]
        assert row["first_ids"] == wanted[:5]
    if past.submissions.height:
        usual = {row["partner_id"]: row for row in past.usual["ordered_quantity"].iter_rows(named=True)}
        for partner in asked:
            quantities = [quantity for key, quantity in in_force.items() if key[0] == partner]
            assert (partner in usual) == bool(quantities)
            if quantities:
                assert usual[partner]["lots"] == len(quantities)
                assert usual[partner]["median"] == statistics.median(quantities)


def test_a_reader_limited_to_some_partners_learns_nothing_about_others(store: Store) -> None:
    """BOLT's file with ACME's records too: BOLT's own records are known to it, the file and its sender are not."""
    both = [delivery("ACME", 1), delivery("ACME", 2), delivery("BOLT", 1), delivery("BOLT", 2), delivery("BOLT", 3)]
    submit_rows(store, "deliveries", unchecked_rows("deliveries", both), AUGUST)
    mine = unchecked_rows("deliveries", [delivery("BOLT", 1), delivery("BOLT", 2)])
    found = with_history(store, mine, month_from=AUGUST, month_to=AUGUST, scope=Scope.of(["BOLT"]))
    told = "\n".join(found.findings.lines(None))
    assert "BOLT already has deliveries for 2025-08: 1 file with other partners' records too." in told
    assert "1 record of BOLT sent before for 2025-08 is not in this file: D3." in told
    assert "S000001" not in told
    assert "ACME" not in told
    assert "tests" not in told
    foreign = with_history(store, mine, month_from=AUGUST, month_to=AUGUST, scope=Scope.of(["ACME"]))
    # Nothing of BOLT is known to a reader of ACME: the file could be the first one.
    assert foreign.findings.lines(None) == []


def test_a_refused_file_and_a_first_file_come_back_as_they_were(store: Store) -> None:
    row = {"partner_id": "HELIX", "site_id": "HELIX-A", "delivery_id": "1", "product": "P", "promised_date": "soon"}
    refused = check_file("deliveries", csv_bytes([row]), "f.csv", known=KNOWN, today=TODAY)
    assert with_history(store, refused, month_from=AUGUST, month_to=AUGUST, scope=EVERYTHING) is refused
    first = unchecked_rows("deliveries", [delivery("ACME", 1)])
    assert with_history(store, first, month_from=AUGUST, month_to=AUGUST, scope=EVERYTHING) is first


def test_a_read_only_connection_is_enough_and_nothing_is_left_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit_rows(store, "deliveries", unchecked_rows("deliveries", [delivery("ACME", 1)]), AUGUST)
    before, opened, modes = store.path.read_bytes(), Store.connect, []

    @contextmanager
    def noted(self: Store, read_only: bool = True, timeout: float = 15.0) -> Any:
        modes.append(read_only)
        with opened(self, read_only, timeout) as connection:
            yield connection

    monkeypatch.setattr(Store, "connect", noted)
    past_of(
        store,
        unchecked_rows("deliveries", [delivery("ACME", 2)]),
        month_from=AUGUST,
        month_to=AUGUST,
        scope=EVERYTHING,
    )
    assert modes == [True]
    assert store.path.read_bytes() == before


def test_the_register_is_compared_with_nothing(store: Store) -> None:
    row = {"partner_id": "ACME", "partner_name": "Acme", "site_id": "S1"}
    submit_rows(store, "partners", unchecked_rows("partners", [row]), AUGUST)
    past = past_of(store, unchecked_rows("partners", [row]), month_from=AUGUST, month_to=AUGUST, scope=EVERYTHING)
    assert past.submissions.equals(Past.none().submissions)
    assert (past.standing.height, past.left_out.height, past.usual, past.judged_to) == (0, 0, {}, {})


def test_rows_and_headers_are_those_of_the_partners_own_file(store: Store) -> None:
    """Mapped headers, a blank row and a header that is not in row 1: the finding names what the person sees."""
    earlier = [delivery("ACME", number, delivered_date=date(2025, 8, 9)) for number in (1, 2)]
    submit_rows(store, "deliveries", unchecked_rows("deliveries", earlier), AUGUST)
    text = (
        "Deliveries of August;;;;;;\n"
        "CMO;Site;No.;Material;Promised;Delivered;Qty\n"
        "ACME;S1;D1;P1;2025-08-10;2025-08-09;100\n"
        ";;;;;;\n"
        "ACME;S1;D2;P1;2025-08-10;;100\n"
    )
    mapping = """
[file]
header_row = 2
[columns]
partner_id = "CMO"
site_id = "Site"
delivery_id = "No."
product = "Material"
promised_date = "Promised"
delivered_date = "Delivered"
ordered_quantity = "Qty"
"""
    checked = check_file(
        "deliveries",
        text.encode(),
        "august.csv",
        known=KnownRecords.empty(),
        today=TODAY,
        mapping=parse_mapping(mapping, dataset("deliveries")),
    )
    found = with_history(store, checked, month_from=AUGUST, month_to=AUGUST, scope=EVERYTHING).findings.frame
    assert found.filter(pl.col("code") == "went_backwards").select("row", "column", "value").rows() == [
        (5, "Delivered", None)
    ]
