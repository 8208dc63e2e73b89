"""What the answers of pip-audit mean; a mirror without advisories must not look like a clean result."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).resolve().parents[1] / ".ci" / "audit.py"


def judged(answer: str) -> tuple[int, list[str]]:
    spec = importlib.util.spec_from_file_location("audit", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[int, list[str]] = module.judged(answer)
    return found


CLEAN = {"name": "duckdb", "version": "1.5.5", "vulns": []}
WEAK = {"name": "click", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "description": ""}]}
UNKNOWN = {"name": "pandas", "skip_reason": "Dependency not found and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([CLEAN], 0, "No known vulnerabilities in 1 packages."),
        ([CLEAN, WEAK], 1, "click 1.0: PYSEC-1, mended in 1.1"),
        ([WEAK, UNKNOWN], 1, "Not looked up: pandas."),
        ([CLEAN, UNKNOWN], 75, "this is no result"),
        ([], 75, "this is no result"),
    ],
)
def test_answers(packages: list[dict[str, Any]], code: int, said: str) -> None:
    found, lines = judged(json.dumps({"dependencies": packages, "fixes": []}))
    assert found == code
    assert said in "\n".join(lines)


@pytest.mark.parametrize("answer", ["", "ERROR:pip_audit: connection refused", "[]", "{}"])
def test_no_answer_is_no_result(answer: str) -> None:
    assert judged(answer)[0] == 75
