"""Objections to figures as they stand beside the value: a few words, and who said what when in sentences.

An objection is about a month's own figure. A figure of several months is marked with each of its months that somebody
objected to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.ledger.figure_names import FIGURE_MARKS, OBJECT, UPHOLD
from kpi.ledger.figure_notes import last_word
from kpi.present.rows import months_before
from kpi.present.wording import day_name, month_name, plural, short_month, shortened

if TYPE_CHECKING:
    from kpi.ledger.figure_notes import FigureNote

LONGEST_QUOTE = 240  # characters of what somebody wrote; the ledger has all of it
MOST_NAMED, MOST_TOLD = 2, 3  # months in a mark and in sentences; beyond, they are counted

Key = tuple[str, ...]  # indicator, currency ("" for none)


@dataclass(frozen=True)
class Objected:
    """``mark``: "objected", "Sep 2026 objected". ``sentences``: a month each, the newest first, at most MOST_TOLD.

    ``is_open``: one of them is not answered yet.
    """

    mark: str
    sentences: tuple[str, ...]
    is_open: bool


def objected(notes: Iterable[FigureNote], partner: str, month: date, window: int) -> dict[Key, Objected]:
    """Of every figure of the ``window`` months to ``month`` that somebody objected to and did not take back.

    ``notes``: everything said about figures, oldest first.
    """
    said, first = list(notes), months_before(month, window - 1)
    by_version = {note.version: note for note in said}
    standing: dict[Key, list[FigureNote]] = {}
    for last in sorted(last_word(said).values(), key=lambda note: note.month, reverse=True):
        if last.partner_id == partner and first <= last.month <= month and FIGURE_MARKS[last.action]:
            standing.setdefault((last.kpi_id, last.currency), []).append(last)
    return {key: _objected(words, by_version, window) for key, words in standing.items()}


def _objected(words: list[FigureNote], by_version: Mapping[int, FigureNote], window: int) -> Objected:
    marks = [(f"{short_month(last.month)} " if window > 1 else "") + FIGURE_MARKS[last.action] for last in words]
    more = f" and {len(marks) - MOST_NAMED} more" if len(marks) > MOST_NAMED else ""
    return Objected(
        mark=", ".join(marks[:MOST_NAMED]) + more,
        sentences=(
            *(_sentence(last, by_version[last.objection_version or last.version]) for last in words[:MOST_TOLD]),
            *([f"{plural(len(words) - MOST_TOLD, 'earlier month')} more."] if len(words) > MOST_TOLD else []),
        ),
        is_open=any(last.action == OBJECT for last in words),
    )


def _sentence(last: FigureNote, objection: FigureNote) -> str:
    """ "Objection to the figure of October 2026: Pat, for the partner, on 3 December 2026: “…”. Not answered yet." """
    said = f"Objection to the figure of {month_name(last.month)}: {_told(objection)}: {_quoted(objection)}"
    if last == objection:
        return f"{said} Not answered yet."
    verb = "upheld" if last.action == UPHOLD else "turned down"
    return f"{said} It was {verb}: {_told(last)}: {_quoted(last)}"


def _told(note: FigureNote) -> str:
    return f"{note.actor}, for the {note.side}, on {day_name(note.at)}"


def _quoted(note: FigureNote) -> str:
    """As the end of a sentence: “They were late”."""
    text = shortened(" ".join(note.text.split()), LONGEST_QUOTE)
    return f"“{text}”" if text[-1] in ".!?…" else f"“{text}”."
