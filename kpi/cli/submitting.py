"""The command that takes a partner's file in: read it, check it, append it, or say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Scope, right_to_submit
from kpi.cli.mappings import saved_mapping_for
from kpi.cli.messages import NOTHING_WRITTEN, progress_bar, say, show_findings, tally
from kpi.cli.options import (
    DATASET_EPILOG,
    MonthRange,
    Settings,
    existing_file,
    format_option,
    new_file,
    settings_of,
    store_and_actor,
)
from kpi.cli.tables import CSV, JSON, TABLE, write_frame, write_whole
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts import DATASET_NAMES
from kpi.present.wording import plural

if TYPE_CHECKING:
    import pandas as pd

    from kpi.intake.findings import Findings
    from kpi.intake.mapping import Mapping
    from kpi.intake.validate import Checked
    from kpi.ledger.store import Store
    from kpi.ledger.submissions import Receipt


@dataclass(frozen=True)
class Request:
    """What the person asked for, apart from the file itself."""

    months: tuple[date, date]
    reason: str
    actor: str
    accept_warnings: bool
    scope: Scope


@click.command(epilog=DATASET_EPILOG)
@click.argument("dataset_name", metavar="DATASET", type=click.Choice(DATASET_NAMES))
@click.argument("file", metavar="FILE", type=existing_file())
@click.option(
    "--month",
    "months",
    type=MonthRange(),
    required=True,
    help="The month that the file covers; a range is a history load. Records of earlier months are always allowed.",
)
@click.option("--mapping", type=existing_file(), metavar="FILE.toml", help="Turns the partner's own columns into ours.")
@click.option("--reason", default="", help="Why, for instance of a correction; it is kept for good.")
@click.option("--accept-warnings", is_flag=True, help="Go on although there are warnings; they are recorded.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print which indicators would change, before and after.")
@format_option(TABLE, CSV, JSON, about="How the table of --dry-run is written.")
@click.option(
    "--report", type=new_file(), metavar="FILE.xlsx", help="Write a copy of the file with every finding in it."
)
@store_and_actor
@click.pass_context
def submit(
    context: click.Context,
    dataset_name: str,
    file: Path,
    months: tuple[date, date],
    mapping: Path | None,
    reason: str,
    accept_warnings: bool,
    dry_run: bool,
    layout: str | None,
    report: Path | None,
) -> None:
    """Check a partner's file and append it to the ledger.

    All of it is appended, or nothing: then every finding is printed.
    """
    settings = settings_of(context)
    scope = settings.scope_for(right_to_submit(dataset_name))
    request = Request(months, reason, settings.actor, accept_warnings, scope)
    refuse_own_file(report, file, mapping)
    chosen = read_mapping(mapping, dataset_name)
    with store_for(settings, dry_run) as store:
        if mapping is None:
            chosen = saved_mapping_for(store, dataset_name, file.name, read_bytes(file), request.scope)
        checked = beside_the_past(store, check(store, dataset_name, file, chosen, request.scope), request)
        if report is not None:
            write_report(checked, report)
        if checked.reading is not None:
            say(checked.reading.sentence())
        refuse_errors(checked)
        if dry_run:
            write_frame(rehearse(store, checked, request), layout)
            say_whether_it_would_wait(store, checked, request)
            say(NOTHING_WRITTEN)
        else:
            tell_receipt(append(store, checked, request), checked)


def refuse_own_file(report: Path | None, *read: Path | None) -> None:
    """Raises UsageError where the report would overwrite a file that is read."""
    if report is None:
        return
    if report.suffix.lower() != ".xlsx":
        raise UsageError(f"The report is a workbook. Name {report.stem}.xlsx.")
    if any(path is not None and report.resolve() == path.resolve() for path in read):
        raise UsageError(f"{report} is the file being read. Name another file for the report.")


def read_mapping(path: Path | None, dataset_name: str) -> Mapping:
    """Raises InputRefused with a line per mistake in the mapping."""
    from kpi.intake.contracts import dataset
    from kpi.intake.mapping import NO_MAPPING, parse_mapping

    if path is None:
        return NO_MAPPING
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text. Save the mapping as UTF-8.") from error
    return parse_mapping(text, dataset(dataset_name), path.name)


def store_for(settings: Settings, dry_run: bool) -> AbstractContextManager[Store]:
    """The store itself; for a dry run on a store that does not exist an empty one in memory, so none is created."""
    from kpi.ledger.partial import empty_in_memory

    if dry_run and not settings.store_exists():
        return empty_in_memory()
    return nullcontext(settings.open_store())


def check(store: Store, dataset_name: str, file: Path, mapping: Mapping, scope: Scope) -> Checked:
    from kpi.catalog import load_catalog
    from kpi.desk.checking import what_is_known
    from kpi.intake.validate import check_file

    known = what_is_known(store, load_catalog(), scope, [dataset_name])
    with progress_bar(f"Checking {file.name}") as step:
        return check_file(
            dataset_name,
            read_bytes(file),
            file.name,
            known=known,
            today=date.today(),
            mapping=mapping,
            progress=step,
        )


def beside_the_past(store: Store, checked: Checked, request: Request) -> Checked:
    """With what earlier files of the partner make of it."""
    from kpi.ledger.past import with_history

    return with_history(store, checked, month_from=request.months[0], month_to=request.months[1], scope=request.scope)


def read_bytes(file: Path) -> bytes:
    """Raises InputRefused for a file that is too large, before reading it."""
    from kpi.intake.read import check_size
    from kpi.intake.refusal import FileRefused

    try:
        check_size(file.stat().st_size, file.name)
        return file.read_bytes()
    except FileRefused as refusal:
        raise InputRefused(refused(file.name, refusal.findings), refusal.findings) from refusal
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def write_report(checked: Checked, path: Path) -> None:
    from kpi.intake.report import annotated_workbook

    write_whole(path, annotated_workbook(checked))
    say(f"Wrote {path}.")


def refuse_errors(checked: Checked) -> None:
    if not checked.accepted:
        raise InputRefused(refused(checked.file_name, checked.findings), checked.findings)


def refused(file_name: str, findings: Findings) -> str:
    return f"{file_name} was refused: {tally(findings)}. {NOTHING_WRITTEN}"


def append(store: Store, checked: Checked, request: Request) -> Receipt:
    from kpi.ledger.submissions import submit as submit_to_ledger

    with option_named(request), progress_bar(f"Appending {checked.file_name}") as step:
        return submit_to_ledger(
            store,
            checked,
            month_from=request.months[0],
            month_to=request.months[1],
            actor=request.actor,
            reason=request.reason,
            now=datetime.now(UTC),
            accept_warnings=request.accept_warnings,
            scope=request.scope,
            progress=step,
        )


@contextmanager
def option_named(request: Request) -> Iterator[None]:
    """A refusal for warnings says which option accepts them."""
    try:
        yield
    except InputRefused as error:
        if error.findings is None or request.accept_warnings:
            raise
        raise InputRefused(f"{error} To accept them: --accept-warnings.", error.findings) from error


def rehearse(store: Store, checked: Checked, request: Request) -> pd.DataFrame:
    """Tell what the file would become and which escalations would open or close; the figures that would change."""
    from kpi.catalog import load_catalog
    from kpi.ledger.requirements import require_consent
    from kpi.ledger.submissions import ACCEPTED
    from kpi.rehearsal.consequences import Planned, consequences_of_submitting

    with progress_bar(f"Trying {checked.file_name}") as step:
        found = consequences_of_submitting(
            store,
            load_catalog(),
            [Planned(checked, *request.months)],
            actor=request.actor,
            reason=request.reason,
            now=datetime.now(UTC),
            scope=request.scope,
            progress=step,
        )
    for receipt in found.receipts:
        if receipt.status == ACCEPTED:
            with option_named(request):
                require_consent(checked, request.accept_warnings)
        tell_receipt(receipt, checked, would=True)
    say(f"{plural(len(found.figures), 'figure')} would change.")
    opens, closes = (
        [f"Would open: {told}" for told in found.opens],
        [f"Would close: {told}" for told in found.closes],
    )
    say("\n".join([*opens, *closes]) or "No escalation would open or close.")
    return found.figures


def waits(version: int, file_name: str) -> str:
    """That a file was offered, for whom it waits, and how it is taken back."""
    from kpi.present.offers import who_accepts

    return (
        f"{file_name} waits for acceptance by somebody else: {who_accepts()}. It is in no figure until then. Ledger "
        f"version {version}; to take it back: python -m kpi take-back {version}."
    )


def say_whether_it_would_wait(store: Store, checked: Checked, request: Request) -> None:
    """For a dry run, which tells what would change once the file is accepted."""
    from kpi.ledger.four_eyes import four_eyes

    if four_eyes(store, scope=request.scope).holds(checked.partners):
        say("It would wait for acceptance by somebody else first.")


def tell_receipt(receipt: Receipt, checked: Checked, would: bool = False) -> None:
    """What became of the file, after whatever is to be told about it."""
    from kpi.ledger.submissions import ALREADY_THERE, ALREADY_WAITING, WAITING

    show_findings(checked.findings)
    if receipt.status == ALREADY_WAITING:
        say(
            f"{checked.file_name} waits for acceptance already, as the offer of version {receipt.version}. "
            f"{NOTHING_WRITTEN}"
        )
        return
    if receipt.status == WAITING:
        say(waits(receipt.version, checked.file_name))
        return
    if receipt.status == ALREADY_THERE:
        say(f"{checked.file_name} is already there as {receipt.submission_id}, byte for byte. {NOTHING_WRITTEN}")
        return
    verdict = (
        "would be accepted" if would else f"is accepted as {receipt.submission_id}, ledger version {receipt.version}"
    )
    say(
        f"{checked.file_name} {verdict}: {plural(receipt.new, 'new record')}, "
        f"{receipt.changed:,} changed, {receipt.unchanged:,} unchanged."
    )
