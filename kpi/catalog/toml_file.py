"""A TOML file → its table, or a line that says why it cannot be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def read_toml(path: Path, mistakes: list[str]) -> dict[str, Any]:
    """The table in ``path``; {} and a line in ``mistakes`` when the file is missing or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"{path.name}: the file is missing")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name}: not readable as TOML: {error}")
    return {}
