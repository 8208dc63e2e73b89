"""One meeting as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kpi.intake.visible import visible
from kpi.present.wording import day_name, period_name
from kpi.qbr.decisions import about_words

if TYPE_CHECKING:
    from kpi.catalog import Catalog
    from kpi.ledger.meeting_book import MeetingBook
    from kpi.ledger.meeting_model import AgreedAction, Decision, Edition, Meeting
    from kpi.meeting.frozen import Since


def meeting_text(book: MeetingBook, meeting: Meeting, since: Since, catalog: Catalog) -> str:
    """Paragraphs with headings; what could steer a terminal is shown instead."""
    lines = [
        f"{meeting.id}  {meeting.title} of {day_name(meeting.day)} with {meeting.partner_id} ({meeting.state})",
        f"Figures of {period_name(meeting.month, meeting.window)} at ledger version {meeting.frozen_version}, "
        f"judged on {day_name(meeting.judged_on)}.",
        since.sentence,
        *(f"  {figure.sentence}" for figure in since.figures),
        *(f"  Opened: {told}" for told in since.opens),
        *(f"  Closed: {told}" for told in since.closes),
    ]
    if meeting.cancelled:
        lines.append(f"Cancelled by {meeting.changed_by}: {meeting.reason}")
    lines += _part("Participants", [f"{one.name}{_role(one.role)}, {one.side}" for one in meeting.participants])
    lines += _part("Agenda", list(_items(meeting)))
    lines += _part("Decisions", [_decision(one, catalog) for one in _decisions(book, meeting)])
    lines += _part("Actions", [_action(one, catalog) for one in _actions(book, meeting)])
    lines += _part("Minutes", list(_editions(book.editions.get(meeting.version, []))))
    return "".join(f"{visible(line)}\n" for text in lines for line in text.split("\n"))


def meeting_json(book: MeetingBook, meeting: Meeting, since: Since, catalog: Catalog) -> str:
    """The same as one object; days as ISO text, links as they are typed."""
    from dataclasses import asdict

    told: dict[str, Any] = {"id": meeting.id} | asdict(meeting)
    told["agenda"] = [asdict(item) | {"link": item.link.text} for item in meeting.agenda]
    told["decisions"] = [_plain(one) for one in _decisions(book, meeting)]
    told["actions"] = [_plain(one) for one in _actions(book, meeting)]
    told["minutes"] = [
        asdict(one) | {"state": one.state, "agenda": [asdict(item) | {"link": item.link.text} for item in one.agenda]}
        for one in book.editions.get(meeting.version, [])
    ]
    told["since"] = asdict(since) | {"sentence": since.sentence}
    return json.dumps(told, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat()) + "\n"


def _plain(one: Decision | AgreedAction) -> dict[str, Any]:
    from dataclasses import asdict

    return {"id": one.id} | asdict(one) | {"link": one.link.text}


def _decisions(book: MeetingBook, meeting: Meeting) -> list[Decision]:
    return [one for one in book.decisions.values() if one.meeting_version == meeting.version]


def _actions(book: MeetingBook, meeting: Meeting) -> list[AgreedAction]:
    return [one for one in book.actions.values() if one.meeting_version == meeting.version]


def _part(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *(f"  {line}" for line in lines or ["none"])]


def _role(role: str) -> str:
    return f", {role}" if role else ""


def _items(meeting: Meeting) -> Iterator[str]:
    for number, item in enumerate(meeting.agenda, start=1):
        yield f"{number}. {item.title}"
        if item.why:
            yield f"   {item.why}"
        if item.note:
            yield f"   Said: {_one_line(item.note)}"


def _decision(one: Decision, catalog: Catalog) -> str:
    gone = "" if one.stands else f" (withdrawn by {one.withdrawn_by}: {_one_line(one.withdrawn)})"
    return f"{one.id}  {_one_line(one.text)}{_about(one, catalog)}; decided by {one.decided_by}{gone}"


def _action(one: AgreedAction, catalog: Catalog) -> str:
    later = f", now {day_name(one.due_on)}" if one.due_on != one.first_due_on else ""
    closed = f" on {day_name(one.closed_on)}" if one.closed_on else ""
    return (
        f"{one.id}  {_one_line(one.text)}{_about(one, catalog)}; {one.owner} ({one.side}) by "
        f"{day_name(one.first_due_on)}{later}; {one.state}{closed}"
    )


def _about(one: Decision | AgreedAction, catalog: Catalog) -> str:
    about = about_words(one.link, catalog, {})
    return f" ({about})" if about else ""


def _editions(editions: list[Edition]) -> Iterator[str]:
    for one in editions:
        state = one.state if one.superseded_by is None else "replaced"
        yield f"Edition {one.number}, issued by {one.name} for the {one.side} on {one.at:%Y-%m-%d %H:%M} UTC: {state}"
        for signed in one.signatures:
            note = f": “{_one_line(signed.note)}”" if signed.note else ""
            yield f"   {signed.name} ({signed.side}), {signed.at:%Y-%m-%d %H:%M} UTC: {signed.meaning}{note}"
        yield f"   sha256 {one.content_sha256}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
