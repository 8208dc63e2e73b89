"""Known vulnerabilities of the pinned packages, asked of the package index's advisories by pip-audit.

Exit codes: 0 none known, 1 some, 75 it could not be asked. A mirror that has no advisories answers as if it knew no
package at all; that is told as not asked, for "no known vulnerabilities" would be untrue.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
NONE_KNOWN, SOME, NOT_ASKED = 0, 1, 75  # EX_TEMPFAIL of sysexits.h
SECONDS = 120


def judged(answer: str) -> tuple[int, list[str]]:
    """Exit code and lines, from what pip-audit wrote to standard output."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return NOT_ASKED, ["The advisories could not be asked: nothing was audited."]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {what['id']}, mended in {', '.join(what['fix_versions']) or 'no release yet'}"
        for one in packages
        for what in one.get("vulns", ())
    ]
    if found:
        return SOME, [*found, *_unknown(skipped)]
    if skipped or not packages:
        return NOT_ASKED, ["Not every package could be looked up: this is no result.", *_unknown(skipped)]
    return NONE_KNOWN, [f"No known vulnerabilities in {len(packages)} packages."]


def _unknown(names: list[str]) -> list[str]:
    return [f"Not looked up: {', '.join(names)}."] if names else []


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(REQUIREMENTS), "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        answer = ""
    code, lines = judged(answer)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
