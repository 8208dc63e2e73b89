"""Grants found among hundreds, and roles, reach and sentences as the policy has them."""

from __future__ import annotations

from datetime import datetime

import pytest

from kpi.access import PARTNER_SIDE, SIDES, SPONSOR_SIDE, Right, load_roles
from kpi.access.policy import GROUP, IDENTITY, AccessGrant, Policy
from kpi.present.access_tables import (
    GRANT_COLUMNS,
    after_granting,
    after_withdrawing,
    found,
    grant_table,
    in_a_sentence,
    partners_text,
    reach,
    role_marks,
)

ROLES = load_roles()
LABELS = {"P1": "Zephyr Biologics", "P2": "Quill Sterile"}


def grant(version: int, holder: str, role: str, partners: tuple[str, ...] | None, **others: str) -> AccessGrant:
    facts = {"actor": "ada", "reason": "test", "holder_kind": IDENTITY, "side": SPONSOR_SIDE} | others
    return AccessGrant(version=version, at=datetime(2026, 2, version % 27 + 1), holder=holder, role=role,
                       partners=partners, **facts)  # fmt: skip


MANY = [grant(number, f"person.{number:03}@x.example", "viewer", ("P2",)) for number in range(300)]
FEW = [
    grant(301, "Hel@helix.example", "committee_member", ("P1",), side=PARTNER_SIDE, reason="Joins the committee"),
    grant(302, "qa", "quality_lead", None, holder_kind=GROUP),
    grant(303, "ada", "gone_role", None),
]


@pytest.mark.parametrize(
    ("text", "partner", "who"),
    [
        ("hel@", None, {"Hel@helix.example"}),
        ("COMMITTEE joins", None, {"Hel@helix.example"}),
        ("zephyr", None, {"Hel@helix.example"}),
        ("quality", None, {"qa"}),
        ("", "P1", {"Hel@helix.example", "qa", "ada"}),
        ("all partners", None, {"qa", "ada"}),
        ("person.299", None, {"person.299@x.example"}),
        ("person.299 zephyr", None, set()),
        ("301", None, {"Hel@helix.example"}),
    ],
)
def test_grants_are_found_by_what_is_known_of_them(text: str, partner: str | None, who: set[str]) -> None:
    assert {one.holder for one in found([*MANY, *FEW], text, partner, ROLES, LABELS)} == who


def test_the_table_stands_by_holder_and_names_partners() -> None:
    table = grant_table([*MANY, *FEW], ROLES, LABELS)
    assert tuple(table.columns) == GRANT_COLUMNS
    assert len(table) == 303
    by_holder = table.set_index("Who")
    assert by_holder.loc["Hel@helix.example", "Partners"] == "Zephyr Biologics"
    assert by_holder.loc["ada", "Role"] == "gone_role (no such role any more)"
    assert list(table["Who"][:2]) == ["ada", "Hel@helix.example"]
    assert grant_table([], ROLES, LABELS).empty


def test_the_matrix_has_every_right_that_a_role_of_the_side_has() -> None:
    for side in SIDES:
        names, rows = role_marks(ROLES.values(), side)
        held = [role for role in ROLES.values() if role.rights(side)]
        assert names == [role.name for role in held]
        assert {right for right, _ in rows} == set().union(*(role.rights(side) for role in held))
        for right, marks in rows:
            assert [mark == "yes" for mark in marks] == [right in role.rights(side) for role in held]


def test_a_sentence_says_what_the_policy_makes_of_somebody() -> None:
    policy = Policy(tuple(MANY[:1]), begun=True, roles=ROLES)
    who = MANY[0].holder
    assert in_a_sentence(policy.person(who), LABELS) == "read and export for Quill Sterile"
    more = after_granting(policy, grant(400, who, "quality_lead", ("P1",)))
    assert dict(reach(more.person(who), LABELS))[Right.READ] == "Quill Sterile and Zephyr Biologics"
    assert dict(reach(more.person(who), LABELS))[Right.UPLOAD] == "Zephyr Biologics"
    assert in_a_sentence(after_withdrawing(policy, 0).person(who), LABELS) == "nothing"


def test_partners_are_named_by_name_then_counted() -> None:
    assert partners_text(None, LABELS) == "all partners"
    assert partners_text(["P1", "X9", "P2"], LABELS) == "Quill Sterile, X9 and Zephyr Biologics"
    assert partners_text([f"Q{n}" for n in range(9)], LABELS, 3) == "Q0, Q1, Q2 and 6 more"
