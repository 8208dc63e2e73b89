"""The event of an offered file, within the transaction of whoever submits it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kpi.access import EVERYTHING
from kpi.ledger.chain import OFFERED, Last, append_event, canonical_json
from kpi.ledger.offers import offers_on
from kpi.ledger.requirements import CheckedFile, accepted_records, accepted_warnings
from kpi.ledger.tables import ALL_PARTNERS

if TYPE_CHECKING:
    import duckdb


def append_offer(
    ledger: duckdb.DuckDBPyConnection,
    last: Last,
    checked: CheckedFile,
    sha256: str,
    month_from: date,
    month_to: date,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> int:
    """Appends one; its version. The file itself is for the caller to keep, and to have checked and consented to."""
    facts = {
        **facts_of_file(tuple(sorted(checked.partners)), checked.dataset, checked.file_name, sha256),
        "month_from": month_from.isoformat(),
        "month_to": month_to.isoformat(),
        "size": len(checked.content),
        "row_count": accepted_records(checked).height,
        "mapping": checked.mapping_text,
        "reading": canonical_json(checked.reading.to_dict() if checked.reading else {}),
        "warnings": canonical_json(accepted_warnings(checked)),
        "warning_count": checked.findings.warnings,
        "notice_count": checked.findings.notices,
    }
    return append_event(ledger, OFFERED, after=last, now=now, actor=actor, reason=reason, payload=facts).version


def waiting_same(
    ledger: duckdb.DuckDBPyConnection,
    version: int,
    checked: CheckedFile,
    sha256: str,
    month_from: date,
    month_to: date,
) -> int | None:
    """The waiting offer of the same bytes, for the same dataset, months and partners, read with the same mapping."""
    wanted = (sha256, checked.dataset, checked.mapping_text, month_from, month_to, tuple(sorted(checked.partners)))
    for one in offers_on(ledger, version, EVERYTHING).values():
        says = (one.sha256, one.dataset, one.mapping, one.month_from, one.month_to, one.partners)
        if one.waits and says == wanted:
            return one.version
    return None


def facts_of_file(partners: tuple[str, ...], dataset: str, file_name: str, sha256: str) -> dict[str, Any]:
    """What every event about an offered file says of it."""
    return {
        "partner_id": partners[0] if len(partners) == 1 else ALL_PARTNERS,
        "partners": list(partners),
        "dataset": dataset,
        "file_name": file_name.encode("utf-8", "replace").decode(),
        "sha256": sha256,
    }
