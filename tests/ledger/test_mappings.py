"""Saved mappings as events: read back, saved anew, dropped, as of a version, within a scope, and verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts import dataset
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.saved import SavedMapping
from kpi.ledger.mappings import drop_mapping, save_mapping, saved_mappings
from kpi.ledger.reads import events, version_now
from kpi.ledger.store import Store
from kpi.ledger.verify import verify
from tests.ledger.files import EVERYTHING

THEN = datetime(2026, 11, 3, 9, 30)
HELIX, NOVA = Scope.of(["HELIX"]), Scope.of(["NOVA"])
HEADERS = ["Lieferung", "Werk", "Zugesagt", "Menge"]
GERMAN = Mapping(
    columns={"delivery_id": "Lieferung", "site_id": "Werk", "promised_date": "Zugesagt"},
    date_format="%d.%m.%Y",
    values={"documents_ok": {"ja": "yes"}},
)


def save(store: Store, **changed: Any) -> int:
    usual: dict[str, Any] = {
        "partner_id": "HELIX",
        "dataset": "deliveries",
        "headers": HEADERS,
        "mapping": GERMAN,
        "reason": "Their new system",
        "actor": "ana",
        "now": THEN,
        "scope": EVERYTHING,
    }
    return save_mapping(store, **{**usual, **changed})


def drop(store: Store, **changed: Any) -> int:
    usual: dict[str, Any] = {
        "partner_id": "HELIX",
        "dataset": "deliveries",
        "reason": "They send our template now",
        "actor": "ben",
        "now": THEN + timedelta(days=1),
        "scope": EVERYTHING,
    }
    return drop_mapping(store, **{**usual, **changed})


def test_what_is_saved_is_read_back(store: Store) -> None:
    assert save(store) == 1
    (found,) = saved_mappings(store, scope=EVERYTHING)
    assert found == SavedMapping(
        partner_id="HELIX",
        dataset="deliveries",
        headers=tuple(HEADERS),
        mapping_text=GERMAN.to_toml(),
        version=1,
        at=THEN,
        actor="ana",
        reason="Their new system",
    )
    assert parse_mapping(found.mapping_text, dataset("deliveries")) == GERMAN
    assert verify(store).problems == ()


def test_saving_what_stands_writes_nothing(store: Store) -> None:
    first = save(store)
    assert save(store, actor="ben", reason="again") == first
    assert version_now(store) == first


def test_the_newest_stands_and_earlier_versions_show_the_earlier(store: Store) -> None:
    first = save(store)
    second = save(store, mapping=Mapping(columns={"delivery_id": "Lieferung"}))
    third = drop(store)
    assert (first, second, third) == (1, 2, 3)
    standing = [[one.version for one in saved_mappings(store, scope=EVERYTHING, as_of=version)] for version in range(4)]
    assert standing == [[], [1], [2], []]
    assert save(store) == 4  # what was dropped may come back
    assert verify(store).problems == ()


def test_one_per_partner_and_dataset(store: Store) -> None:
    save(store)
    save(store, partner_id="NOVA")
    save(store, dataset="deviations", mapping=Mapping(columns={"deviation_id": "Lieferung"}))
    assert [(one.partner_id, one.dataset) for one in saved_mappings(store, scope=EVERYTHING)] == [
        ("HELIX", "deliveries"),
        ("NOVA", "deliveries"),
        ("HELIX", "deviations"),
    ]
    assert [one.dataset for one in saved_mappings(store, scope=EVERYTHING, dataset="deviations")] == ["deviations"]


def test_a_reader_learns_nothing_of_other_partners(store: Store) -> None:
    save(store)
    save(store, partner_id="NOVA")
    save(store, partner_id="*")
    assert [one.partner_id for one in saved_mappings(store, scope=HELIX)] == ["HELIX"]
    assert [one.partner_id for one in saved_mappings(store, scope=EVERYTHING)] == ["HELIX", "NOVA", "*"]
    assert set(events(store, NOVA)["partners"]) == {"NOVA"}
    with pytest.raises(UsageError, match=r"Saved are: deliveries of NOVA\. Nothing"):
        drop(store, partner_id="NOVA", dataset="targets", scope=NOVA)


def test_a_mapping_for_one_partner_names_no_other(store: Store) -> None:
    """Whoever exports the files of many from one system has one mapping for all; each partner sees what is its own."""
    columns = {**GERMAN.columns, "partner_id": "Menge"}
    words = {"partner_id": {"Helix Ltd": "HELIX", "Nova Pharma": "NOVA"}, **GERMAN.values}
    save(store, mapping=replace(GERMAN, columns=columns, values=words))
    (found,) = saved_mappings(store, scope=HELIX)
    assert "Helix Ltd" in found.mapping_text
    assert "ja" in found.mapping_text
    assert "ova" not in found.mapping_text
    save(store, partner_id="*", mapping=replace(GERMAN, columns=columns, values=words))
    assert "Nova Pharma" in saved_mappings(store, scope=EVERYTHING)[1].mapping_text
    only_others = {"partner_id": {"Nova Pharma": "NOVA"}}
    save(store, mapping=replace(GERMAN, columns=columns, values=only_others))
    assert "values" not in saved_mappings(store, scope=HELIX)[0].mapping_text


@pytest.mark.parametrize("partner", ["HELIX", "*", ""])
def test_nobody_writes_about_partners_that_are_not_theirs(store: Store, partner: str) -> None:
    for act in (save, drop):
        with pytest.raises(InputRefused, match="You may not record anything"):
            act(store, partner_id=partner, scope=NOVA)
    assert version_now(store) == 0


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"dataset": "orders"}, UsageError, 'no dataset "orders"'),
    ({"headers": []}, UsageError, "Name the headers"),
    ({"headers": ["Lieferung", " "]}, UsageError, "none of them blank"),
    ({"headers": ["Lieferung", "Werk"]}, UsageError, 'reads "Zugesagt", which the file has not'),
    ({"mapping": NO_MAPPING}, UsageError, "says nothing"),
    ({"mapping": Mapping(columns={"lot": "Lieferung"})}, InputRefused, "lot is not a column of deliveries"),
    ({"mapping": Mapping(constants={"partner_id": "NOVA"})}, UsageError, "says NOVA for every row"),
    ({"actor": " "}, UsageError, "Say who is acting"),
    ({"reason": "x" * 4_001}, UsageError, "4,001"),
]


@pytest.mark.parametrize(("changed", "error", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(
    store: Store, changed: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        save(store, **changed)
    assert version_now(store) == 0


def test_dropping_needs_a_reason_and_a_mapping(store: Store) -> None:
    with pytest.raises(UsageError, match="There is no mapping of deliveries saved for HELIX"):
        drop(store)
    save(store)
    with pytest.raises(UsageError, match="Dropping a mapping needs a text"):
        drop(store, reason=" ")
    assert version_now(store) == 1


def test_a_change_behind_the_ledgers_back_is_found(store: Store) -> None:
    save(store)
    with store.connect(read_only=False) as connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'Zugesagt', 'Geliefert')")
    assert verify(store).problems == ("Events: version 1 (mapping saved) was changed after it was written.",)
