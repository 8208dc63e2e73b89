"""A pack → a PDF: the template sets the data, with our fonts alone.

Typst keeps what it has set in memory for good (120 MB a pack, where it need not set it again), so it works in a process
of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kpi
from kpi.qbr.document.packing import packed
from kpi.qbr.document.payload import moment_of, payload
from kpi.qbr.pack import Pack

ROOT = Path(kpi.__file__).resolve().parent
TEMPLATE = Path(__file__).resolve().with_name("pack.typ")


def write(pack: Pack) -> bytes:
    return set_document(TEMPLATE, payload(pack), moment_of(pack))


def set_document(template: Path, data: dict[str, Any], moment: datetime) -> bytes:
    """The PDF that the template makes of ``data``; ``moment`` (UTC, without a zone) is the document's date.

    Data reach the template as JSON, so nothing in them is ever read as code.
    """
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    asked = {"template": str(template), "root": str(ROOT), "seconds": seconds, "data": json.dumps(data)}
    ended = subprocess.run(
        [sys.executable, "-m", "kpi.qbr.document.setting"],
        input=json.dumps(asked).encode("ascii"),
        cwd=ROOT.parent,
        capture_output=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RuntimeError(f"the PDF could not be set: {_kind(ended.stderr)}")
    return packed(ended.stdout)


def _kind(said: bytes) -> str:
    """The last line's beginning: what went wrong, never what a record says."""
    lines = said.decode("utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line), "").partition(":")[0] or "no answer"
