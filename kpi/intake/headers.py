"""Which header of the user's file is which column of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from kpi.intake.contracts.base import Dataset
from kpi.intake.mapping_data import Mapping

SHOWN_HEADERS = 30


@dataclass(frozen=True)
class Headers:
    """found: ours -> theirs. faults: findings about headers, as plain dicts."""

    found: dict[str, str]
    faults: list[dict[str, Any]]


def match_headers(theirs: list[str], dataset: Dataset, mapping: Mapping) -> Headers:
    """Without a mapping of columns, headers are our names or titles in any case, and others are mistakes.

    With one, it leads; headers that equal our names still count, and all others are ignored, with one notice.
    """
    found, faults = _mapped(theirs, mapping)
    free = [header for header in theirs if header not in found.values()]
    wanted = [name for name in dataset.names if name not in mapping.columns]
    by_key = _keys(dataset, wanted, titles=not mapping.columns)
    unknown = []
    for header in free:
        ours = by_key.get(fold(header))
        if ours is None:
            unknown.append(header)
        elif ours in found:
            faults.append(_twice(ours, found[ours], header))
        else:
            found[ours] = header
    faults += _ignored(unknown) if mapping.columns else [_unknown(header, dataset) for header in unknown]
    filled = {*found, *mapping.constants, *mapping.columns}
    faults += [_missing(name, theirs, dataset) for name in dataset.required if name not in filled]
    return Headers(found, faults)


def fold(header: str) -> str:
    """Lower case, with spaces, hyphens and underscores all alike."""
    return re.sub(r"[\s_\-]+", "_", header.strip().casefold())


def _keys(dataset: Dataset, wanted: list[str], titles: bool) -> dict[str, str]:
    columns = [dataset.column(name) for name in wanted]
    by_title = {fold(column.title): column.name for column in columns} if titles else {}
    return {**by_title, **{fold(column.name): column.name for column in columns}}


def _mapped(theirs: list[str], mapping: Mapping) -> tuple[dict[str, str], list[dict[str, Any]]]:
    found, faults = {}, []
    for ours, named in mapping.columns.items():
        alike = [named] if named in theirs else [header for header in theirs if fold(header) == fold(named)]
        if len(alike) == 1:
            found[ours] = alike[0]
        else:
            faults.append(
                {
                    "code": "mapped_column_missing",
                    "column": named,
                    "problem": f'the mapping fills {ours} from "{named}", but the file has no such header'
                    if not alike
                    else f'the mapping fills {ours} from "{named}", but several headers are like it',
                    "allowed": _list(theirs),
                    "action": "correct the header in the file or in the mapping" + _nearest(named, theirs),
                }
            )
    return found, faults


def _unknown(header: str, dataset: Dataset) -> dict[str, Any]:
    titles = {column.title: column.name for column in dataset.columns}
    near = get_close_matches(fold(header), [fold(name) for name in (*dataset.names, *titles)], n=1)
    by_key = _keys(dataset, list(dataset.names), titles=True)
    hint = f', perhaps to "{by_key[near[0]]}"' if near else ""
    return {
        "code": "unknown_column",
        "column": header,
        "problem": f'{dataset.name} has no column "{header}"',
        "allowed": ", ".join(dataset.names),
        "action": f"rename the header{hint}, remove the column, or name it in a mapping",
    }


def _missing(name: str, theirs: list[str], dataset: Dataset) -> dict[str, Any]:
    column = dataset.column(name)
    return {
        "code": "missing_column",
        "column": name,
        "problem": f'the required column "{name}" is missing; headers found: {_list(theirs)}',
        "allowed": f"{name} ({column.title}): {column.allows}",
        "action": "add the column, or name the file's own header for it in a mapping" + _nearest(name, theirs),
    }


def _twice(ours: str, first: str, second: str) -> dict[str, Any]:
    return {
        "code": "column_twice",
        "column": second,
        "problem": f'"{second}" means {ours}, and so does "{first}"',
        "allowed": "one column for each of ours",
        "action": "remove or rename one of the two",
    }


def _ignored(unknown: list[str]) -> list[dict[str, Any]]:
    if not unknown:
        return []
    noun = "column is" if len(unknown) == 1 else "columns are"
    return [
        {
            "severity": "notice",
            "code": "columns_ignored",
            "problem": f"{len(unknown)} {noun} not used: {_list(unknown)}",
            "allowed": "",
            "action": "",
        }
    ]


def _nearest(name: str, theirs: list[str]) -> str:
    folded = {fold(header): header for header in theirs}
    near = get_close_matches(fold(name), list(folded), n=1)
    return f' (perhaps "{folded[near[0]]}")' if near else ""


def _list(headers: list[str]) -> str:
    shown = ", ".join(headers[:SHOWN_HEADERS])
    left = len(headers) - SHOWN_HEADERS
    return f"{shown} and {left} more" if left > 0 else shown
