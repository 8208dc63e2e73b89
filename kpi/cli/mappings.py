"""Commands about mappings: propose one for a partner's file, keep it, list what is kept, forget it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.messages import say
from kpi.cli.options import DATASET_EPILOG, existing_file, format_option, new_file, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame, write_whole
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts import DATASET_NAMES
from kpi.present.wording import plural

if TYPE_CHECKING:
    from kpi.access import Scope
    from kpi.desk.understanding import Understood
    from kpi.intake.mapping import Mapping
    from kpi.intake.suggestion import Proposal, Question
    from kpi.intake.table import TextTable
    from kpi.ledger.store import Store

COLUMNS = ("partner_id", "dataset", "headers", "version", "at", "actor", "reason", "mapping")


@click.command(epilog=DATASET_EPILOG)
@click.argument("dataset_name", metavar="DATASET", type=click.Choice(DATASET_NAMES))
@click.argument("file", metavar="FILE", type=existing_file())
@click.option("--to", type=new_file(), metavar="FILE.toml", help="Default: to standard output.")
@click.option("--encoding", metavar="NAME", help="Of a text file that is not UTF-8, such as cp1252.")
@click.option("--delimiter", metavar="SIGN", help="Of a text file, where it is unclear.")
@click.option("--sheet", metavar="NAME", help="Of a workbook with several.")
@click.option("--header-row", type=click.IntRange(min=1), metavar="N", help="Where it is not the one found.")
@store_and_actor
@click.pass_context
def suggest(
    context: click.Context,
    dataset_name: str,
    file: Path,
    to: Path | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    header_row: int | None,
) -> None:
    """Propose a mapping for a partner's own file.

    What the file cannot decide is asked as a message, with the line to write into the mapping for each answer.
    """
    from kpi.intake.contracts import dataset
    from kpi.intake.mapping_data import Mapping
    from kpi.intake.saved import recognise
    from kpi.intake.suggestion import propose
    from kpi.intake.table import FileHints
    from kpi.ledger.mappings import saved_mappings
    from kpi.ledger.reads import known_records

    settings = settings_of(context)
    store = settings.open_store()
    hints = FileHints(delimiter, encoding, sheet, header_row)
    table = _read(file, dataset_name, hints)
    saved = saved_mappings(store, scope=settings.scope_for(Right.READ), dataset=dataset_name)
    proposal = propose(
        table,
        dataset(dataset_name),
        known=known_records(store, {}, scope=settings.scope_for(Right.READ)),
        past=[one.saved for one in recognise(table.cells.columns, dataset_name, saved)],
        base=Mapping(file=hints),
    )
    _tell(proposal)
    text = proposal.mapping.to_toml()
    if to is None:
        click.echo(text, nl=False)
        return
    if to.exists() and to.stat().st_size > 0:
        raise UsageError(f"{to} exists already. Name another file, or remove it first.")
    write_whole(to, text.encode("utf-8"))
    say(f"Wrote {to}.")


@click.command()
@click.option(
    "--as-of", metavar="VERSION|DATE", help="As they stood at a ledger version, or at the end of a day (UTC)."
)
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def mappings(context: click.Context, as_of: str | None, layout: str | None) -> None:
    """List the saved mappings; as CSV or JSON with the text of each."""
    import pandas as pd

    from kpi.ledger.mappings import saved_mappings

    settings = settings_of(context)
    found = saved_mappings(settings.open_store(), scope=settings.scope_for(Right.READ), as_of=as_of)
    rows = [
        (one.partner_id, one.dataset, len(one.headers), one.version, one.at, one.actor, one.reason, one.mapping_text)
        for one in found
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    write_frame(frame if layout in (CSV, JSON) else frame.drop(columns="mapping"), layout)


@click.command("save-mapping", epilog=DATASET_EPILOG)
@click.argument("dataset_name", metavar="DATASET", type=click.Choice(DATASET_NAMES))
@click.argument("mapping", metavar="FILE.toml", type=existing_file())
@click.option("--partner", "partner_id", metavar="ID", required=True, help="Whose; * for a file of several partners.")
@click.option(
    "--for", "sample", type=existing_file(), metavar="FILE", required=True, help="A file of theirs, for its headers."
)
@click.option("--reason", default="", help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def save_mapping(
    context: click.Context, dataset_name: str, mapping: Path, partner_id: str, sample: Path, reason: str
) -> None:
    """Keep a mapping, so that files with the same headers are read with it from now on."""
    from kpi.cli.submitting import read_mapping
    from kpi.ledger.mappings import save_mapping as save
    from kpi.ledger.reads import version_now

    settings = settings_of(context)
    chosen = read_mapping(mapping, dataset_name)
    headers = _read(sample, dataset_name, chosen.file).cells.columns
    store = settings.open_store()
    before = version_now(store)
    version = save(
        store,
        partner_id=partner_id,
        dataset=dataset_name,
        headers=headers,
        mapping=chosen,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.CHANGE_MAPPINGS),
    )
    if version <= before:
        say(f"This mapping is saved already, as ledger version {version}. Nothing was written.")
        return
    say(
        f"Saved for {partner_id} as ledger version {version}: files with these {plural(len(headers), 'header')} use it."
    )


@click.command("drop-mapping", epilog=DATASET_EPILOG)
@click.argument("dataset_name", metavar="DATASET", type=click.Choice(DATASET_NAMES))
@click.option("--partner", "partner_id", metavar="ID", required=True, help="Whose; * for a file of several partners.")
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def drop_mapping(context: click.Context, dataset_name: str, partner_id: str, reason: str) -> None:
    """Forget a saved mapping. Earlier ledger versions still show it."""
    from kpi.ledger.mappings import drop_mapping as drop

    settings = settings_of(context)
    version = drop(
        settings.open_store(),
        partner_id=partner_id,
        dataset=dataset_name,
        reason=reason,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.CHANGE_MAPPINGS),
    )
    say(f"The mapping of {dataset_name} saved for {partner_id} is dropped. The ledger is at version {version}.")


def saved_mapping_for(store: Store, dataset_name: str, file_name: str, content: bytes, scope: Scope) -> Mapping:
    """The one saved mapping with exactly the file's headers, said so; no mapping where there is none or several.

    A file that cannot be read is for the check to refuse.
    """
    from kpi.desk.understanding import Said, Source, Stage, understand
    from kpi.intake.bundle import Part
    from kpi.intake.known import KnownRecords
    from kpi.intake.mapping import NO_MAPPING
    from kpi.ledger.mappings import saved_mappings

    saved = saved_mappings(store, scope=scope, dataset=dataset_name)
    if not saved:
        return NO_MAPPING
    part = Part(file_name, file_name, content)
    found = understand(part, Said(dataset=dataset_name), known=KnownRecords.empty(), saved=saved)
    if found.stage is Stage.WHOSE:
        whose = ", ".join(one.saved.partner_id for one in found.candidates)
        say(f"Mappings of several partners have these headers: {whose}. None is used; name one with --mapping.")
    if found.say_again and found.recognised is not None and found.recognised.exact:
        say(f"{not_carried_over(found)}.")
    if found.source is not Source.SAVED or found.recognised is None:
        return NO_MAPPING
    one = found.recognised.saved
    whose = "several partners" if one.partner_id == "*" else one.partner_id
    say(f"Read with the mapping saved for {whose} on {one.at:%Y-%m-%d} by {one.actor} (ledger version {one.version}).")
    return found.mapping


def not_carried_over(found: Understood) -> str:
    """Why the saved mapping that a file's headers fit is not used by itself: it names days of the file before."""
    assert found.recognised is not None
    said = ", ".join(f"{name} = {value}" for name, value in found.say_again)
    return (
        f"The mapping saved for {found.recognised.saved.partner_id} says {said} for every row, which is not carried "
        "over to another file: say the days of this one under [constants] and give the mapping with --mapping"
    )


def _read(file: Path, dataset_name: str, hints: object) -> TextTable:
    """Raises InputRefused with every finding; for a text in another encoding also what its lines would say in each."""
    from kpi.cli.submitting import read_bytes, refused
    from kpi.intake.read import read_table
    from kpi.intake.refusal import FileRefused
    from kpi.intake.suggest_encodings import encoding_choices
    from kpi.intake.table import FileHints

    assert isinstance(hints, FileHints)
    content = read_bytes(file)
    try:
        return read_table(content, file.name, hints, preferred_sheet=dataset_name)
    except FileRefused as refusal:
        if "encoding_not_utf8" in refusal.findings.frame["code"].to_list():
            for choice in encoding_choices(content):
                say(f"--encoding {choice.name} ({choice.title}): {' | '.join(choice.sample[:2])}")
        raise InputRefused(refused(file.name, refusal.findings), refusal.findings) from refusal


def _tell(proposal: Proposal) -> None:
    for one in proposal.suggestions:
        if one.header is not None and not one.sure:
            others = f"; or: {', '.join(one.others)}" if one.others else ""
            say(f'Check: {one.column} = "{one.header}" ({one.why}{others}).')
    for note in proposal.notes:
        say(note)
    if proposal.unused:
        say(f"Not used: {', '.join(proposal.unused)}.")
    for question in proposal.questions:
        say(f"{question.text}")
        for value, label in question.choices:
            say(f"  {_line(question, value)}   # {label}")
    if proposal.questions:
        say(f"{plural(len(proposal.questions), 'question is', 'questions are')} open: add one of the lines for each.")


def _line(question: Question, value: str) -> str:
    """The table and the line of the mapping that says so."""
    from kpi.intake.mapping_data import toml_value as quoted
    from kpi.intake.number_signs import OTHER_SIGN

    if question.kind == "decimal sign":
        return f"[file] decimal = {quoted(value)}, thousands = {quoted(OTHER_SIGN[value])}"
    if question.kind == "date order":
        if question.column:
            return f"[dates] {question.column} = {quoted(value)}"
        return f"[file] date_format = {quoted(value)}"
    if question.kind == "value":
        return f"[values.{question.column}] {quoted(question.examples[0])} = {quoted(value)}"
    table = "columns" if question.kind == "column" else "constants"
    return f"[{table}] {question.column} = {quoted(value)}"
