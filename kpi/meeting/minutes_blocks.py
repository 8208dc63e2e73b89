"""Minutes as headings, paragraphs and tables: what document and PDF say alike, each in its own looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi.ledger.meeting_model import Signature
from kpi.ledger.meeting_names import CONFIRM, OBJECT, OBJECTED, READ
from kpi.meeting.minutes import DRAFT, Minutes, MinutesItem
from kpi.present.escalations import STATE_LOOKS
from kpi.present.wording import NO_VALUE, Look, day_name, look_of
from kpi.qbr.pack import ActionRow, Figure

PLAIN, MUTED, WARNING, GOOD = "plain", "muted", "warning", "good"
OVERDUE = next(look for look in STATE_LOOKS if look.state == "overdue")
OTHER = {"sponsor": "partner", "partner": "sponsor"}


@dataclass(frozen=True)
class Heading:
    text: str
    level: int  # 1 for a chapter, 2 within one


@dataclass(frozen=True)
class Paragraph:
    """``text`` may have lines; ``kind``: plain, muted, warning or good."""

    text: str
    kind: str = PLAIN


@dataclass(frozen=True)
class Mark:
    """A cell that says a state by shape, colour and word."""

    look: Look
    word: str


Cell = str | Mark


@dataclass(frozen=True)
class Table:
    """``about``: what the table holds, for those who cannot see it; ``widths`` in mm add up to those of the page."""

    about: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Heading | Paragraph | Table
WIDTH = 174  # mm between the margins of an A4 page


def facts_of(minutes: Minutes) -> tuple[tuple[str, str], ...]:
    """(name, value) of what stands under the title."""
    facts = [
        ("Partner", minutes.partner),
        ("Meeting", f"{minutes.meeting_id}, {day_name(minutes.day)}"),
        ("Period", minutes.period),
        ("Figures", f"{minutes.provenance.version_line}, judged on {day_name(minutes.provenance.day)}"),
        ("Edition", edition_of(minutes)),
    ]
    if minutes.correction:
        facts.append(("Corrects", minutes.correction))
    return tuple(facts)


def edition_of(minutes: Minutes) -> str:
    if minutes.state == DRAFT or minutes.issued_at is None:
        return f"Draft as at ledger version {minutes.up_to}, not issued"
    return f"{minutes.edition}, issued by {minutes.issued_by} ({minutes.side}) on {moment_name(minutes.issued_at)}"


def moment_name(moment: datetime) -> str:
    """ "3 December 2026, 14:02 UTC"."""
    return f"{day_name(moment)}, {moment:%H:%M} UTC"


def standing(minutes: Minutes) -> tuple[Paragraph, ...]:
    """How far the minutes are agreed, plainly; what a reader must know before anything else."""
    said = []
    if minutes.replaced_by is not None:
        said.append(Paragraph(f"Replaced by edition {minutes.replaced_by}: this one no longer counts.", WARNING))
    if not minutes.as_issued:
        said.append(
            Paragraph(
                "Put together again, the content has another digest than the one issued and signed: the definitions or "
                "the release of the dashboard are others.",
                WARNING,
            )
        )
    if minutes.state == DRAFT:
        said.append(Paragraph("Draft: not issued, not signed.", WARNING))
    elif minutes.state == OBJECTED:
        who = ", ".join(f"{one.name} ({one.side})" for one in _last_words(minutes) if one.meaning == OBJECT)
        said.append(Paragraph(f"Objected to by {who}.", WARNING))
    elif not _confirmations(minutes):
        said.append(Paragraph(f"Not yet confirmed by {_other_side(minutes)}.", WARNING))
    else:
        who = ", ".join(f"{one.name} on {moment_name(one.at)}" for one in _confirmations(minutes))
        said.append(Paragraph(f"Confirmed by {_other_side(minutes)}: {who}.", GOOD))
    return tuple(said)


def _other_side(minutes: Minutes) -> str:
    return minutes.partner if OTHER.get(minutes.side) == "partner" else "the sponsor"


def _confirmations(minutes: Minutes) -> list[Signature]:
    other = OTHER.get(minutes.side)
    return [one for one in _last_words(minutes) if one.meaning == CONFIRM and one.side == other]


def _last_words(minutes: Minutes) -> list[Signature]:
    """Of each person's yes and no the last one, which counts; as the state of an edition is read."""
    return list({(one.side, one.name.casefold()): one for one in minutes.signatures if one.meaning != READ}.values())


def blocks_of(minutes: Minutes) -> tuple[Block, ...]:
    """Everything after title, facts and standing, in order."""
    return (
        Heading("Participants", 1),
        *_participants(minutes),
        Heading("Agenda", 1),
        *_agenda(minutes.agenda),
        Heading("Figures that the meeting looked at", 1),
        *_figures(minutes),
        *((Heading("Minutes", 1), Paragraph(minutes.text)) if minutes.text else ()),
        Heading("Decisions", 1),
        *_decisions(minutes),
        Heading("Actions agreed", 1),
        *_actions("Actions agreed in this meeting", minutes.actions, "No action was agreed."),
        Heading("Earlier actions still open", 1),
        *_actions("Actions agreed before", minutes.earlier_actions, "No earlier action was open."),
        *((Paragraph(minutes.closed_on_time),) if minutes.closed_on_time else ()),
        Heading("Signatures", 1),
        *_signatures(minutes),
    )


def _participants(minutes: Minutes) -> Iterator[Block]:
    if not minutes.participants:
        yield Paragraph("Nobody is recorded.", MUTED)
        return
    rows = [
        (one.name, one.role or NO_VALUE, minutes.partner if side == "partner" else "Sponsor")
        for side in ("sponsor", "partner")
        for one in minutes.of_side(side)
    ]
    yield _table("Who took part", ("Name", "Role", "For"), (58, 58, 58), rows)


def _agenda(items: Sequence[MinutesItem]) -> Iterator[Block]:
    if not items:
        yield Paragraph("No agenda was set.", MUTED)
    for item in items:
        yield Heading(f"{item.number}. {item.title}", 2)
        # a title often says most of what the item is about
        about = "" if item.about in item.title else item.about.replace(f", {item.title}", "")
        background = ". ".join(part.rstrip(".") for part in (about, item.why) if part)
        if background:
            yield Paragraph(f"{background}.", MUTED)
        if item.note:
            yield Paragraph(item.note)


def _figures(minutes: Minutes) -> Iterator[Block]:
    yield Paragraph(minutes.figures_summary)
    if minutes.figures:
        heads = ("Indicator", "Value", "n", "95 % interval", "Target", "Limit", "Status")
        rows = [_figure(figure) for figure in minutes.figures]
        about = "Figures that miss their target or are on the agenda"
        yield _table(about, heads, (44, 24, 12, 26, 22, 20, 26), rows)


def _figure(figure: Figure) -> tuple[Cell, ...]:
    texts = (figure.n_text, figure.interval_text, figure.target_text, figure.limit_text)
    status = Mark(look_of(figure.status), figure.status_meaning)
    return (figure.name, figure.value_text, *(text or NO_VALUE for text in texts), status)


def _decisions(minutes: Minutes) -> Iterator[Block]:
    if not minutes.decisions:
        yield Paragraph("No decision was taken.", MUTED)
        return
    rows = [(row.id, row.text, row.about or NO_VALUE, row.decided_by) for row in minutes.decisions]
    yield _table("Decisions of this meeting", ("No.", "Decision", "About", "Decided by"), (18, 84, 38, 34), rows)


def _actions(about: str, actions: Sequence[ActionRow], none: str) -> Iterator[Block]:
    if not actions:
        yield Paragraph(none, MUTED)
        return
    heads = ("No.", "Action", "About", "Owner", "Side", "Due", "State")
    yield _table(about, heads, (18, 48, 28, 22, 16, 22, 20), [_action(row) for row in actions])


def _action(row: ActionRow) -> tuple[Cell, ...]:
    due = day_name(row.due_on)
    if row.extended_to is not None:
        due = f"{due}, extended to {day_name(row.extended_to)}"
    state: Cell = row.state
    if row.overdue:
        state = Mark(OVERDUE, f"{row.state}, overdue")
    elif row.closed_on is not None:
        state = f"{row.state} on {day_name(row.closed_on)}"
    return row.id, row.text, row.about or NO_VALUE, row.owner, row.side, due, state


def _signatures(minutes: Minutes) -> Iterator[Block]:
    if minutes.signatures:
        rows = []
        for one in minutes.signatures:
            other = "" if one.content_sha256 == minutes.content_sha256 else f"Signed content {one.content_sha256}"
            note = ". ".join(part for part in (one.note, other) if part)
            rows.append((one.name, one.side, moment_name(one.at), one.meaning, note or NO_VALUE))
        yield _table("Signatures", ("Name", "Side", "Signed", "Meaning", "Note"), (36, 18, 36, 46, 38), rows)
    else:
        yield Paragraph("Nobody has signed.", MUTED)
    if not _confirmations(minutes):
        what = "Not issued, so there is nothing to confirm" if minutes.state == DRAFT else "Not yet confirmed by "
        yield Paragraph(f"{what}{'' if minutes.state == DRAFT else _other_side(minutes)}.", WARNING)
    if minutes.content_sha256:
        yield Paragraph(f"Digest of the content (SHA-256):\n{minutes.content_sha256}", MUTED)


def _table(about: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Cell]]) -> Table:
    assert sum(widths) == WIDTH
    return Table(about, tuple(heads), tuple(widths), tuple(tuple(row) for row in rows))


def foot_of(minutes: Minutes) -> tuple[str, str]:
    """The two lines at the foot of every page."""
    edition = "draft" if minutes.state == DRAFT else f"edition {minutes.edition}, {minutes.state}"
    if minutes.replaced_by is not None:
        edition = f"edition {minutes.edition}, replaced by edition {minutes.replaced_by}"
    return f"{minutes.heading} ({minutes.meeting_id}): {minutes.partner}, {edition}", minutes.provenance.line


def moment_of(minutes: Minutes) -> datetime:
    """The document's date: when the edition was issued, of a draft when the figures were recorded."""
    return minutes.issued_at or minutes.provenance.recorded_at or datetime(1980, 1, 1)
