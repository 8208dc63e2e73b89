"""How a control chart's points and verdicts are written: csv with the verdicts on every row, json with them once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.cli.tables import CSV, JSON, plain, rendered, write_whole

if TYPE_CHECKING:
    import pandas as pd


def written(frame: pd.DataFrame, verdict: dict[str, Any], layout: str | None) -> bytes:
    """``frame`` has a row per point, ``verdict`` what is said of the whole chart. Every digit is kept."""
    if layout == JSON:
        points = [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
        said = {name: plain(value) for name, value in verdict.items()}
        return (json.dumps({"points": points, **said}, ensure_ascii=False, indent=1) + "\n").encode()
    return rendered(frame.assign(**verdict), CSV)


def deliver(content: bytes, to_file: Path | None) -> None:
    """To the file, or to standard output as it is."""
    if to_file is not None:
        write_whole(to_file, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
