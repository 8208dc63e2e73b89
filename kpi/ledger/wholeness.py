"""Whether an original, or the mapping that it was read with, holds more than a submission of one's own partners.

A person uploads a file, the ledger takes records out of it. A CSV file has nothing else. A workbook may have sheets
that became somebody else's submission or nobody's, hidden ones, comments, the cache of a pivot table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kpi.access import Right, Scope
from kpi.ledger.chain import OFFERED
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb

CSV = "csv"  # of a reading's format
MAY_HOLD_MORE = (
    "The original of this file may hold more than what you may see, so it is not handed out. Ask whoever submitted it."
)
KEPT_BACK = "# This mapping was made for files of others, too.\n"


def holds_more(
    connection: duckdb.DuckDBPyConnection,
    sha256: str,
    reading: Mapping[str, Any],
    uploader: str,
    version: int,
    scope: Scope,
    reader: str,
) -> bool:
    """Whether an original may hold more than the reader may see; ``uploader`` brought it in this version.

    Whoever could see only these partners, as the policy stood then, has no others' records to send, and whoever guesses
    the bytes of others' files learns nothing here. From anybody else it may where it is a workbook, and where the same
    bytes are a file of others, too. What readers sent themselves they have had before: ``reader`` is their name in the
    audit trail, "" for nobody in particular.
    """
    if scope.partners is None:
        return False
    from kpi.ledger.access import policy_on  # here, for it reads the ledger by kpi.ledger.reads, which asks here

    policy = policy_on(connection, version)
    known = policy.person_here(uploader).scope(Right.READ)
    if not known.is_empty and scope.covers(policy.person_at_most(uploader).scope(Right.READ)):
        return False
    # The ledger does not know who is in which group: of somebody let in by one it knows nothing but what they sent.
    if reader and reader == uploader and scope.covers(known) and not is_shared(connection, sha256, scope, by=reader):
        return False
    return reading.get("format", CSV) != CSV or is_shared(connection, sha256, scope)


def is_shared(connection: duckdb.DuckDBPyConnection, sha256: str, scope: Scope, by: str | None = None) -> bool:
    """Whether the same bytes came as a file of partners outside ``scope``, too: submitted, withdrawn or offered.

    One workbook may hold a sheet for each of several partners: each sheet is a submission, and its original is the
    whole workbook. ``by``: only where this person sent them; what others sent must not be told from an answer.
    """
    if scope.partners is None:
        return False
    row = connection.execute(
        """
        SELECT count(*) FROM (
            SELECT partners, actor FROM submissions WHERE sha256 = ?
            UNION ALL
            SELECT (payload -> '$.partners')::TEXT[], actor FROM events
            WHERE kind = ? AND (payload ->> '$.sha256') = ?
        ) WHERE NOT list_has_all(?::TEXT[], partners) AND actor = coalesce(?, actor)
        """,
        [sha256, OFFERED, sha256, [ALL_PARTNERS, *sorted(scope.partners)], by],
    ).fetchone()
    return bool(row and row[0])


def reading_seen(reading: Mapping[str, Any]) -> dict[str, Any]:
    """How a file was read, for a reader from whom it is held back: without the names of the sheets that were not."""
    hidden = [f'"{name}"' for name in reading.get("hidden_sheets", ())]
    notes = [note for note in reading.get("notes", ()) if not any(name in note for name in hidden)]
    return {**reading, "hidden_sheets": [], "notes": notes} if hidden else dict(reading)


def mapping_seen(connection: duckdb.DuckDBPyConnection, mapping: str, scope: Scope) -> str:
    """The TOML of a mapping, or a comment for a reader whom it would tell of other partners by their ids."""
    if scope.partners is None or not mapping:
        return mapping
    told = tomllib.loads(mapping)
    words = [told.get(name, {}) for name in ("values", "replace")]
    partners, sites = (
        {str(word) for one in words for word in one.get(column, {}).values()} for column in ("partner_id", "site_id")
    )
    row = connection.execute(
        "SELECT count(*) FROM partners WHERE list_contains(?::TEXT[], site_id) AND NOT list_contains(?::TEXT[], "
        "partner_id)",
        [sorted(sites), sorted(scope.partners)],
    ).fetchone()
    return mapping if partners <= scope.partners and not (row and row[0]) else KEPT_BACK
