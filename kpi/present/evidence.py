"""The evidence of one escalation as a bundle of files for whoever is not in the room: one zip."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present.evidence_page import evidence_page
from kpi.present.safe_csv import safe_csv

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi.catalog import Catalog
    from kpi.signals.escalation import Escalation
    from kpi.signals.evidence import Evidence

ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: the same evidence gives the same bytes at any time


def bundle(
    evidence: Evidence, catalog: Catalog, names: Mapping[str, str], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """A zip: summary.html to read; figures, records, chart, states, actions as CSV; the rule as JSON; a manifest.

    The manifest names the ledger version and every file's SHA-256. ``pictures`` are further files, such as chart.svg.
    The same evidence and pictures give the same bytes.
    """
    files = {
        "summary.html": evidence_page(evidence, catalog, names).encode(),
        "figures.csv": safe_csv(evidence.figures),
        "chart.csv": safe_csv(evidence.chart),
        "records.csv": safe_csv(evidence.records),
        "data_received.csv": safe_csv(evidence.coverage),
        "states.csv": safe_csv(states_table(evidence.escalation)),
        "actions.csv": safe_csv(actions_table(evidence.escalation)),
        "rule.json": _json(asdict(evidence.escalation.rule)),
        **{f"linked_{dataset}.csv": safe_csv(frame) for dataset, frame in sorted(evidence.linked.items())},
        **dict(sorted((pictures or {}).items())),
    }
    files["manifest.json"] = _json(manifest(evidence, files))
    return _zipped(files)


def manifest(evidence: Evidence, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the bundle is about and what is in it."""
    escalation = evidence.escalation
    return {
        "escalation": escalation.id,
        "rule": escalation.rule.id,
        "rule_version": escalation.rule.version,
        "partner_id": escalation.partner_id,
        "kpi_id": escalation.kpi_id,
        "ledger_version": evidence.version,
        "definitions": evidence.definitions,
        "judged_on": evidence.day,
        "months": [evidence.first, evidence.last],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def states_table(escalation: Escalation) -> pd.DataFrame:
    """month, known_on, state: the history, oldest first; and the climbs from tier to tier among it."""
    rows: list[tuple[date, date | None, str]] = [
        (step.on, step.month, "closed" if step.state == "normal" else step.state) for step in escalation.history
    ]
    rows += [(climb.on, None, f"climbed to tier {climb.tier}") for climb in escalation.climbs]
    rows.sort(key=lambda row: (row[0], row[1] or date.max))
    return pd.DataFrame(
        [{"on": on.isoformat(), "month": "" if month is None else f"{month:%Y-%m}", "state": state}
         for on, month, state in rows],
        columns=["on", "month", "state"],
    )  # fmt: skip


def actions_table(escalation: Escalation) -> pd.DataFrame:
    """What people did, oldest first: version, at (UTC), actor, side, action, text, owner, until."""
    columns = ["version", "at", "actor", "side", "action", "text", "owner", "until"]
    rows = [
        {
            "version": action.version,
            "at": f"{action.at:%Y-%m-%dT%H:%M:%SZ}",
            "actor": action.actor,
            "side": action.side,
            "action": action.action,
            "text": action.text,
            "owner": action.owner,
            "until": "" if action.until is None else action.until.isoformat(),
        }
        for action in escalation.actions
    ]
    return pd.DataFrame(rows, columns=columns)


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str).encode() + b"\n"


def _zipped(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return content.getvalue()
