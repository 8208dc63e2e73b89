"""roles.toml → the roles, with every mistake in it named at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kpi.access.rights import Right
from kpi.access.role import SIDES, Role
from kpi.errors import DefinitionsInvalid

ROLES_FILE = Path(__file__).parents[1] / "definitions" / "roles.toml"
TEXTS = ("name", "owner", "why")


def load_roles(path: Path | None = None) -> dict[str, Role]:
    """The roles by id, in the order of the file (default: the product's own, read once per process).

    Raises DefinitionsInvalid with a line per mistake.
    """
    return dict(_load_default() if path is None else _load(path))


@lru_cache(maxsize=1)
def _load_default() -> dict[str, Role]:
    return _load(ROLES_FILE)


def _load(path: Path) -> dict[str, Role]:
    mistakes: list[str] = []
    roles = _read(path, mistakes)
    if mistakes:
        raise DefinitionsInvalid([f"{path.name}: {line}" for line in mistakes])
    return roles


def _read(path: Path, mistakes: list[str]) -> dict[str, Role]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append("the file is missing")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"not readable as TOML: {error}")
        return {}
    mistakes += [f"{name!r} is not a known entry" for name in table if name != "role"]
    listed = table.get("role")
    if not isinstance(listed, dict) or not listed:
        mistakes.append("names no role: a role is a [role.…] table with name, sponsor, partner, owner and why")
        return {}
    roles = {name: _role(name, entry, mistakes) for name, entry in listed.items()}
    _check_names(roles, mistakes)
    if not any(role.administers for role in roles.values()):
        mistakes.append(f"no role may {Right.ADMINISTER} on the sponsor's side: nobody could grant anything")
    return roles


def _role(role_id: str, entry: Any, mistakes: list[str]) -> Role:
    where = f"role {role_id}: "
    entry = entry if isinstance(entry, dict) else {}
    mistakes += [f"{where}{name!r} is not a known entry" for name in entry if name not in (*TEXTS, *SIDES)]
    name, owner, why = (_text(entry, field, where, mistakes) for field in TEXTS)
    sponsor, partner = (_rights(entry, side, where, mistakes) for side in SIDES)
    if not sponsor and not partner:
        mistakes.append(f"{where}gives no right on either side")
    if Right.ADMINISTER in partner:
        mistakes.append(f"{where}partner may not have {str(Right.ADMINISTER)!r}: it reaches every partner's data")
    mistakes += [
        f"{where}partner may not have {str(right)!r}: it is the sponsor's"
        for right in (Right.ACT_FOR_SPONSOR, Right.ACCEPT)
        if right in partner
    ]
    if Right.ANSWER_FOR_PARTNER in sponsor:
        mistakes.append(f"{where}sponsor may not have {str(Right.ANSWER_FOR_PARTNER)!r}: nobody speaks for both sides")
    return Role(role_id, name, sponsor, partner, owner, why)


def _rights(entry: Mapping[str, Any], side: str, where: str, mistakes: list[str]) -> frozenset[Right]:
    listed = entry.get(side)
    if not isinstance(listed, list):
        mistakes.append(f"{where}{side} is {listed!r}; it must list rights, [] where the role is not for that side")
        return frozenset()
    known = {right.value: right for right in Right}
    found = []
    for name in listed:
        if isinstance(name, str) and name in known:
            found.append(known[name])
        else:
            mistakes.append(f"{where}{side}: {name!r} is no right; allowed are {', '.join(known)}")
    mistakes += [
        f"{where}{side}: {str(right)!r} is named twice" for right in dict.fromkeys(found) if found.count(right) > 1
    ]
    if found and Right.READ not in found:
        mistakes.append(f"{where}{side}: {str(Right.READ)!r} is missing; nobody changes what they may not see")
    return frozenset(found)


def _check_names(roles: Mapping[str, Role], mistakes: list[str]) -> None:
    names = [role.name.casefold() for role in roles.values() if role.name]
    mistakes += [f"the name {name!r} is used twice" for name in dict.fromkeys(names) if names.count(name) > 1]


def _text(entry: Mapping[str, Any], name: str, where: str, mistakes: list[str]) -> str:
    text = entry.get(name)
    if not isinstance(text, str) or not text.strip():
        mistakes.append(f"{where}{name} is missing or not a text")
        return ""
    return text
