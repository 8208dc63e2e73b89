"""A file under four eyes: offered and in no figure, accepted by somebody else, refused, or taken back."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.errors import InputRefused, KpiError, UsageError
from kpi.ledger.offers import ACCEPTED, REFUSED, TAKEN_BACK, offer, offered_file, offers
from kpi.ledger.reads import details, events, history, known_records, original, version_now
from kpi.ledger.store import Store
from kpi.ledger.submissions import ACCEPTED as IN_THE_LEDGER
from kpi.ledger.submissions import ALREADY_THERE, ALREADY_WAITING, WAITING, withdraw
from kpi.ledger.verify import verify
from tests.ledger.files import FEBRUARY, JANUARY, NOW, deliveries, put, targets
from tests.ledger.offer_acts import LATER, OFFERER, SPONSOR, accept, offered, refuse, take_back, under_four_eyes

HELIX, NOVA = Scope.of(["HELIX"]), Scope.of(["NOVA"])


def counts(store: Store) -> tuple[int, ...]:
    names = ("submissions", "coverage", "deliveries", "originals")
    with store.connect() as connection:
        return tuple(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names)  # type: ignore[index]


def test_an_offered_file_is_kept_and_adds_nothing(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store, reason="corrected dates")
    assert counts(store) == (0, 0, 0, 1)
    found = offer(store, version, scope=HELIX)
    assert found.waits
    assert (found.partners, found.dataset, found.month_from, found.month_to) == (
        ("HELIX",), "deliveries", JANUARY, JANUARY,
    )  # fmt: skip
    assert (found.actor, found.at, found.reason, found.row_count) == (OFFERER, NOW, "corrected dates", 1)
    assert offered_file(store, version, scope=HELIX)[1] == file.content
    assert history(store, scope=EVERYTHING).empty
    assert known_records(store, {}, scope=EVERYTHING).sites.is_empty()
    assert verify(store).problems == ()


def test_others_see_nothing_of_it(store: Store) -> None:
    under_four_eyes(store)
    version, _ = offered(store)
    assert offers(store, scope=NOVA) == ()
    said = []
    for number in (version, 99):
        for read in (offer, offered_file):
            with pytest.raises(UsageError) as error:
                read(store, number, scope=NOVA)
            said.append(str(error.value).replace(str(number), "N"))
    assert len(set(said)) == 1, "one that is there and one that is not are told apart"
    assert events(store, NOVA).empty
    with pytest.raises(UsageError):
        refuse(store, version, scope=NOVA)


def test_a_file_of_several_partners_is_seen_by_who_may_see_all_of_them(store: Store) -> None:
    under_four_eyes(store, "NOVA")
    both = deliveries({"delivery_id": "D1"}, {"delivery_id": "D2", "partner_id": "NOVA"})
    version, _ = offered(store, both)
    assert (offers(store, scope=HELIX), offers(store, scope=NOVA)) == ((), ())
    assert [one.version for one in offers(store, scope=Scope.of(["HELIX", "NOVA"]))] == [version]
    with pytest.raises(UsageError):
        accept(store, version, both, scope=NOVA)
    assert accept(store, version, both, scope=Scope.of(["HELIX", "NOVA"])).status == IN_THE_LEDGER


def test_targets_for_all_wait_where_any_partner_does_and_need_the_right_for_all(store: Store) -> None:
    under_four_eyes(store)
    file = targets({"partner_id": "*"})
    version, _ = offered(store, file)
    assert [one.version for one in offers(store, scope=NOVA)] == [version]
    with pytest.raises(InputRefused, match="for all partners"):
        accept(store, version, file, scope=HELIX)
    assert accept(store, version, file).status == IN_THE_LEDGER


def test_files_of_others_go_in_as_before(store: Store) -> None:
    under_four_eyes(store)
    assert put(store, deliveries({"delivery_id": "D1", "partner_id": "NOVA"})).status == IN_THE_LEDGER
    under_four_eyes(store, on=False)
    assert put(store, deliveries({"delivery_id": "D1"})).status == IN_THE_LEDGER


def test_the_sponsors_own_files_wait_too(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store, actor=SPONSOR)
    with pytest.raises(InputRefused, match="cannot decide about it"):
        accept(store, version, file)
    assert accept(store, version, file, actor="ann").status == IN_THE_LEDGER


def test_accepted_it_is_a_submission_that_says_both_names(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store, reason="corrected dates")
    receipt = accept(store, version, file, note="checked against the batch records")
    assert (receipt.submission_id, receipt.version, receipt.new) == ("S000001", version + 1, 1)
    assert counts(store) == (1, 1, 1, 1)
    found = offer(store, version, scope=HELIX)
    assert (found.state, found.ended_by, found.submission_id, found.ended_at, found.ended_reason) == (
        ACCEPTED, SPONSOR, "S000001", LATER, "checked against the batch records",
    )  # fmt: skip
    told = details(store, "S000001", HELIX)
    assert (told["actor"], told["reason"], told["offered_by"]) == (SPONSOR, "corrected dates", OFFERER)
    assert told["offer"] == {
        "version": version,
        "offered_by": OFFERER,
        "offered_at": "2026-02-05T09:30:00.000000",
        "accepted_by": SPONSOR,
        "note": "checked against the batch records",
    }
    assert original(store, "S000001", HELIX) == ("deliveries.csv", file.content)
    assert list(history(store, scope=HELIX)["offered_by"]) == [OFFERER]
    assert verify(store).problems == ()
    withdraw(store, "S000001", reason="after all", actor=SPONSOR, now=LATER, scope=EVERYTHING)
    assert verify(store).problems == ()


SAME_PERSON = [(OFFERER, OFFERER), (OFFERER, " HEL@helix.example"), ("Hel", "hel"), ("hel", "ｈｅｌ"), ("k", "\u212a")]


@pytest.mark.parametrize(("offerer", "decider"), SAME_PERSON)
def test_nobody_decides_about_what_they_offered(store: Store, offerer: str, decider: str) -> None:
    under_four_eyes(store)
    version, file = offered(store, actor=offerer)
    for act in (lambda: accept(store, version, file, actor=decider), lambda: refuse(store, version, actor=decider)):
        with pytest.raises(InputRefused, match="offered this file"):
            act()
    assert offer(store, version, scope=EVERYTHING).waits


def test_only_who_offered_it_takes_it_back(store: Store) -> None:
    under_four_eyes(store)
    version, _ = offered(store)
    for other in (SPONSOR, "ben@helix.example"):
        with pytest.raises(InputRefused, match=f"Only {OFFERER}"):
            take_back(store, version, actor=other)
    take_back(store, version, actor="Hel@helix.example", reason="wrong file")
    found = offer(store, version, scope=HELIX)
    assert (found.state, found.ended_reason) == (TAKEN_BACK, "wrong file")
    assert verify(store).problems == ()


def test_a_refusal_has_a_reason_and_the_file_may_come_anew(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    with pytest.raises(UsageError, match="needs a text"):
        refuse(store, version, reason=" ")
    refuse(store, version, reason="the wrong month")
    found = offer(store, version, scope=HELIX)
    assert (found.state, found.ended_by, found.ended_reason) == (REFUSED, SPONSOR, "the wrong month")
    assert counts(store)[:3] == (0, 0, 0)
    again, _ = offered(store, file, month_from=FEBRUARY, month_to=FEBRUARY)
    assert accept(store, again, file).status == IN_THE_LEDGER
    assert [one.state for one in offers(store, scope=HELIX)] == [REFUSED, ACCEPTED]
    assert verify(store).problems == ()


def test_the_same_file_is_offered_once(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    again = put(store, file, actor=SPONSOR)
    assert (again.status, again.version) == (ALREADY_WAITING, version)
    assert put(store, file, month_to=FEBRUARY).status == WAITING, "for other months it says something else"
    assert accept(store, version, file).status == IN_THE_LEDGER
    assert put(store, file).status == ALREADY_THERE


@pytest.mark.parametrize("first", [ACCEPTED, REFUSED, TAKEN_BACK])
@pytest.mark.parametrize("second", [ACCEPTED, REFUSED, TAKEN_BACK])
def test_who_decides_second_is_told_what_happened(store: Store, first: str, second: str) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    acts = {
        ACCEPTED: lambda: accept(store, version, file),
        REFUSED: lambda: refuse(store, version),
        TAKEN_BACK: lambda: take_back(store, version),
    }
    acts[first]()
    before = version_now(store)
    with pytest.raises(InputRefused) as told:
        acts[second]()
    who = OFFERER if first == TAKEN_BACK else SPONSOR
    assert f"was {first} already, on 2026-02-09 11:00 UTC by {who}" in str(told.value)
    assert ("It is S000001 now." in str(told.value)) is (first == ACCEPTED)
    assert version_now(store) == before


def test_what_is_accepted_is_what_was_offered(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    others = [
        deliveries({"delivery_id": "D2"}),
        dataclasses.replace(file, mapping_text='[file]\ndecimal = ","\n'),
        deliveries({"delivery_id": "D1", "partner_id": "NOVA"}, content=file.content),
    ]
    for other in others:
        with pytest.raises(ValueError, match="not what was offered"):
            accept(store, version, other)
    assert counts(store)[:3] == (0, 0, 0)


def test_a_file_that_was_submitted_meanwhile_is_not_accepted_twice(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    under_four_eyes(store, on=False)
    put(store, file)
    with pytest.raises(InputRefused, match="stands already, as S000001"):
        accept(store, version, file)
    refuse(store, version)
    assert verify(store).problems == ()


def test_offers_wait_on_when_four_eyes_end_and_stand_as_of_then(store: Store) -> None:
    under_four_eyes(store)
    version, file = offered(store)
    under_four_eyes(store, on=False)
    assert accept(store, version, file).status == IN_THE_LEDGER
    assert [one.state for one in offers(store, scope=HELIX, as_of=version)] == ["waiting"]
    assert offers(store, scope=HELIX, as_of=version - 1) == ()


def test_a_partner_cannot_offer_for_another_and_learns_nothing(store: Store) -> None:
    under_four_eyes(store, None)
    put_nova = deliveries({"delivery_id": "N1", "partner_id": "NOVA"})
    offered(store, put_nova, actor="nina")
    said = []
    for foreign in ("NOVA", "NOBODY"):
        file = deliveries({"delivery_id": "D1"}, {"delivery_id": "N1", "partner_id": foreign})
        with pytest.raises(InputRefused) as error:
            put(store, file, scope=HELIX)
        said.append(str(error.value).replace(foreign, "FOREIGN"))
    assert len(set(said)) == 1
    assert "N1" not in said[0]


def test_nobody_skips_acceptance_in_a_real_ledger(store: Store) -> None:
    under_four_eyes(store)
    with pytest.raises(ValueError, match="real ledger"):
        put(store, deliveries({"delivery_id": "D1"}), as_if_accepted=True)


def test_moments_and_errors_of_an_offer_are_the_ledgers(store: Store) -> None:
    under_four_eyes(store)
    wrong: list[tuple[dict[str, object], type[KpiError]]] = [
        ({"scope": NOVA}, InputRefused),
        ({"month_from": datetime(2026, 1, 2).date()}, UsageError),
        ({"actor": " "}, UsageError),
    ]
    for changed, error in wrong:
        with pytest.raises(error):
            put(store, deliveries({"delivery_id": "D1"}), **changed)
    assert offers(store, scope=EVERYTHING) == ()
    assert counts(store) == (0, 0, 0, 0)
