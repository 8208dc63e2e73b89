"""The commands that write what others open: the pack of a business review as deck, workbook, PDF, or many in a zip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi.access import Right
from kpi.cli.messages import progress_bar, say
from kpi.cli.options import Month, Settings, existing_file, new_file, settings_of, store_and_actor
from kpi.cli.tables import write_whole
from kpi.errors import InputRefused, UsageError
from kpi.present.wording import joined, plural
from kpi.qbr.choices import WINDOWS
from kpi.qbr.files import DECK, KINDS

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices
    from kpi.qbr.choices_file import SavedChoices
    from kpi.qbr.source import Source

ZIP = "zip"
NAMES = {"pptx": "deck", "xlsx": "workbook", "pdf": "PDF"}


@click.group()
def export() -> None:
    """Write what is handed on: packs for business reviews."""


@dataclass(frozen=True)
class Asked:
    """What the person typed; None and empty for what was left out. ``kinds`` of files within a zip."""

    partners: tuple[str, ...]
    everybody: bool
    month: date | None
    window: int | None
    as_of: str | None
    meeting: str
    kinds: tuple[str, ...]
    to: Path
    saved: SavedChoices
    template: bytes | None


@export.command()
@click.option("--partner", "partners", metavar="ID", multiple=True, help="Whose; several times for several in a zip.")
@click.option("--all", "everybody", is_flag=True, help="Every partner that has figures or is registered, in a zip.")
@click.option("--month", type=Month(), help="The last month that the figures count.")
@click.option(
    "--to",
    type=new_file(),
    metavar="FILE",
    required=True,
    help="Write here, FILE.pptx, FILE.xlsx or FILE.pdf; FILE.zip for several files. One that exists is replaced.",
)
@click.option(
    "--format",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="What a zip holds for each partner; several times for several. Default: all.",
)
@click.option(
    "--window",
    type=click.Choice([str(window) for window in WINDOWS]),
    help=f"How many months the figures count. Default: {WINDOWS[0]}.",
)
@click.option("--as-of", metavar="VERSION|DATE", help="From the ledger as of a version or date. Default: now.")
@click.option(
    "--meeting",
    metavar="MEETING",
    default="",
    help="From what this meeting froze: its version, day and partner; its month and window unless others are named.",
)
@click.option(
    "--choices", "choices_file", type=existing_file(), metavar="FILE.toml", help="Pages, order, comments; title."
)
@click.option("--template", type=existing_file(), metavar="FILE.pptx", help="A company's own, for decks.")
@store_and_actor
@click.pass_context
def qbr(
    context: click.Context,
    partners: tuple[str, ...],
    everybody: bool,
    month: date | None,
    to: Path,
    kinds: tuple[str, ...],
    window: str | None,
    as_of: str | None,
    meeting: str,
    choices_file: Path | None,
    template: Path | None,
) -> None:
    """Write the pack of a quarterly business review.

    The same ledger version, choices and template give the same bytes. Of many partners in a zip, one whose pack cannot
    be made is named in its README.txt and does not hold up the others; the exit code is 1 then.
    """
    from kpi.qbr.choices_file import SavedChoices, read_choices

    saved = read_choices(_text(choices_file), choices_file.name) if choices_file else SavedChoices()
    asked = Asked(
        tuple(dict.fromkeys(partners)),
        everybody,
        month,
        int(window) if window else None,
        as_of,
        meeting,
        kinds,
        to,
        saved,
        _bytes(template) if template else None,
    )
    kinds_wanted = _kinds(asked)
    source, wanted = _wanted(settings_of(context), asked)
    if to.suffix.lower() == f".{ZIP}":
        _write_many(source, wanted, kinds_wanted, asked)
    else:
        _write_one(source, wanted[0], kinds_wanted[0], asked)


def _kinds(asked: Asked) -> tuple[str, ...]:
    """The kinds of files that ``--to`` and ``--format`` ask for. Raises UsageError where they make no sense."""
    suffix = asked.to.suffix.lower().removeprefix(".")
    if suffix not in (*KINDS, ZIP):
        allowed = joined([f".{kind}" for kind in (*KINDS, ZIP)], 9)
        raise UsageError(f"{asked.to.name} does not say what to write. Allowed: {allowed}.")
    if asked.everybody and asked.partners:
        raise UsageError("--all and --partner contradict each other. Leave out one of them.")
    if suffix != ZIP and (asked.everybody or len(asked.partners) > 1):
        raise UsageError(f"{asked.to.name} holds the pack of one partner. Write several into a zip: --to FILE.zip.")
    if suffix != ZIP and asked.kinds:
        raise UsageError(f"--format says what a zip holds; the name of {asked.to.name} says it already. Leave it out.")
    kinds = (asked.kinds or KINDS) if suffix == ZIP else (suffix,)
    if asked.template is not None and DECK not in kinds:
        raise UsageError("--template is for decks, and no deck is asked for. Leave it out, or ask for pptx.")
    return kinds


def _wanted(settings: Settings, asked: Asked) -> tuple[Source, list[Choices]]:
    """The source, and the choices of each pack. Raises UsageError where something is missing or contradicts itself."""
    if asked.meeting:
        return _of_meeting(settings, asked)
    if not asked.everybody and not asked.partners and not asked.saved.partner_id:
        raise UsageError("Whose pack? Name a partner: --partner ID, several of them, or --all.")
    if asked.month is None and asked.saved.month is None:
        raise UsageError("Of which month? Name the last one that the figures count: --month YYYY-MM.")
    named = asked.partners or (asked.saved.partner_id,)
    found = [] if asked.everybody else [_choices(asked, partner) for partner in named]

    from kpi.catalog import load_catalog
    from kpi.marts.select import require_known
    from kpi.qbr.gather import load_source, partners_of

    today = datetime.now(UTC).date()
    scope = settings.scope_for(Right.EXPORT)
    source = load_source(settings.open_store(), load_catalog(), as_of=asked.as_of, today=today, scope=scope)
    known = partners_of(source)
    require_known("partner", [choices.partner_id for choices in found], known)
    if asked.everybody:
        if not known:
            raise UsageError("The ledger holds no partner yet, so there is nothing to make packs of.")
        found = [_choices(asked, partner) for partner in known]
    return source, found


def _of_meeting(settings: Settings, asked: Asked) -> tuple[Source, list[Choices]]:
    if asked.everybody or len(asked.partners) > 1 or asked.as_of is not None:
        raise UsageError(
            "--meeting stands for one partner and one ledger version. Leave out --all, --as-of and others."
        )

    from kpi.catalog import load_catalog
    from kpi.ledger.meetings import meeting as read_meeting
    from kpi.meeting.composing import source_of_meeting

    store = settings.open_store()
    found = read_meeting(store, asked.meeting, scope=settings.scope_for(Right.EXPORT))
    if asked.partners and asked.partners[0] != found.partner_id:
        raise UsageError(f"{found.id} is a meeting with {found.partner_id}, not {asked.partners[0]}.")
    catalog = load_catalog()
    if catalog.digest != found.definitions:
        say(f"The definitions have changed since {found.id} was frozen: they were {found.definitions} then.")
    choices = asked.saved.choices(
        partner_id=found.partner_id,
        month=asked.month or asked.saved.month or found.month,
        window=asked.window or asked.saved.window or found.window,
    )
    return source_of_meeting(store, catalog, found, scope=settings.scope_for(Right.EXPORT)), [choices]


def _choices(asked: Asked, partner_id: str) -> Choices:
    return asked.saved.choices(partner_id=partner_id, month=asked.month, window=asked.window)


def _write_one(source: Source, choices: Choices, kind: str, asked: Asked) -> None:
    from kpi.qbr.files import comments_left_out, write_pack
    from kpi.qbr.gather import pack_of

    with progress_bar("Making the pack") as step:
        step("gathering the figures", 0.0)
        pack = pack_of(source, choices)
        step(f"writing the {NAMES[kind]}", 0.5)
        content = write_pack(source, pack, kind, asked.template)
        step("done", 1.0)
    write_whole(asked.to, content)
    _say_left_out(pack.partner, comments_left_out(pack, choices))
    say(f"Wrote {asked.to}: {pack.partner}, {pack.period}. {pack.provenance.version_line}.")


def _write_many(source: Source, wanted: list[Choices], kinds: Sequence[str], asked: Asked) -> None:
    from kpi.qbr.batch import write_batch

    with progress_bar("Making packs") as step:
        batch = write_batch(
            source,
            wanted,
            kinds,
            asked.to,
            template=asked.template,
            progress=lambda done, of, partner: step(partner, done / of),
        )
    for one in batch.made:
        if not one.files:
            say(f"{one.partner}: {one.why}")
        _say_left_out(one.partner, one.comments_left_out)
    good = len(batch.made) - len(batch.failed)
    files = sum(len(one.files) for one in batch.made)
    said = f"{plural(good, 'partner')}, {plural(files, 'file')}. {source.provenance.version_line}."
    if batch.failed:
        raise InputRefused(f"{plural(len(batch.failed), 'pack')} could not be made. Wrote {asked.to}: {said}")
    say(f"Wrote {asked.to}: {said}")


def _say_left_out(partner: str, keys: Sequence[str]) -> None:
    if keys:
        say(f"{partner}: the pack has no page {joined(list(keys), 6)}, so the comment on it is left out.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"{path.name}: this is not UTF-8 text. Save it as UTF-8 and try again.") from error
