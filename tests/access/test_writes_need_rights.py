"""No screen and no command writes to the ledger with anything but the scope of a right that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi.access import Right

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = (*sorted((ROOT / "kpi" / "ledger").glob("*.py")), ROOT / "kpi" / "meeting" / "composing.py")
EDGES = sorted([*(ROOT / "pages").rglob("*.py"), *(ROOT / "kpi" / "cli").glob("*.py")])
RIGHTS = ("scope_for", "_may_replace")  # the second asks the first, of a store that may be beyond reading
# What a command was asked for carries the scope of its right from where it was made; see test below.
CARRIED = {("kpi/cli/submitting.py", "request.scope")}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def writers() -> set[str]:
    """Public functions that say who acts, with whose data: those that append to the ledger, copy or replace it."""
    found = set()
    for path in LIBRARY:
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                parameters = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if {"now", "scope"} <= parameters:
                    found.add(node.name)
    return found


def called_as(tree: ast.Module, names: set[str]) -> dict[str, str]:
    """{the name in this file: the writer's own}; also within functions and under another name."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("kpi.ledger", "kpi.meeting"))
        for alias in node.names
        if alias.name in names
    }


def with_rights(function: ast.AST) -> set[str]:
    """The names that a function gives the scope of a right to."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                found |= {ast.unparse(name) for name, value in pairs if names_a_right(value)}
    return found


def names_a_right(value: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in RIGHTS for node in ast.walk(value)
    )


def calls(path: Path) -> Iterator[tuple[ast.Call, str, bool]]:
    """(call of a writer, its name, whether its scope is that of a right)."""
    tree = tree_of(path)
    names = called_as(tree, writers())
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        held = with_rights(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                scopes = [keyword.value for keyword in node.keywords if keyword.arg == "scope"]
                where = path.relative_to(ROOT).as_posix()
                fine = bool(scopes) and (
                    names_a_right(scopes[0])
                    or ast.unparse(scopes[0]) in held
                    or (where, ast.unparse(scopes[0])) in CARRIED
                )
                yield node, names[node.func.id], fine


@pytest.mark.parametrize("path", EDGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_write_takes_the_scope_of_a_right(path: Path) -> None:
    assert not [f"line {call.lineno}: {name}" for call, name, fine in calls(path) if not fine]


def test_the_rule_sees_the_writes_that_there_are() -> None:
    seen = {name for path in EDGES for _, name, _ in calls(path)}
    assert seen >= {
        "submit", "withdraw", "record_action", "record_rebaseline", "withdraw_rebaseline", "save_mapping",
        "drop_mapping", "open_meeting", "change_meeting", "cancel_meeting", "record_decision", "withdraw_decision",
        "agree_action", "change_action", "issue", "sign_minutes", "back_up", "restore", "accept_offer", "refuse_offer",
        "take_back_offer", "set_four_eyes",
    }  # fmt: skip


def test_what_is_carried_was_made_with_a_right() -> None:
    for name in ("submitting", "submitting_all"):
        made = [
            node
            for function in tree_of(ROOT / "kpi" / "cli" / f"{name}.py").body
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and ast.unparse(node.func) == "Request"
            and ast.unparse(node.args[-1]) in with_rights(function)
        ]
        assert len(made) == 1


def test_every_right_is_asked_for_somewhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*EDGES, *(ROOT / "kpi" / "access").glob("*.py")))
    assert not [right.name for right in Right if f"Right.{right.name}" not in text]


def test_the_rule_sees_what_it_forbids() -> None:
    path = ROOT / "pages" / "review" / "rebaselining.py"
    text = path.read_text(encoding="utf-8")
    assert ".scope_for(Right.REBASELINE)" in text
    spoiled = ast.parse(text.replace(".scope_for(Right.REBASELINE)", ".scope"))
    held = [with_rights(node) for node in spoiled.body if isinstance(node, ast.FunctionDef)]
    assert not any(held)
    assert not names_a_right(spoiled)
