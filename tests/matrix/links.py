"""A link to every screen whose every value names something of one partner; a screen without a link fails the test."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from tests.matrix.marks import mark

LINKS: dict[str, list[str]] = {
    "": ["order=By+name", ""],
    "partner": [""],
    "indicator": [
        "kpi=on_time_delivery&breakdown=By+site&of={site}", "kpi=on_time_delivery&breakdown=Funnel+of+sites",
        "kpi=cost_per_released_batch&currency=EUR&since=2025-10&why_by=product",
    ],
    "escalations": ["escalation={escalation}", "list=Watch+list", "list=Alarm+system"],
    "look_ahead": ["meeting=2030-01-01"],
    "meeting": [
        "held={meeting}",
        "held={meeting}&shown=Frozen+figures&item=1", "held={meeting}&shown=Minutes", "held={planned}",
        "agreed={agreed}", "held={meeting}&shown=Decisions+and+actions",
    ],
    "monthly_upload": ["dataset=deliveries"],
    "reporting_calendar": ["months=12&part=1"],
    "submissions": [
        "submission={deliveries}", "submission={of-both}", "view=Audit+trail&who={actor}&text={partner}",
        "view=Waiting+for+acceptance&offer={offer}",
        "view=Compare+versions&earlier={before}&later={after}&compared=on_time_delivery", "only_dataset=deliveries",
    ],
    "qbr": ["meeting_pack={meeting}", ""],
    "access": ["", "part=Roles"],
    "definitions": ["search={partner}", "show=Upload+files"],
}  # fmt: skip


def link(query: str, partner: str, ids: dict[str, str], versions: dict[str, int], as_of: str = "") -> str:
    """``query`` with everything in braces named, and the sidebar's values beside it."""
    names = {
        **ids, "partner": partner, "site": mark(partner, "site"), "actor": mark(partner, "uploader"),
        "before": str(versions["before theirs"]), "after": str(versions["theirs"]),
    }  # fmt: skip
    values = {"partner": partner, "month": "2025-12", "window": "3", "as_of": as_of}
    return urlencode({**values, **dict(parse_qsl(query.format_map(names)))})


def typed(query: str) -> list[str]:
    """The words in a link."""
    return [value for _, value in parse_qsl(query)]
