"""The policy in the ledger: granted and withdrawn with a reason, as of any version, seen by administrators only."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kpi.access import EVERYTHING, NOTHING, PARTNER_SIDE, SPONSOR_SIDE, Right, Scope
from kpi.access.policy import GROUP, AccessGrant
from kpi.errors import InputRefused, KpiError, UsageError
from kpi.ledger.access import ADMINISTRATOR, grant_access, policy_at, standing_grants, withdraw_access
from kpi.ledger.chain import ACCESS_GRANTED, ACCESS_WITHDRAWN
from kpi.ledger.reads import events, version_now
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from kpi.present.audit_table import audit_table
from tests.ledger.files import deliveries, put

THEN = datetime(2026, 2, 6, 9, 30)


@pytest.fixture(autouse=True)
def nobody_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADMINISTRATOR, raising=False)


def grant(store: Store, holder: str, role: str = "viewer", **changed: Any) -> AccessGrant:
    usual: dict[str, Any] = {
        "side": SPONSOR_SIDE,
        "partners": None,
        "reason": "As agreed",
        "actor": "ada",
        "now": THEN,
        "scope": EVERYTHING,
    }
    return grant_access(store, holder=holder, role=role, **{**usual, **changed})


def withdraw(store: Store, version: int, **changed: Any) -> int:
    usual: dict[str, Any] = {"reason": "Left", "actor": "ada", "now": THEN, "scope": EVERYTHING}
    return withdraw_access(store, version, **{**usual, **changed})


@pytest.fixture
def told(store: Store) -> Store:
    """1, 2: a file each of HELIX and NOVA. 3: ada administers. 4: hel of HELIX. 5: a group of HELIX. 6: hel's ended."""
    for partner in ("HELIX", "NOVA"):
        put(store, deliveries({"delivery_id": "D1", "partner_id": partner}), month_to=date(2026, 2, 1))
    grant(store, "ada@x.org", "administrator")
    grant(store, "hel@helix.org", "quality_lead", side=PARTNER_SIDE, partners=["HELIX"])
    grant(store, "helix-readers", "viewer", side=PARTNER_SIDE, partners=["HELIX"], holder_kind=GROUP)
    withdraw(store, 4)
    return store


def test_until_it_begins_the_policy_binds_nobody(store: Store) -> None:
    policy = policy_at(store)
    assert (policy.begun, policy.grants) == (False, ())
    assert all(policy.person_here("root").scope(right) == EVERYTHING for right in Right)
    assert not any(policy.person("ann@x.org", ["everybody"]).may(right) for right in Right)


def test_once_begun_it_binds_the_user_of_the_machine_too(told: Store) -> None:
    policy = policy_at(told)
    assert policy.begun
    assert not any(policy.person_here("root").may(right) for right in Right)
    assert policy.person_here("ada@x.org").scope(Right.ADMINISTER) == EVERYTHING


def test_a_person_has_their_own_grants_and_those_of_their_groups(told: Store) -> None:
    policy = policy_at(told)
    reader = policy.person("hel@helix.org", ["staff", "helix-readers"], "Hel")
    assert (reader.name, reader.identity, reader.side) == ("Hel", "hel@helix.org", PARTNER_SIDE)
    assert reader.scope(Right.READ) == Scope.of(["HELIX"])
    assert not reader.may(Right.UPLOAD)
    assert not policy.person("helix-readers").may(Right.READ), "a group's name is nobody's identity"
    assert not policy.person("hel@helix.org", ["ada@x.org"]).may(Right.READ), "an identity is no group"


def test_earlier_versions_keep_what_was_so_then(told: Store) -> None:
    assert policy_at(told, 4).person("hel@helix.org").scope(Right.UPLOAD) == Scope.of(["HELIX"])
    assert not policy_at(told, 6).person("hel@helix.org").may(Right.READ)
    assert [policy_at(told, version).begun for version in (2, 3)] == [False, True]


@pytest.mark.parametrize(
    ("granted", "comes", "same"),
    [
        ("Ann@X.org", "ann@x.ORG", True),
        ("ann", "Ann", False),
        ("ann@x.org", "ann@x.org.evil.org", False),
        ("kim@x.org", "\u212aim@x.org", False),  # the Kelvin sign, which lower() makes a k
        ("strasse@x.org", "stra\u00dfe@x.org", False),
        ("ann@x.org", "", False),
    ],
)
def test_an_identity_is_one_persons(store: Store, granted: str, comes: str, same: bool) -> None:
    grant(store, granted, "administrator")
    assert policy_at(store).person(comes).may(Right.READ) is same


def test_several_grants_add_up_right_by_right(told: Store) -> None:
    grant(told, "sam@x.org", "viewer")
    grant(told, "sam@x.org", "quality_lead", partners=["NOVA"])
    grant(told, "sam@x.org", "quality_lead", partners=["HELIX"])
    sam = policy_at(told).person("sam@x.org")
    assert (sam.scope(Right.READ), sam.scope(Right.UPLOAD)) == (EVERYTHING, Scope.of(["HELIX", "NOVA"]))


def test_whoever_is_on_both_sides_by_a_group_is_on_the_partners(told: Store) -> None:
    grant(told, "pat@x.org", "viewer")
    pat = policy_at(told).person("pat@x.org", ["helix-readers"])
    assert (pat.side, pat.scope(Right.READ)) == (PARTNER_SIDE, Scope.of(["HELIX"]))


def test_what_stands_is_not_granted_again(told: Store) -> None:
    before = version_now(told)
    assert grant(told, "ADA@x.org", "administrator", reason="Once more").version == 3
    assert version_now(told) == before


def test_the_environment_makes_the_first_administrator(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADMINISTRATOR, " Root@x.org ")
    assert policy_at(store).person("root@x.org", ["any"]).scope(Right.ADMINISTER) == EVERYTHING
    assert not policy_at(store).person("").may(Right.READ)
    grant(store, "ann@x.org", "viewer")
    assert policy_at(store).begun
    with pytest.raises(InputRefused, match="on the sponsor's side"):
        grant(store, "root@X.ORG", "viewer", side=PARTNER_SIDE, partners=["HELIX"])


REFUSED = [
    ({"role": "owner"}, UsageError, 'no role "owner". Allowed: viewer, committee_member'),
    ({"side": "both"}, UsageError, 'no side "both". Allowed: sponsor, partner'),
    ({"holder_kind": "team"}, UsageError, "Allowed: identity, group"),
    ({"holder": " "}, UsageError, "needs a name"),
    ({"holder": "a\u200bb@x.org"}, UsageError, "needs a name"),
    ({"reason": " "}, UsageError, "needs a text"),
    ({"partners": []}, UsageError, "Name the partners"),
    ({"partners": ["*"]}, UsageError, '"\\*" is no partner'),
    ({"partners": ["HELIX\x1fNOVA"]}, UsageError, "is no partner"),
    ({"side": PARTNER_SIDE}, UsageError, "never sees all partners"),
    (
        {"side": PARTNER_SIDE, "role": "administrator", "partners": ["HELIX"]},
        UsageError,
        "no administrator on the part",
    ),
    ({"role": "administrator", "partners": ["HELIX"]}, UsageError, "An administrator is for all partners"),
    ({"scope": NOTHING}, InputRefused, "You may not change who has access"),
    ({"scope": Scope.of(["HELIX", "NOVA"])}, InputRefused, "Allowed: an administrator"),
    ({"holder": "ada@x.org", "side": PARTNER_SIDE, "partners": ["HELIX"]}, InputRefused, "nobody is on both"),
]


@pytest.mark.parametrize(("changed", "error", "words"), REFUSED, ids=range(len(REFUSED)))
def test_a_grant_that_makes_no_sense_is_refused(
    told: Store, changed: dict[str, Any], error: type[KpiError], words: str
) -> None:
    before = version_now(told)
    with pytest.raises(error, match=words) as caught:
        grant(told, **{"holder": "new@x.org", **changed})
    assert "Nothing was written." in str(caught.value)
    assert version_now(told) == before


def test_the_first_grant_makes_an_administrator(store: Store) -> None:
    with pytest.raises(UsageError, match="Grant administrator first"):
        grant(store, "ann@x.org", "viewer")
    assert version_now(store) == 0


def test_the_last_administrator_stays(told: Store) -> None:
    with pytest.raises(InputRefused, match="last administrator"):
        withdraw(told, 3)
    other = grant(told, "bob@x.org", "administrator")
    assert withdraw(told, 3) == other.version + 1
    with pytest.raises(InputRefused, match=r"bob@x\.org is the last administrator"):
        withdraw(told, other.version)


@pytest.mark.parametrize(
    ("version", "changed", "words"),
    [
        (1, {}, "grants no access"),
        (99, {}, "grants no access"),
        (4, {}, "withdrawn already, on 2026-02-06 by ada: Left"),
        (5, {"reason": ""}, "needs a text"),
        (5, {"scope": Scope.of(["HELIX"])}, "You may not change who has access"),
    ],
)
def test_a_withdrawal_that_makes_no_sense_is_refused(
    told: Store, version: int, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(KpiError, match=words):
        withdraw(told, version, **changed)
    assert version_now(told) == 6


def test_only_administrators_see_who_has_access(told: Store) -> None:
    assert [one.version for one in standing_grants(told, scope=EVERYTHING)] == [3, 5]
    for scope in (NOTHING, Scope.of(["HELIX"])):
        with pytest.raises(InputRefused, match="You may not see who has access"):
            standing_grants(told, scope=scope)


@pytest.mark.parametrize("scope", [EVERYTHING, Scope.of(["HELIX"]), Scope.of(["HELIX", "NOVA", "*"]), NOTHING])
@pytest.mark.parametrize("administered", [NOTHING, Scope.of(["HELIX"]), Scope.of(["*"])])
def test_nobody_else_finds_a_grant_in_the_trail(told: Store, scope: Scope, administered: Scope) -> None:
    trail = audit_table(events(told, scope, administered=administered))
    assert not set(trail["kind"]) & {ACCESS_GRANTED, ACCESS_WITHDRAWN}
    assert not [word for word in ("ada@", "hel@", "helix-readers") if word in trail.to_csv()]


def test_an_administrator_reads_in_the_trail_who_was_granted_what(told: Store) -> None:
    trail = audit_table(events(told, EVERYTHING, administered=EVERYTHING))
    told_of = trail[trail["version"] > 2][["version", "what", "about", "partners", "old", "new", "why"]]
    helix = "quality lead on the partner's side, for HELIX"
    group = "viewer on the partner's side, for HELIX"
    everything = "administrator on the sponsor's side, for all partners"
    assert told_of.values.tolist() == [
        [6, "withdrew access from hel@helix.org", helix, "HELIX", helix, "", "Left"],
        [5, "granted access to the group helix-readers", group, "HELIX", "", group, "As agreed"],
        [4, "granted access to hel@helix.org", helix, "HELIX", "", helix, "As agreed"],
        [3, "granted access to ada@x.org", everything, "*", "", everything, "As agreed"],
    ]


def test_verification_finds_a_changed_grant(told: Store, tmp_path: Path) -> None:
    assert verify(told).problems == ()
    for number, (statement, words) in enumerate(
        [
            ("UPDATE events SET payload = replace(payload, 'HELIX', 'NOVA') WHERE version = 5", "version 5"),
            (
                "UPDATE events SET payload = replace(payload, '\"*\"', '\"NOVA\"') WHERE version = 5",
                "does not say what",
            ),
            (
                "UPDATE events SET payload = replace(payload, '[\"HELIX\"]', '[]') WHERE version = 5",
                "does not say what",
            ),
            ("DELETE FROM events WHERE version = 6", None),
        ]
    ):
        path = Path(shutil.copyfile(told.path, tmp_path / f"spoiled-{number}.duckdb"))
        with duckdb.connect(str(path)) as connection:
            connection.execute(statement)
        problems = verify(open_store(f"duckdb:///{path}")).problems
        assert bool(problems) is (words is not None), "the newest event cut off is what verification cannot see"
        assert words is None or any(words in problem for problem in problems)
