"""What people may do: role × side × right × partners, as a table that was written by hand from the roles' purpose."""

from __future__ import annotations

import itertools

import pytest

from kpi.access import (
    EVERYBODY_HERE,
    EVERYTHING,
    NOTHING,
    PARTNER_SIDE,
    SPONSOR_SIDE,
    Grant,
    Person,
    Right,
    Scope,
    load_roles,
    right_to_submit,
)
from kpi.intake.contracts import DATASET_NAMES

# One column per right, in the order of the enumeration; x: may, .: may not.
COLUMNS = (
    "read, export, upload, accept, reference, withdraw, mappings, act, answer, rebaseline, meetings, sign, administer, "
    "peers"
)
TABLE = {
    ("viewer", SPONSOR_SIDE): "xx............",
    ("viewer", PARTNER_SIDE): "xx............",
    ("committee_member", SPONSOR_SIDE): "xx.....x...x..",
    ("committee_member", PARTNER_SIDE): "xx......x..x..",
    ("quality_lead", SPONSOR_SIDE): "xxxx.xxx.x.x..",
    ("quality_lead", PARTNER_SIDE): "xxx.....x..x..",
    ("alliance_manager", SPONSOR_SIDE): "xxxxxxxx..xx..",
    ("alliance_manager", PARTNER_SIDE): "xxx...x.x..x..",
    ("administrator", SPONSOR_SIDE): "xx..........x.",
    ("administrator", PARTNER_SIDE): "..............",
    ("peer_comparison", SPONSOR_SIDE): "x............x",
    ("peer_comparison", PARTNER_SIDE): "x............x",
}
CASES = [
    (role, side, right, marks[place] == "x")
    for (role, side), marks in TABLE.items()
    for place, right in enumerate(Right)
]


def somebody(side: str, *grants: tuple[str, frozenset[str] | None]) -> Person:
    roles = load_roles()
    return Person("Ann", "ann@x.org", side, tuple(Grant(roles[role], partners) for role, partners in grants))


def test_the_table_is_whole() -> None:
    assert {role for role, _ in TABLE} == set(load_roles())
    assert {len(marks) for marks in TABLE.values()} == {len(Right)} == {len(COLUMNS.split())}


@pytest.mark.parametrize(("role", "side", "right", "may"), CASES, ids=lambda value: str(value).replace(" ", "-"))
def test_a_role_gives_its_rights_for_its_partners_and_no_others(role: str, side: str, right: Right, may: bool) -> None:
    for partners in (frozenset({"A"}), frozenset({"A", "B"}), None):
        person = somebody(side, (role, partners))
        assert person.may(right) is may
        assert person.scope(right) == (Scope(partners) if may else NOTHING)
        assert person.scope(right).allows("A") is may
        assert person.scope(right).allows("C") is (may and partners is None)


def test_grants_add_up_right_by_right() -> None:
    person = somebody(
        SPONSOR_SIDE, ("viewer", None), ("quality_lead", frozenset({"A"})), ("quality_lead", frozenset("B"))
    )
    assert person.scope(Right.READ) == EVERYTHING
    assert person.scope(Right.UPLOAD) == Scope.of(["A", "B"])
    assert person.scope(Right.HOLD_MEETINGS) == NOTHING
    person = somebody(SPONSOR_SIDE, ("quality_lead", frozenset({"A"})), ("viewer", frozenset({"B"})))
    assert (person.scope(Right.READ), person.scope(Right.WITHDRAW)) == (Scope.of(["A", "B"]), Scope.of(["A"]))


@pytest.mark.parametrize("side", [SPONSOR_SIDE, PARTNER_SIDE])
@pytest.mark.parametrize(("one", "two"), list(itertools.combinations(load_roles(), 2)))
def test_nobody_writes_or_exports_what_they_may_not_read(side: str, one: str, two: str) -> None:
    person = somebody(side, (one, frozenset({"A"})), (two, frozenset({"B"})))
    seen = person.scope(Right.READ)
    assert all(seen.allows(partner) for right in Right for partner in person.scope(right).partners or ())


def test_somebody_without_grants_may_do_nothing() -> None:
    assert not any(somebody(side).may(right) for side in (SPONSOR_SIDE, PARTNER_SIDE) for right in Right)


def test_a_grant_for_no_partner_gives_nothing() -> None:
    assert not somebody(SPONSOR_SIDE, ("viewer", frozenset())).may(Right.READ)


def test_the_one_person_of_an_unconfigured_installation_may_do_everything() -> None:
    person = EVERYBODY_HERE("root")
    assert person.name == person.identity == "root"
    assert all(person.scope(right) == EVERYTHING for right in Right)


def test_what_figures_are_judged_by_is_no_ordinary_upload() -> None:
    needed = {name: right_to_submit(name) for name in DATASET_NAMES}
    assert {name for name, right in needed.items() if right == Right.SET_REFERENCE} == {"partners", "targets"}
    assert set(needed.values()) == {Right.SET_REFERENCE, Right.UPLOAD}


def test_every_right_says_what_it_allows() -> None:
    assert len({right.meaning for right in Right}) == len(Right)
