"""What the commands about meetings share: options, participants and items as they are typed, days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from kpi.errors import UsageError
from kpi.ledger.act_names import PARTNER, SIDES, SPONSOR

if TYPE_CHECKING:
    from kpi.access import Scope
    from kpi.ledger.links import Link
    from kpi.ledger.meeting_model import Participant
    from kpi.ledger.store import Store

MEETING = click.argument("meeting_id", metavar="MEETING")
AS_OF = click.option(
    "--as-of", metavar="VERSION|DATE", help="As it stood at a ledger version, or at the end of a day (UTC)."
)
SIDE = click.option("--side", type=click.Choice(SIDES), required=True, help="For whom.")
ABOUT = click.option(
    "--about",
    metavar="LINK",
    default="",
    help="What it is about: indicator:ID or indicator:ID:CURRENCY, escalation:ID, record:DATASET/ID.",
)
OF_MEETING = click.option("--meeting", "meeting_id", metavar="MEETING", default="", help="The meeting that it is of.")
OF_PARTNER = click.option(
    "--partner", "partner_id", metavar="ID", default="", help="The partner, where it is of no meeting."
)


def day_option(name: str, about: str, *, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--NAME YYYY-MM-DD``, passed as a datetime or None; ``day_of`` makes it a day."""
    return click.option(name, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", required=required, help=about)


def participants_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--for-sponsor`` and ``--for-partner``, each several times."""
    for name in ("partner", "sponsor"):
        command = click.option(
            f"--for-{name}",
            multiple=True,
            metavar="NAME[, ROLE]",
            help=f"Who takes part for the {name}; several times for several people.",
        )(command)
    return command


def day_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def participants_of(for_sponsor: Sequence[str], for_partner: Sequence[str]) -> list[Participant]:
    """ "Ana Berg, Head of quality": the name up to the first comma, then the role."""
    from kpi.ledger.meeting_model import Participant

    found = []
    for side, typed in ((SPONSOR, for_sponsor), (PARTNER, for_partner)):
        for text in typed:
            name, _, role = text.partition(",")
            found.append(Participant(name.strip(), role.strip(), side))
    return found


def require_partner(store: Store, partner_id: str, scope: Scope) -> None:
    """Raises UsageError, with the nearest ids, for a partner that there is not; "" is none to check."""
    if not partner_id:
        return
    from kpi.catalog import load_catalog
    from kpi.marts.asked import load_asked
    from kpi.marts.select import require_known

    require_known("partner", [partner_id], set(load_asked(store, load_catalog(), scope=scope).register["partner_id"]))


def link_of(text: str) -> Link:
    from kpi.ledger.links import parse_link

    return parse_link(text.strip())


def text_of(text: str, text_file: Any) -> str:
    """What was typed, or what the file says. Raises UsageError for both, neither, and a file that is no text."""
    if bool(text) == (text_file is not None):
        raise UsageError("Give the text with --text or with --text-file, one of them.")
    if text_file is None:
        return text
    try:
        content: str = text_file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{text_file} is not text in UTF-8. Save it as plain text in UTF-8.") from error
    return content
