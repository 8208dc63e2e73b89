"""The command that takes many files in at once: archives, workbooks of several sheets, each to its own dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kpi.access import Person, Right, Scope, right_to_submit
from kpi.cli.messages import NOTHING_WRITTEN, progress_bar, say, show_findings
from kpi.cli.options import (
    DATASET_EPILOG,
    ExistingFile,
    MonthRange,
    Settings,
    format_option,
    settings_of,
    store_and_actor,
)
from kpi.cli.submitting import Request, append, beside_the_past, read_bytes, store_for
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.errors import InputRefused
from kpi.intake.contracts import DATASET_NAMES
from kpi.present.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from kpi.intake.bundle import Part
    from kpi.intake.findings import Findings
    from kpi.intake.known import KnownRecords
    from kpi.intake.mapping import Mapping
    from kpi.intake.saved import SavedMapping
    from kpi.intake.validate import Checked
    from kpi.ledger.store import Store

REFUSED, ACCEPTED, WOULD_BE, WOULD_WAIT = "refused", "accepted", "would be accepted", "would wait for acceptance"


@dataclass
class Outcome:
    """What became of one part. ``dataset`` is "" while nobody knows; ``facts`` are columns of the table."""

    part: Part
    dataset: str = ""
    status: str = ""
    why: str = ""
    findings: Findings | None = None
    mapping: Mapping | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def refuse(self, why: str, findings: Findings | None = None) -> None:
        self.status, self.why = REFUSED, why
        self.findings = findings if findings is not None else self.findings


class DatasetFile(click.ParamType):
    """``FILE``, or ``dataset=FILE`` where the person says what it is: a pair of the dataset ("" for none) and path."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        said, sign, path = str(value).partition("=")
        stated = said if sign and said in DATASET_NAMES and not Path(str(value)).exists() else ""
        file = ExistingFile(exists=True, dir_okay=False, readable=True, path_type=Path)
        return stated, file.convert(path if stated else value, param, ctx)


@click.command("submit-all", epilog=f"{DATASET_EPILOG} Write DATASET=FILE to say what a file is.")
@click.argument("files", metavar="[DATASET=]FILE...", type=DatasetFile(), nargs=-1, required=True)
@click.option("--month", "months", type=MonthRange(), required=True, help="The month that all of the files cover.")
@click.option("--reason", default="", help="Why, for instance of a correction; it is kept for good.")
@click.option("--accept-warnings", is_flag=True, help="Go on although there are warnings; they are recorded.")
@click.option("--dry-run", is_flag=True, help="Write nothing; tell what would become of each file.")
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def submit_all(
    context: click.Context,
    files: tuple[tuple[str, Path], ...],
    months: tuple[date, date],
    reason: str,
    accept_warnings: bool,
    dry_run: bool,
    layout: str | None,
) -> None:
    """Check many files and append each one to the ledger that has no errors.

    ZIP archives are unpacked, and workbooks of several sheets are taken sheet by sheet. Each file is appended whole or
    not at all; one that is refused does not hold up the others.
    """
    settings = settings_of(context)
    person, scope = settings.person, settings.scope_for(Right.UPLOAD)
    request = Request(months, reason, settings.actor, accept_warnings, scope)
    outcomes = read_all(files)
    with written_to(settings, dry_run) as store:
        submit_each(store, outcomes, request, person, dry_run)
    for outcome in outcomes:
        for note in outcome.part.notes:
            say(f"{outcome.part.name}: {note}")
        if outcome.findings is not None:
            show_findings(outcome.findings)
    write_frame(as_table(outcomes), layout)
    if dry_run:
        say(NOTHING_WRITTEN)
    refuse_if_any_was(outcomes, dry_run)


@contextmanager
def written_to(settings: Settings, dry_run: bool) -> Iterator[Store]:
    """The store; for a dry run a ledger in memory with the same records, in which every file is really submitted."""
    from kpi.ledger.partial import copied_in_memory

    with store_for(settings, dry_run) as store:
        if dry_run and settings.store_exists():
            with copied_in_memory(store, settings.scope_for(Right.UPLOAD)) as copy:
                yield copy
        else:
            yield store


def read_all(files: Sequence[tuple[str, Path]]) -> list[Outcome]:
    """Every part of every file; one that is too large to be read is refused like any other."""
    from kpi.intake.bundle import Part, unpack

    outcomes = []
    for stated, path in files:
        try:
            content = read_bytes(path)
        except InputRefused as refused:
            outcomes.append(Outcome(Part(path.name, path.name, b"", refused=refused.findings), stated))
            continue
        outcomes += [Outcome(part, stated) for part in unpack([(path.name, content)])]
    return outcomes


def submit_each(store: Store, outcomes: list[Outcome], request: Request, person: Person, dry_run: bool) -> None:
    """In the order in which references resolve: what an accepted file brings is known to those after it."""
    from kpi.catalog import load_catalog
    from kpi.desk.checking import what_is_known
    from kpi.intake.bundle import in_submission_order, known_with
    from kpi.ledger.submissions import WAITING

    stated = {outcome.dataset for outcome in outcomes}
    datasets = None if "" in stated else stated  # to recognise a file takes everything
    known = what_is_known(store, load_catalog(), request.scope, datasets)
    saved = saved_now(store, request.scope)
    for outcome in outcomes:
        settle_dataset(outcome, known, saved)
    waiting = in_submission_order([o for o in outcomes if o.status != REFUSED], lambda outcome: outcome.dataset)
    with progress_bar("Submitting") as step:
        for place, outcome in enumerate(waiting):
            step(outcome.part.name, place / len(waiting))
            checked = beside_the_past(store, checked_part(outcome, known), request)
            outcome.findings = checked.findings
            if not checked.accepted:
                outcome.refuse(f"{plural(checked.findings.errors, 'error')}")
                continue
            try:
                allowed = person.scope(right_to_submit(outcome.dataset))
                receipt = append(store, checked, replace(request, scope=allowed))
            except InputRefused as refused:
                outcome.refuse(str(refused))
                continue
            known = known_with(known, [checked])
            outcome.status = {"accepted": WOULD_BE if dry_run else ACCEPTED}.get(receipt.status, receipt.status)
            if receipt.status == WAITING:
                outcome.status = WOULD_WAIT if dry_run else WAITING
                outcome.why = outcome.why if dry_run else f"offered in version {receipt.version}; {outcome.why}"
            outcome.facts = {
                "submission_id": "" if dry_run and outcome.status == WOULD_BE else receipt.submission_id,
                "new": receipt.new,
                "changed": receipt.changed,
                "unchanged": receipt.unchanged,
            }


def settle_dataset(outcome: Outcome, known: KnownRecords, saved: Sequence[SavedMapping]) -> None:
    """Refuses a part that cannot be read, or of which nothing says beyond doubt what it is or whose."""
    from kpi.cli.mappings import not_carried_over
    from kpi.desk.understanding import Said, Stage, understand

    found = understand(outcome.part, Said(dataset=outcome.dataset or None), known=known, saved=saved)
    if found.refusal is not None or found.recognition is None:
        outcome.refuse("cannot be read", found.refusal)
        return
    stated, seen = outcome.dataset, found.recognition
    outcome.dataset, outcome.mapping = stated or seen.dataset or "", found.mapping
    outcome.why = "as you said" if stated else seen.why
    if found.stage is Stage.WHOSE:
        whose = ", ".join(one.saved.partner_id for one in found.candidates)
        outcome.refuse(f"mappings of several partners have these headers: {whose}; submit it alone with --mapping")
    elif found.say_again and found.recognised is not None and found.recognised.exact:
        outcome.refuse(f"{not_carried_over(found)}, alone")
    elif not stated and not seen.sure:
        perhaps = seen.dataset or (seen.others[0] if seen.others else "DATASET")
        outcome.refuse(f"not clear which dataset it is: {seen.why}; say it: {perhaps}=FILE")


def saved_now(store: Store, scope: Scope) -> Sequence[SavedMapping]:
    """The mappings saved for partners within ``scope``."""
    from kpi.ledger.mappings import saved_mappings

    return saved_mappings(store, scope=scope)


def checked_part(outcome: Outcome, known: KnownRecords) -> Checked:
    from kpi.intake.mapping import NO_MAPPING
    from kpi.intake.validate import check_file

    part, mapping = outcome.part, outcome.mapping or NO_MAPPING
    return check_file(outcome.dataset, part.content, part.file_name, known=known, today=date.today(), mapping=mapping)


def as_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    import pandas as pd

    from kpi.intake.visible import visible

    rows = [
        {
            "file": visible(outcome.part.name),
            "dataset": outcome.dataset,
            "outcome": outcome.status,
            "submission_id": outcome.facts.get("submission_id", ""),
            "new": outcome.facts.get("new"),
            "changed": outcome.facts.get("changed"),
            "unchanged": outcome.facts.get("unchanged"),
            "why": outcome.why,
        }
        for outcome in outcomes
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(("new", "changed", "unchanged"), "Int64"))


def refuse_if_any_was(outcomes: Sequence[Outcome], dry_run: bool) -> None:
    """Raises InputRefused, naming those refused and saying what became of the others."""
    refused = [outcome.part.name for outcome in outcomes if outcome.status == REFUSED]
    if not refused:
        return
    others = len(outcomes) - len(refused)
    became = "would be" if dry_run else "was" if others == 1 else "were"
    waiting = ", offered" if any("wait" in outcome.status for outcome in outcomes) else ""
    rest = f"{plural(others, 'other')} {became} accepted{waiting} or already there."
    names = "; ".join(refused)
    raise InputRefused(
        f"{len(refused)} of {plural(len(outcomes), 'file')} refused: {names}. " + (rest if others else NOTHING_WRITTEN)
    )
