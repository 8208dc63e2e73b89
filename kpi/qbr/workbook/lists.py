"""The sheets that are plain lists: what changed, escalations, decisions, actions, commitments, files, definitions."""

from __future__ import annotations

from kpi.qbr.pack import AppendixPage, ChangedPage, DecisionsPage, EscalationsPage, LookAheadPage
from kpi.qbr.workbook.cells import MOMENT, Column, numbers
from kpi.qbr.workbook.sheet import Book, Table

THREE_QUESTIONS = ("Where it stands", "What changed", "Why it matters")


def changed(book: Book, page: ChangedPage) -> None:
    columns = (Column("Question", 20), Column("Answer", 120, wrap=True))
    table = Table(book, "What changed", "What changed, in sentences", columns, title=page.title, page=page)
    for place, sentence in enumerate(page.plain):
        table.add(THREE_QUESTIONS[place] if place < len(THREE_QUESTIONS) else "", sentence)
    table.close("Nothing is said.")


def escalations(book: Book, page: EscalationsPage) -> None:
    columns = (
        Column("Escalation", 12),
        Column("About", 24, wrap=True),
        Column("Rule", 24, wrap=True),
        numbers("Tier", 6),
        Column("Tier's name", 18, wrap=True, align="indent"),
        Column("State", 26, wrap=True),
        Column("Acknowledged", 20, wrap=True),
        Column("Response", 32, wrap=True),
        Column("Owner", 15, wrap=True),
        Column("Due", 11),
        Column("Clock", 18, wrap=True),
        Column("Overdue", 9),
    )
    about = "Every open escalation with its owner and due date"
    table = Table(book, "Escalations", about, columns, title=page.title, lines=[page.summary], page=page, frozen=1)
    for row in page.rows:
        table.add(
            row.id,
            row.about,
            row.rule,
            row.tier,
            row.tier_name,
            row.state,
            row.acknowledged,
            row.response,
            row.owner,
            row.due_on,
            row.clock,
            yes(row.overdue),
        )
    table.close("No escalation is open.")


def decisions(book: Book, page: DecisionsPage) -> None:
    columns = (
        Column("Decision", 12),
        Column("Day", 12),
        Column("Meeting", 34, wrap=True),
        Column("What was decided", 70, wrap=True),
        Column("About", 30, wrap=True),
        Column("Decided by", 26, wrap=True),
    )
    table = Table(book, "Decisions", "Decisions of meetings, newest first", columns, title="Decisions", page=page)
    for row in page.decisions:
        table.add(row.id, row.day, row.meeting, row.text, row.about, row.decided_by)
    table.close("No decision is recorded.")


def actions(book: Book, page: DecisionsPage) -> None:
    columns = (
        Column("Action", 12),
        Column("What is to be done", 70, wrap=True),
        Column("About", 30, wrap=True),
        Column("Owner", 22, wrap=True),
        Column("Side", 10),
        Column("Due", 12),
        Column("State", 14),
        Column("Closed", 12),
        Column("Overdue", 10),
    )
    about = "Agreed actions by due date"
    table = Table(book, "Actions", about, columns, title="Actions", lines=[page.closed_on_time], page=page)
    for row in page.actions:
        closed, late = row.closed_on, yes(row.overdue)
        table.add(row.id, row.text, row.about, row.owner, row.side, row.due_on, row.state, closed, late)
    table.close("No action is recorded.")


def look_ahead(book: Book, page: LookAheadPage) -> None:
    columns = (
        Column("When", 18),
        Column("Overdue", 10),
        Column("What", 20, wrap=True),
        Column("Site", 12),
        Column("Record", 18),
        Column("Severity", 12),
        Column("Description", 60, wrap=True),
        Column("Due", 12),
        Column("Extended to", 12),
    )
    lines = [page.summary, page.unconfirmed]
    about = "What is overdue or falls due, the earliest date first"
    table = Table(book, "Look-ahead", about, columns, title=page.title, lines=lines, page=page)
    for row in page.rows:
        late, extended = yes(row.overdue), row.extended_to
        table.add(
            row.when, late, row.what, row.site, row.record_id, row.severity, row.description, row.due_on, extended
        )
    table.close("Nothing is overdue or falls due.")


def sources(book: Book, page: AppendixPage) -> None:
    columns = (
        Column("Submission", 13),
        Column("Dataset", 18),
        Column("Months", 22),
        Column("File", 44, wrap=True),
        numbers("Rows", 9),
        Column("Received (UTC)", 19, MOMENT, align="indent"),
        Column("Submitted by", 18, wrap=True),
        numbers("Ledger version", 9),
        numbers("Records that it restated", 12),
        Column("SHA-256", 72, align="indent"),
    )
    table = Table(book, "Sources", "The files behind the figures", columns, title="Files behind the figures", page=page)
    for row in page.sources:
        table.add(
            row.submission_id,
            row.dataset,
            row.months,
            row.file_name,
            row.rows,
            row.received_at,
            row.actor,
            row.version,
            row.restated,
            row.sha256,
        )
    table.close("No file stands behind these months.")


def definitions(book: Book, page: AppendixPage) -> None:
    columns = (
        Column("Indicator", 30, wrap=True),
        numbers("Version", 9),
        Column("Definition", 60, wrap=True, align="indent"),
        Column("Unit", 14),
        Column("Better", 18, wrap=True),
        Column("Numerator", 44, wrap=True),
        Column("Denominator", 44, wrap=True),
        Column("Chart", 12),
        Column("Source of the method", 50, wrap=True),
        Column("Owner", 24, wrap=True),
    )
    about = "How every indicator is defined"
    table = Table(book, "Definitions", about, columns, title="Definitions", page=page, frozen=1)
    for row in page.definitions:
        table.add(
            row.name,
            row.version,
            row.sentence,
            row.unit,
            row.better,
            row.numerator,
            row.denominator,
            row.chart,
            row.source,
            row.owner,
        )
    table.close("No indicator has a figure.")


def yes(value: bool) -> str:
    return "yes" if value else "no"
