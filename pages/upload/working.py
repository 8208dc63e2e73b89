"""All files of an upload, each as far as it goes without a person: understood, checked, compared with the ledger.

A rerun happens at every click; a file must not be read again each time. What was worked out is kept per file until
something that it rests on changes: the bytes, what a person said, the months, the ledger version, the day, and the
files before it (a deviation may name a lot that comes in the same upload).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from kpi.desk.checking import Months, Outcome, check_part, what_is_known
from kpi.desk.understanding import Said, Stage, Understood, understand
from kpi.errors import KpiError
from kpi.intake.bundle import SUBMISSION_ORDER, in_submission_order, known_with
from kpi.intake.findings import rules_broken
from pages.shared import marts as cached
from pages.shared import measures
from pages.shared.session import UPLOAD_MADE, Session
from pages.shared.text import shortened
from pages.upload import memory
from pages.upload.files import Item

if TYPE_CHECKING:
    from kpi.intake.known import KnownRecords
    from kpi.intake.saved import SavedMapping

KEPT_OF_EACH = ("understood", "checked", "proposal", "proposal then")


@dataclass(frozen=True)
class Worked:
    """One file and how far it got. ``error``: why it could not be looked at beside the ledger.

    ``twin``: the name of a file of the same upload that says exactly the same and comes before it.
    """

    item: Item
    understood: Understood
    outcome: Outcome | None = None
    error: str = ""
    twin: str = ""

    @property
    def name(self) -> str:
        return self.item.part.name

    @property
    def to_submit(self) -> bool:
        return self.outcome is not None and self.outcome.to_submit and not self.twin


@dataclass(frozen=True)
class Beside:
    """What every file is read beside, and what that rests on."""

    version: int
    known: KnownRecords
    saved: tuple[SavedMapping, ...]
    made: tuple[SavedMapping, ...]


def beside(session: Session) -> Beside:
    """The register, lots and findings known, and the mappings saved, at the newest version."""
    from kpi.ledger.mappings import saved_mappings

    version = cached.latest_version(session.store)
    rests_on = (session.store, version, session.scope.key)
    known = memory.kept("known", rests_on, lambda: what_is_known(session.store, session.catalog, session.scope))
    saved = memory.kept("saved", rests_on, lambda: saved_mappings(session.store, scope=session.scope))
    return Beside(version, known, saved, tuple(st.session_state.get(UPLOAD_MADE, ())))


def work_through(
    session: Session, items: tuple[Item, ...], months: Months, dataset: str | None, asked_again: frozenset[str]
) -> tuple[Worked, ...]:
    """Every file in the order in which they would be submitted. ``dataset``: what a person chose for all of them.

    ``asked_again``: keys of files whose mapping a person wants to change; they are not checked.
    """
    around = beside(session)
    slot = st.empty()
    understood = [(item, _understood(item, dataset, around)) for item in items]
    ordered = in_submission_order(understood, lambda pair: pair[1].dataset or SUBMISSION_ORDER[-1])
    worked: list[Worked] = []
    known, before = around.known, tuple[object, ...]()
    for item, found in ordered:
        if found.stage is not Stage.READABLE or item.key in asked_again:
            worked.append(Worked(item, found))
            continue
        rests_on = (found.dataset, found.mapping, months, around.version, date.today(), before)
        done = _checked(session, slot, item, found, known, months, rests_on)
        done = replace(done, twin=next((one.name for one in worked if _same(one, done)), ""))
        worked.append(done)
        if done.outcome is not None and done.outcome.checked.accepted:
            known = known_with(known, [done.outcome.checked])
            before = (*before, (item.key, found.dataset, found.mapping))
    names = {f"{kind} {item.key}" for item in items for kind in KEPT_OF_EACH}
    memory.forget_others(names | {"known", "saved", "consequences"})
    return tuple(worked)


def _same(one: Worked, other: Worked) -> bool:
    """The same bytes, read in the same way: the ledger would take them once."""
    if one.outcome is None or other.outcome is None:
        return False
    first, second = one.outcome.checked, other.outcome.checked
    return (first.dataset, first.mapping_text) == (second.dataset, second.mapping_text) and (
        first.content == second.content
    )


def _understood(item: Item, dataset: str | None, around: Beside) -> Understood:
    said = _all_said(item, dataset)
    rests_on = (said, around.version, around.made)

    def make() -> Understood:
        made = understand(item.part, said, known=around.known, saved=around.saved, made=around.made)
        if made.stage is Stage.REFUSED and made.refusal is not None:
            measures.refused(rules_broken(made.refusal))
        return made

    return memory.kept(f"understood {item.key}", rests_on, make)


def _all_said(item: Item, dataset: str | None) -> Said:
    said = memory.said(item.key)
    return replace(said, dataset=said.dataset or dataset)


def _checked(
    session: Session,
    slot: Any,
    item: Item,
    found: Understood,
    known: KnownRecords,
    months: Months,
    rests_on: object,
) -> Worked:
    name = f"checked {item.key}"
    assert found.dataset is not None

    def make() -> Worked:
        with slot.status(f"Checking {shortened(item.part.name)}", expanded=True):
            bar = st.progress(0.0, text="Reading the file")

            def step(stage: str, share: float) -> None:
                bar.progress(min(1.0, max(0.0, share)), text=stage)

            try:
                outcome = check_part(
                    session.store,
                    item.part,
                    found.dataset or "",
                    found.mapping,
                    months,
                    known=known,
                    today=date.today(),
                    scope=session.scope,
                    progress=step,
                )
            except KpiError as error:
                return Worked(item, found, error=str(error))
        if not outcome.checked.accepted:
            measures.refused(rules_broken(outcome.checked.findings))
        slot.empty()
        return Worked(item, found, outcome)

    return memory.kept(name, rests_on, make)
