"""Three partners whose every text holds a marker of its own, brought in through the product's own doors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.catalog import load_catalog
from kpi.desk.checking import what_is_known
from kpi.intake.contracts import dataset as contract_of
from kpi.intake.mapping import parse_mapping
from kpi.intake.validate import check_file
from kpi.ledger.access import grant_access
from kpi.ledger.actions import record_action
from kpi.ledger.agreed_actions import agree_action, change_action
from kpi.ledger.decisions import record_decision, withdraw_decision
from kpi.ledger.figure_names import COMMENT, OBJECT
from kpi.ledger.figure_notes import record_figure_note
from kpi.ledger.four_eyes import set_four_eyes
from kpi.ledger.mappings import save_mapping
from kpi.ledger.meeting_model import AgendaItem, Participant
from kpi.ledger.meeting_names import CONFIRM, DONE
from kpi.ledger.meetings import change_meeting, open_meeting
from kpi.ledger.minutes import sign_minutes
from kpi.ledger.reads import version_now
from kpi.ledger.rebaselines import record_rebaseline
from kpi.ledger.store import Store, open_store
from kpi.ledger.submissions import WAITING, Receipt, submit, withdraw
from kpi.ledger.tables import ALL_PARTNERS
from kpi.marts import load_marts
from kpi.meeting.composing import issue
from kpi.signals.review import review
from tests.matrix.marks import OURS, QUIET, THEIRS, mark
from tests.matrix.records import (
    CHECKED_ON,
    FIRST,
    LAST,
    MONTHS,
    batches,
    csv_of,
    deliveries,
    deviations,
    findings,
    site,
)

MAPPING = '[columns]\ndelivery_id = "{header}"\n'
PEOPLE = {
    f"{side}_{role}": (role, side)
    for side, roles in {
        SPONSOR_SIDE: ("viewer", "committee_member", "quality_lead", "alliance_manager"),
        PARTNER_SIDE: ("viewer", "committee_member", "quality_lead", "alliance_manager"),
    }.items()
    for role in roles
}
"""Every role on every side that is for single partners, by a name for the person who has it."""
ADMINISTRATOR = "root@sponsor.example"


def address(partner: str, person: str) -> str:
    """The identity of somebody of PEOPLE for that partner only."""
    return f"{mark(partner, person)}@{partner.lower()}.example"


@dataclass
class Pack:
    """The store and what in it can be named. ``ids[partner][what]``: ids of submissions, escalations and so on."""

    store: Store
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    clock: datetime = datetime(2026, 1, 2, 9)

    def now(self) -> datetime:
        self.clock += timedelta(hours=1)
        return self.clock

    def usual(self, partner: str, who: str = "actor") -> dict[str, Any]:
        """What every act takes: who, when and with which scope."""
        return {"actor": mark(partner, who), "now": self.now(), "scope": EVERYTHING}

    def note(self, partner: str, **ids: str) -> None:
        self.ids.setdefault(partner, {}).update(ids)


def build(folder: Path) -> Pack:
    """Ours first, then theirs, so that there is a version before theirs existed; grants come last."""
    pack = Pack(open_store(f"duckdb:///{folder / 'marked.duckdb'}"))
    send(pack, ALL_PARTNERS, "targets", _targets(ALL_PARTNERS), "common-targets")
    _records(pack, OURS)
    pack.versions["before theirs"] = version_now(pack.store)
    _records(pack, THEIRS)
    pack.versions["theirs"] = version_now(pack.store)
    send(pack, QUIET, "partners", [site(QUIET)], "register")
    both = [{**site(partner), "site_id": mark(partner, "site2")} for partner in (OURS, THEIRS)]
    pack.note(OURS, **{"of-both": send(pack, THEIRS, "partners", both, "of-both")})
    for partner in (OURS, THEIRS):
        _words(pack, partner)
        _offer(pack, partner)
        _notes(pack, partner)
    _policy(pack)
    return pack


def send(pack: Pack, partner: str, dataset: str, rows: list[dict[str, Any]], name: str) -> str:
    """One file, checked and appended; the id of the submission."""
    receipt = _submitted(pack, partner, dataset, rows, name)
    pack.note(partner, **{name: receipt.submission_id})
    return receipt.submission_id


def _submitted(pack: Pack, partner: str, dataset: str, rows: list[dict[str, Any]], name: str) -> Receipt:
    known = what_is_known(pack.store, load_catalog(), EVERYTHING, [dataset])
    checked = check_file(dataset, csv_of(rows), f"{mark(partner, name)}.csv", known=known, today=CHECKED_ON)
    assert checked.accepted, "\n".join(checked.findings.lines(10))
    return submit(
        pack.store, checked, month_from=FIRST, month_to=LAST, reason=mark(partner, f"why-{name}"),
        accept_warnings=True, **pack.usual(partner, "uploader"),
    )  # fmt: skip


def _offer(pack: Pack, partner: str) -> None:
    """A file that waits for acceptance; four eyes are off again for the partner's next ones."""
    for on in (True, False):
        set_four_eyes(
            pack.store, partner_id=partner, on=on, reason=mark(partner, f"four-eyes-{on}"),
            **pack.usual(partner, "administrator"),
        )  # fmt: skip
        if on:
            offered = _submitted(pack, partner, "deliveries", list(deliveries(partner, "offered")), "offered")
            assert offered.status == WAITING
            pack.note(partner, offer=str(offered.version))


def _notes(pack: Pack, partner: str) -> None:
    """What is said about a figure."""
    for action, side in ((OBJECT, PARTNER_SIDE), (COMMENT, SPONSOR_SIDE)):
        record_figure_note(
            pack.store, partner_id=partner, kpi_id="on_time_delivery", currency="", month=LAST, action=action,
            side=side, text=mark(partner, f"figure-{action}"), seen_version=version_now(pack.store),
            **pack.usual(partner, f"figure-{action}-actor"),
        )  # fmt: skip


def _records(pack: Pack, partner: str) -> None:
    send(pack, partner, "partners", [site(partner)], "register")
    send(pack, partner, "batch_records", list(batches(partner)), "lots")
    send(pack, partner, "deviations", list(deviations(partner)), "deviations")
    send(pack, partner, "audit_findings", list(findings(partner)), "findings")
    send(pack, partner, "deliveries", list(deliveries(partner)), "deliveries")
    send(pack, partner, "targets", _targets(partner), "targets")
    taken = send(pack, partner, "deliveries", list(deliveries(partner, "taken")), "withdrawn")
    withdraw(pack.store, taken, reason=mark(partner, "why-withdrawn"), **pack.usual(partner, "withdrawer"))


def _targets(partner: str) -> list[dict[str, Any]]:
    kpis = ("on_time_delivery", "deviation_on_time_closure", "right_first_time")
    return [
        {
            "partner_id": partner,
            "kpi_id": kpi,
            "effective_from": date(2025, 1, 1),
            "target": 0.95,
            "limit": 0.9,
            "source": "common agreement" if partner == ALL_PARTNERS else mark(partner, "source"),
        }
        for kpi in (kpis if partner != ALL_PARTNERS else (*kpis, "on_time_in_full"))
    ]


def _words(pack: Pack, partner: str) -> None:
    """What people say and decide about the partner."""
    store, catalog = pack.store, load_catalog()
    header = mark(partner, "header")
    columns = contract_of("deliveries").columns
    save_mapping(
        store, partner_id=partner, dataset="deliveries", headers=[header, *(one.name for one in columns)],
        mapping=parse_mapping(MAPPING.format(header=header), contract_of("deliveries"), "m.toml"),
        reason=mark(partner, "why-mapping"), **pack.usual(partner, "mapper"),
    )  # fmt: skip
    day = pack.clock.date()
    marts = load_marts(store, catalog, as_of=version_now(store), scope=EVERYTHING, day=day)
    mine = [one for one in review(marts, catalog, (), (), day).escalations if one.partner_id == partner]
    assert mine, f"no escalation about {partner}: the pack would prove nothing"
    chosen = next(one for one in mine if one.open)
    about = {
        "escalation_id": chosen.id, "rule_id": chosen.rule.id, "partner_id": partner, "kpi_id": chosen.kpi_id,
        "currency": chosen.currency, "month": chosen.active_from or chosen.since,
    }  # fmt: skip
    for action, side in (
        ("comment", SPONSOR_SIDE), ("assign", SPONSOR_SIDE), ("shelve", SPONSOR_SIDE), ("reply", PARTNER_SIDE),
        ("object", PARTNER_SIDE),
    ):  # fmt: skip
        record_action(
            store, action=action, side=side, text=mark(partner, f"{action}-text"),
            owner=mark(partner, "escalation-owner") if action == "assign" else "",
            until=pack.clock.date() + timedelta(days=20) if action == "shelve" else None,
            **about, **pack.usual(partner, f"{action}-actor"),
        )  # fmt: skip
    began = record_rebaseline(
        store, kpi_id="on_time_delivery", grain="partner", partner_id=partner, site_id="", product="", currency="",
        month=MONTHS[3], reason=mark(partner, "why-rebaseline"), **pack.usual(partner, "rebaseliner"),
    )  # fmt: skip
    pack.note(partner, escalation=chosen.id, rebaseline=str(began.version))
    _meeting(pack, partner)


def _meeting(pack: Pack, partner: str) -> None:
    store, catalog = pack.store, load_catalog()
    people = (
        Participant(mark(partner, "sponsor-person"), mark(partner, "sponsor-role"), SPONSOR_SIDE),
        Participant(mark(partner, "partner-person"), "", PARTNER_SIDE),
    )
    held = open_meeting(
        store, partner_id=partner, day=date(2026, 1, 30), title=mark(partner, "meeting"), month=LAST, window=1,
        participants=people, agenda=[AgendaItem(mark(partner, "agenda"), note=mark(partner, "agenda-note"))],
        definitions=catalog.digest, **pack.usual(partner, "chair"),
    )  # fmt: skip
    planned = open_meeting(
        store, partner_id=partner, day=date(2026, 3, 30), title=mark(partner, "planned"), month=LAST, window=1,
        definitions=catalog.digest, **pack.usual(partner, "chair"),
    )  # fmt: skip
    change_meeting(store, planned.id, note=mark(partner, "change-note"), window=3, **pack.usual(partner, "chair"))
    taken = [
        record_decision(
            store, text=mark(partner, f"decision{number}"), decided_by=mark(partner, "decider"), meeting_id=held.id,
            **pack.usual(partner, "chair"),
        )
        for number in (1, 2)
    ]  # fmt: skip
    withdraw_decision(store, taken[1].id, reason=mark(partner, "why-undecided"), **pack.usual(partner, "chair"))
    agreed = agree_action(
        store, text=mark(partner, "agreed"), owner=mark(partner, "agreed-owner"), side=PARTNER_SIDE,
        due_on=date(2026, 2, 1), meeting_id=held.id, **pack.usual(partner, "chair"),
    )  # fmt: skip
    open_action = agree_action(
        store, text=mark(partner, "agreed-open"), owner=mark(partner, "agreed-owner"), side=PARTNER_SIDE,
        due_on=date(2026, 2, 1), meeting_id=held.id, **pack.usual(partner, "chair"),
    )  # fmt: skip
    change_action(store, agreed.id, state=DONE, note=mark(partner, "done-note"), **pack.usual(partner, "chair"))
    edition, _ = issue(
        store, catalog, held.id, text=mark(partner, "minutes"), side=SPONSOR_SIDE, name=mark(partner, "issuer"),
        correction="", **pack.usual(partner, "secretary"),
    )  # fmt: skip
    sign_minutes(
        store, held.id, edition=edition.version, side=PARTNER_SIDE, name=mark(partner, "signer"), meaning=CONFIRM,
        **pack.usual(partner, "signer-actor"),
    )  # fmt: skip
    pack.note(partner, meeting=held.id, planned=planned.id, decision=taken[0].id, agreed=open_action.id)


def _policy(pack: Pack) -> None:
    """Everybody of PEOPLE for each partner, and one administrator."""
    for holder, role, side, partners in (
        (ADMINISTRATOR, "administrator", SPONSOR_SIDE, None),
        *((address(partner, name), *about, [partner]) for partner, name, about in _everybody()),
    ):
        who = partners[0] if partners else "sponsor"
        given = grant_access(
            pack.store, holder=holder, role=role, side=side, partners=partners, reason=mark(who, "why-granted"),
            actor=ADMINISTRATOR, now=pack.now(), scope=EVERYTHING,
        )  # fmt: skip
        pack.note(who, grant=str(given.version))


def _everybody() -> Iterator[tuple[str, str, tuple[str, str]]]:
    for partner in (OURS, THEIRS, QUIET):
        for name, about in PEOPLE.items():
            yield partner, name, about
