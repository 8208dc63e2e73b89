"""Minutes made by hand: believable ones, and the ugly ones that documents must survive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from kpi.ledger.meeting_model import Participant, Signature
from kpi.ledger.meeting_names import AGREED, CONFIRM, OBJECT, OBJECTED, READ, WAITING
from kpi.meeting.minutes import Minutes, MinutesItem
from tests.qbr.packs import LONG_NAME, a_figure, a_provenance, days_figure
from tests.qbr.rows import action_rows, decision_rows

ISSUED = datetime(2026, 12, 3, 14, 2, 11)
DIGEST = "5f2a" * 16
WORDS = (
    "The partner explained the leaking stoppers of line 3.\nBoth sides agreed to look at the trend again in January."
)


def a_signature(name: str = "Bo Chen", side: str = "partner", meaning: str = CONFIRM, **changes: object) -> Signature:
    usual = Signature(431, datetime(2026, 12, 4, 8, 30), "bo", name, side, meaning, "", DIGEST)
    return replace(usual, **changes)  # type: ignore[arg-type]


def some_minutes(**changes: object) -> Minutes:
    """Edition 1, issued by the sponsor and waiting for the partner."""
    usual = Minutes(
        meeting_id="M-412",
        title="Steering committee",
        partner_id="P-01",
        partner="Tarnwick Sterile Services Ltd",
        day=date(2026, 12, 3),
        period="the 3 months to October 2026",
        participants=(
            Participant("Ann Lee", "Head of external quality", "sponsor"),
            Participant("Bo Chen", "Site head", "partner"),
            Participant("Dr Käthe Weiß", "", "partner"),
        ),
        agenda=(
            MinutesItem(1, "Right first time", "concern", "Right first time", "Special cause for the worse.", WORDS),
            MinutesItem(2, "Escalation E-400", "escalation", "Deviation rate", "Tier 2, overdue by 3 days", ""),
            MinutesItem(3, "Any other business", "topic", "", "", "None."),
        ),
        provenance=a_provenance(frozen_for="the meeting of 3 December 2026 (M-412)"),
        figures_summary="In the 3 months to October 2026, 18 of 26 judged figures meet their target, 2 are past their "
        "limit.",
        figures=(a_figure(), days_figure()),
        text=f"{WORDS}\n\nThe next meeting is in March.",
        decisions=decision_rows(2),
        actions=action_rows(3),
        earlier_actions=action_rows(2, "Qualify the second supplier of stoppers."),
        closed_on_time="3 of 4 actions were closed on time (75.0 %, n 4).",
        up_to=430,
        edition=1,
        correction="",
        side="sponsor",
        issued_by="Ann Lee",
        issued_at=ISSUED,
        edition_version=431,
        content_sha256=DIGEST,
        state=WAITING,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def confirmed_minutes() -> Minutes:
    return some_minutes(state=AGREED, signatures=(a_signature("Ann Lee", "sponsor", READ), a_signature()))


def objected_minutes() -> Minutes:
    objection = a_signature(meaning=OBJECT, note="Action A-501 was not agreed.")
    return some_minutes(state=OBJECTED, signatures=(objection,))


def a_draft() -> Minutes:
    return some_minutes(
        edition=0, state="draft", side="", issued_by="", issued_at=None, edition_version=None, text="", actions=(),
        decisions=(), earlier_actions=(), participants=(), agenda=(), figures=(), closed_on_time="",
    )  # fmt: skip


def ugly_minutes(text: str = "", name: str = LONG_NAME) -> Minutes:
    """Long names and texts, many of everything, replaced and of another digest."""
    text = text or f"{name}: {'with evidence of every step, ' * 12}and report back."
    people = tuple(
        Participant(f"{name[:60]} {place}", text[:90], ("sponsor", "partner")[place % 2]) for place in range(14)
    )
    items = tuple(
        MinutesItem(place, text[:150], "topic", name, text[:200], f"{text}\n\n{text}\n{text}") for place in range(1, 22)
    )
    return some_minutes(
        partner=name, title=name, participants=people, agenda=items, text=f"{text}\n\n" * 30,
        figures=tuple(a_figure(f"{name} {place}") for place in range(20)), decisions=decision_rows(12, text),
        actions=action_rows(40, text), earlier_actions=action_rows(25, text), correction=text[:300], edition=3,
        replaced_by=4, as_issued=False,
        signatures=tuple(a_signature(f"{name[:50]} {place}", note=text, content_sha256="0" * 64) for place in range(9)),
    )  # fmt: skip
