"""One file of several partners, submitted in parts: a sheet for each, or the same bytes read with another mapping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE, Scope
from kpi.access.policy import GROUP, IDENTITY
from kpi.errors import InputRefused, UsageError
from kpi.ledger.access import grant_access
from kpi.ledger.deciding import accept_offer
from kpi.ledger.offers import offer, offer_holds_more, offered_file, offers
from kpi.ledger.reads import details, original
from kpi.ledger.store import Store
from kpi.ledger.submissions import ACCEPTED, ALREADY_THERE, WAITING, preview, withdraw
from tests.ledger.files import NOW, deliveries, put
from tests.ledger.offer_acts import LATER, OFFERER, SPONSOR, under_four_eyes
from tests.support import submit_rows, unchecked_rows

HELIX, NOVA, BOTH = Scope.of(["HELIX"]), Scope.of(["NOVA"]), Scope.of(["HELIX", "NOVA"])
WORKBOOK = b"a sheet of HELIX and a sheet of NOVA"
OF_HELIX = replace(deliveries({"delivery_id": "D1"}), content=WORKBOOK)
OF_NOVA = replace(deliveries({"delivery_id": "D1", "partner_id": "NOVA", "site_id": "NOVA-1"}), content=WORKBOOK)


def register(store: Store) -> None:
    sites = [
        {"partner_id": name, "site_id": f"{name}-1", "partner_name": name, "site_name": "x"}
        for name in ("HELIX", "NOVA")
    ]
    submit_rows(store, "partners", unchecked_rows("partners", sites), date(2024, 1, 1), received_on=date(2024, 2, 1))


def test_the_original_is_for_whoever_may_see_all_of_it(store: Store) -> None:
    put(store, OF_HELIX)
    assert original(store, "S000001", HELIX)[1] == WORKBOOK
    put(store, OF_NOVA)
    for submission, scope in (("S000001", HELIX), ("S000002", NOVA)):
        assert details(store, submission, scope)["shared"]
        with pytest.raises(InputRefused, match="may hold more than what you may see") as refused:
            original(store, submission, scope)
        assert not {"HELIX", "NOVA"} & set(str(refused.value).split())
    for scope in (EVERYTHING, BOTH):
        assert original(store, "S000001", scope)[1] == WORKBOOK
        assert not details(store, "S000001", scope)["shared"]


def test_it_stays_so_when_the_other_part_is_withdrawn(store: Store) -> None:
    put(store, OF_HELIX)
    put(store, OF_NOVA)
    withdraw(store, "S000002", reason="wrong", actor="ann", now=NOW, scope=EVERYTHING)
    with pytest.raises(InputRefused):
        original(store, "S000001", HELIX)


def test_an_offered_file_is_handed_out_by_the_same_rule_and_can_be_accepted_all_the_same(store: Store) -> None:
    under_four_eyes(store)
    version = put(store, OF_HELIX, actor=OFFERER).version
    assert offered_file(store, version, scope=HELIX)[1] == WORKBOOK
    put(store, OF_NOVA)
    with pytest.raises(InputRefused, match="may hold more"):
        offered_file(store, version, scope=HELIX)
    taken = accept_offer(
        store, version, OF_HELIX, note="", actor=SPONSOR, now=LATER, accept_warnings=False, scope=HELIX
    )
    assert taken.status == ACCEPTED


def test_the_same_bytes_of_another_partner_are_not_the_same_file(store: Store) -> None:
    put(store, OF_HELIX)
    assert put(store, OF_NOVA).status == ACCEPTED
    assert put(store, OF_NOVA).status == ALREADY_THERE
    under_four_eyes(store, None)
    first, second = (put(store, replace(one, content=b"other"), actor=OFFERER) for one in (OF_HELIX, OF_NOVA))
    assert (first.status, second.status) == (WAITING, WAITING)


def test_a_preview_names_no_submission_of_others(store: Store) -> None:
    put(store, OF_NOVA)
    assert preview(store, OF_HELIX, scope=HELIX).same_file_as == ""
    assert preview(store, OF_HELIX, scope=EVERYTHING).same_file_as == "S000001"


@pytest.mark.parametrize(
    "mapping",
    [
        '[values.partner_id]\n"Nova Pharma" = "NOVA"\n"Helix" = "HELIX"\n',
        '[replace.partner_id]\n"Nova Pharma" = "NOVA"\n',
        '[values.site_id]\n"Werk Nova" = "NOVA-1"\n',
    ],
)
def test_a_mapping_that_was_made_for_others_too_is_not_shown(store: Store, mapping: str) -> None:
    register(store)
    read_so = replace(OF_HELIX, mapping_text=mapping)
    taken = put(store, read_so)
    under_four_eyes(store)
    waits = put(store, replace(read_so, content=b"another"), actor=OFFERER).version
    for scope, seen in ((EVERYTHING, True), (BOTH, True), (HELIX, False)):
        told = [details(store, taken.submission_id, scope)["mapping"], offer(store, waits, scope=scope).mapping]
        told += [one.mapping for one in offers(store, scope=scope)]
        assert all((one == mapping) == seen for one in told)
        assert seen or not any("ova" in one for one in told)


def test_ones_own_mapping_is_shown(store: Store) -> None:
    register(store)
    mapping = '[values.partner_id]\n"Helix Ltd" = "HELIX"\n\n[values.site_id]\n"Werk" = "HELIX-1"\n'
    taken = put(store, replace(OF_HELIX, mapping_text=mapping))
    assert details(store, taken.submission_id, HELIX)["mapping"] == mapping


@dataclass(frozen=True)
class Workbook:
    def to_dict(self) -> dict[str, Any]:
        return {"format": "xlsx", "sheet": "HELIX"}


def granted(store: Store, holder: str, side: str, *partners: str, holder_kind: str = IDENTITY) -> None:
    grant_access(
        store,
        holder=holder,
        holder_kind=holder_kind,
        role="alliance_manager",
        side=side,
        partners=partners or None,
        reason="set up",
        actor="ada",
        now=NOW,
        scope=EVERYTHING,
    )


def test_a_workbook_is_handed_out_where_whoever_sent_it_could_put_nothing_of_others_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its other sheets, refused or left out, are no submission of anybody's."""
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    for holder, side, partners in (
        ("hel@helix.example", PARTNER_SIDE, ("HELIX",)),
        ("sue@sponsor.example", SPONSOR_SIDE, ("HELIX",)),
        ("sam@sponsor.example", SPONSOR_SIDE, ()),
        ("pat@sponsor.example", SPONSOR_SIDE, ("HELIX", "NOVA")),
    ):
        granted(store, holder, side, *partners)
    senders = ("hel@helix.example", "sue@sponsor.example", "sam@sponsor.example", "pat@sponsor.example", "nobody")
    handed_out = []
    for number, sender in enumerate(senders):
        book = replace(OF_HELIX, content=sender.encode(), reading=Workbook())
        taken = put(store, book, actor=sender)
        shared = details(store, taken.submission_id, HELIX)["shared"]
        assert details(store, taken.submission_id, EVERYTHING)["shared"] is False
        assert original(store, taken.submission_id, EVERYTHING)[1] == sender.encode()
        if shared:
            with pytest.raises(InputRefused, match="may hold more"):
                original(store, taken.submission_id, HELIX)
        else:
            assert original(store, taken.submission_id, HELIX)[1] == sender.encode()
            handed_out.append(number)
    assert [senders[number] for number in handed_out] == ["hel@helix.example", "sue@sponsor.example"]


def test_nobody_learns_or_spoils_anything_by_sending_the_bytes_of_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    granted(store, "hel@helix.example", PARTNER_SIDE, "HELIX")
    granted(store, "nor@nova.example", PARTNER_SIDE, "NOVA")
    put(store, OF_NOVA, actor="nor@nova.example")
    guessed = put(store, OF_HELIX, actor="hel@helix.example")
    assert not details(store, guessed.submission_id, HELIX)["shared"]
    assert original(store, "S000001", NOVA)[1] == WORKBOOK


def test_an_accepted_workbook_is_of_whoever_offered_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    granted(store, OFFERER, PARTNER_SIDE, "HELIX")
    under_four_eyes(store)
    book = replace(OF_HELIX, reading=Workbook())
    version = put(store, book, actor=OFFERER).version
    assert offered_file(store, version, scope=HELIX)[1] == WORKBOOK
    accept_offer(store, version, book, note="", actor=SPONSOR, now=LATER, accept_warnings=False, scope=EVERYTHING)
    assert original(store, "S000001", HELIX)[1] == WORKBOOK
    theirs = replace(book, content=b"of the sponsor")
    with pytest.raises(InputRefused, match="may hold more"):
        offered_file(store, put(store, theirs, actor=SPONSOR).version, scope=HELIX)


def by_group(store: Store, *partners: str) -> None:
    """Lets people of a group of the provider in; the ledger has no name of theirs."""
    granted(store, "helix-people", PARTNER_SIDE, *partners, holder_kind=GROUP)


def test_whoever_has_a_name_in_the_ledger_may_be_in_a_group_besides(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or hold a grant by their subject: what they could see is then more than what was granted to their address."""
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    granted(store, "sue@sponsor.example", SPONSOR_SIDE, "HELIX")
    granted(store, OFFERER, PARTNER_SIDE, "HELIX")
    books = [replace(OF_HELIX, content=name, reading=Workbook()) for name in (b"one", b"two", b"three")]
    put(store, books[0], actor="sue@sponsor.example")
    assert original(store, "S000001", HELIX)[1] == b"one"
    granted(store, "everybody-of-the-sponsor", SPONSOR_SIDE, holder_kind=GROUP)
    put(store, books[1], actor="sue@sponsor.example")
    assert original(store, "S000001", HELIX)[1] == b"one"
    with pytest.raises(InputRefused, match="may hold more"):
        original(store, "S000002", HELIX)
    put(store, books[2], actor=OFFERER)
    assert original(store, "S000003", HELIX)[1] == b"three", "nobody of the sponsor's group is on the partner's side"
    granted(store, "u-4711", PARTNER_SIDE, "NOVA")
    put(store, replace(books[2], content=b"four"), actor=OFFERER)
    with pytest.raises(InputRefused, match="may hold more"):
        original(store, "S000004", HELIX)


def test_who_was_let_in_by_a_group_has_back_what_they_sent_themselves(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger does not know whose groups were which, but it knows who sent a file; colleagues may see less."""
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    by_group(store, "HELIX")
    put(store, replace(OF_HELIX, reading=Workbook()), actor=OFFERER)
    assert original(store, "S000001", HELIX, reader=OFFERER)[1] == WORKBOOK
    assert not details(store, "S000001", HELIX, reader=OFFERER)["shared"]
    for reader in ("", "eva@helix.example", OFFERER.upper()):
        assert details(store, "S000001", HELIX, reader=reader)["shared"]
        with pytest.raises(InputRefused, match="may hold more"):
            original(store, "S000001", HELIX, reader=reader)
    with pytest.raises(UsageError):
        original(store, "S000001", NOVA, reader=OFFERER)


def test_but_not_where_another_part_of_it_is_of_a_partner_that_they_may_not_see_any_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    by_group(store, "HELIX", "NOVA")
    for part in (OF_HELIX, OF_NOVA):
        put(store, replace(part, reading=Workbook()), actor=OFFERER)
    assert original(store, "S000001", BOTH, reader=OFFERER)[1] == WORKBOOK
    with pytest.raises(InputRefused, match="may hold more"):
        original(store, "S000001", HELIX, reader=OFFERER)


def test_nor_where_they_could_see_more_then_or_nobody_was_known_by_name(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody of a machine before there was a policy may be anybody; who saw all may have sent a sheet of others."""
    put(store, replace(OF_HELIX, reading=Workbook()), actor=OFFERER)
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    by_group(store, "HELIX")
    granted(store, SPONSOR, SPONSOR_SIDE)
    put(store, replace(OF_HELIX, content=b"later", reading=Workbook()), actor=SPONSOR)
    for submission, sender in (("S000001", OFFERER), ("S000002", SPONSOR)):
        with pytest.raises(InputRefused, match="may hold more"):
            original(store, submission, HELIX, reader=sender)


def test_having_back_ones_own_tells_nothing_of_who_else_sent_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    by_group(store, "HELIX")
    put(store, replace(OF_NOVA, reading=Workbook()), actor="nor@nova.example")
    put(store, replace(OF_HELIX, reading=Workbook()), actor=OFFERER)
    assert original(store, "S000002", HELIX, reader=OFFERER)[1] == WORKBOOK


def test_an_own_offer_comes_back_while_it_waits_and_after_it_was_accepted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    by_group(store, "HELIX")
    under_four_eyes(store, None)
    book = replace(OF_HELIX, reading=Workbook())
    version = put(store, book, actor=OFFERER).version
    assert offered_file(store, version, scope=HELIX, reader=OFFERER)[1] == WORKBOOK
    assert not offer_holds_more(store, version, scope=HELIX, reader=OFFERER)
    assert offer_holds_more(store, version, scope=HELIX, reader="eva@helix.example")
    assert not offer_holds_more(store, version, scope=EVERYTHING)
    accept_offer(store, version, book, note="", actor=SPONSOR, now=LATER, accept_warnings=False, scope=EVERYTHING)
    assert original(store, "S000001", HELIX, reader=OFFERER)[1] == WORKBOOK
    with pytest.raises(InputRefused):
        original(store, "S000001", HELIX, reader=SPONSOR)
    theirs = replace(OF_NOVA, reading=Workbook())
    put(store, theirs, actor=OFFERER)
    with pytest.raises(InputRefused):
        original(store, "S000001", HELIX, reader=OFFERER)


@dataclass(frozen=True)
class WorkbookWithMore:
    def to_dict(self) -> dict[str, Any]:
        notes = ["1 hidden row was read as well.", 'Hidden and not read: "Nova Pharma", "Sum".']
        return {"format": "xlsx", "sheet": "HELIX", "hidden_sheets": ["Nova Pharma", "Sum"], "notes": notes}


def test_how_a_file_was_read_names_no_sheet_that_is_held_back(store: Store) -> None:
    book = replace(OF_HELIX, reading=WorkbookWithMore())
    put(store, book)
    under_four_eyes(store)
    waits = put(store, replace(book, content=b"another"), actor=OFFERER).version
    for scope in (HELIX, EVERYTHING):
        readings = [details(store, "S000001", scope)["reading"], offer(store, waits, scope=scope).reading]
        readings += [one.reading for one in offers(store, scope=scope)]
        for told in readings:
            assert ("Nova Pharma" in str(told)) == (scope is EVERYTHING)
            assert told["sheet"] == "HELIX"
            assert "1 hidden row was read as well." in told["notes"]


def test_ones_own_hidden_sheets_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_ADMINISTRATOR", "ada")
    granted(store, OFFERER, PARTNER_SIDE, "HELIX")
    put(store, replace(OF_HELIX, reading=WorkbookWithMore()), actor=OFFERER)
    assert details(store, "S000001", HELIX)["reading"]["hidden_sheets"] == ["Nova Pharma", "Sum"]
