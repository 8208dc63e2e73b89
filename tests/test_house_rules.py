"""The rules that keep the code base as docs/architecture.md describes it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400
# From the leaves to the screens: a module may import what stands further left or beside it in its own group.
LAYERS = (
    {"errors", "access", "incidents", "log_lines"},
    {"definitions"},
    {"catalog"},
    {"intake"},
    {"ledger"},
    {"desk"},
    {"marts"},
    {"signals"},
    {"present"},
    {"rehearsal"},
    {"qbr"},
    {"meeting"},
    {"sample", "bench", "simulation", "cli", "__main__"},
    {"pages"},
    {"dashboard"},
)
OUR_FOLDERS = ("kpi", "pages", "tests", "docs", "data/mappings", ".ci", ".streamlit")
OUR_SUFFIXES = {".py", ".sql", ".toml", ".md", ".txt", ""}
STATEMENT = re.compile(r"\b(SELECT\b.+\bFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|CREATE\s+TABLE)\b", re.S)
# Written in pieces, so that this file does not contain what it forbids.
MACHINE_PATHS = re.compile(r"(?<![\w.])(/ho" + r"me/|/ro" + r"ot/|/Us" + r"ers/|/wo" + r"rk/|[A-Z]:\\Us" + r"ers)")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def our_files() -> Iterator[Path]:
    for folder in OUR_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in OUR_SUFFIXES and "fixtures" not in path.parts:
                yield path
    for name in ("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "dashboard.py"):
        yield ROOT / name


def layer_of(module: str) -> int | None:
    """The layer of a dotted name of ours; None for everything else."""
    parts = module.split(".")
    name = parts[1] if parts[0] == "kpi" and len(parts) > 1 else parts[0]
    if parts[0] not in ("kpi", "pages", "dashboard"):
        return None
    return next((place for place, names in enumerate(LAYERS) if name in names), None)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, those within functions too; those for type checkers only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{relative(path)}:{node.lineno} imports relatively; write the whole name"
            module = node.module or ""
            # `from kpi import incidents` names the module in its list
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names if module in ("kpi", "pages"))
            if module not in ("kpi", "pages"):
                yield node.lineno, module


@pytest.mark.parametrize("path", [*python_files("kpi", "pages"), ROOT / "dashboard.py"], ids=relative)
def test_imports_go_one_way(path: Path) -> None:
    own = layer_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if path == ROOT / "kpi" / "__init__.py":
        own = 0
    assert own is not None, f"{relative(path)} is in no layer; add its folder to LAYERS and docs/architecture.md"
    later = [
        f"line {line}: {name}" for line, name in imports_of(path) if (of := layer_of(name)) is not None and of > own
    ]
    assert not later, f"{relative(path)} imports what comes after it"


def test_the_library_never_names_streamlit() -> None:
    named = [relative(path) for path in python_files("kpi") for _, name in imports_of(path) if "streamlit" in name]
    assert not named


def test_every_module_imports_silently_without_streamlit_and_without_a_data_folder(tmp_path: Path) -> None:
    """The library alone, copied to an empty folder: nothing is printed, opened or created on import."""
    shutil.copytree(ROOT / "kpi", tmp_path / "kpi", ignore=shutil.ignore_patterns("__pycache__"))
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in python_files("kpi")
    ]
    program = "import importlib, sys\nsys.modules['streamlit'] = None\n" + "".join(
        f"importlib.import_module({name!r})\n" for name in modules
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KPI_")}
    run = subprocess.run(
        [sys.executable, "-B", "-W", "error::ResourceWarning", "-c", program],
        cwd=tmp_path,
        env=environment | {"KPI_STORE": "no address at all"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["kpi"]


def test_pages_hold_no_sql_and_no_duckdb() -> None:
    found = []
    for path in [*python_files("pages"), ROOT / "dashboard.py"]:
        found += [f"{path.name}:{line} imports {name}" for line, name in imports_of(path) if name.startswith("duckdb")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
                found.append(f"{path.name}:{node.lineno} holds a statement")
    assert not found


def test_no_page_stands_directly_in_pages() -> None:
    """Streamlit would adopt it as a page of its own, outside the navigation and the guards of dashboard.py."""
    assert not list((ROOT / "pages").glob("*.py"))


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        relative(path): lines
        for path in our_files()
        if path.suffix in {".py", ".sql", ".toml"}
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_requirements_are_pinned_exactly() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            text = line.split("#")[0].strip()
            assert not text or text.startswith("-r ") or re.fullmatch(r"[\w.\-\[\]]+==[\w.]+", text), f"{name}: {line}"


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    named = [
        f"{relative(path)}: {found[0]}"
        for path in our_files()
        if (found := MACHINE_PATHS.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert not named


def test_nothing_unfinished_is_left_in_the_product() -> None:
    left = [
        f"{relative(path)}: {found[0]}"
        for path in our_files()
        if path.suffix in {".py", ".sql", ".toml"} and (found := UNFINISHED.search(path.read_text(encoding="utf-8")))
    ]
    assert not left


def test_the_rules_see_what_they_forbid(tmp_path: Path) -> None:
    """A rule that finds nothing anywhere would pass for ever."""
    module = tmp_path / "late.py"
    module.write_text("def f():\n    from kpi.marts import load_marts\n    import streamlit as st\n", encoding="utf-8")
    names = [name for _, name in imports_of(module)]
    assert names == ["kpi.marts", "streamlit"]
    assert layer_of("kpi.intake.read") < layer_of("kpi.marts.build") < layer_of("pages.review.partner")  # type: ignore[operator]
    assert STATEMENT.search("SELECT a\nFROM b")
    assert MACHINE_PATHS.search("see /ho" + "me/ann/x")
    assert not MACHINE_PATHS.search("https://x.org/ho" + "me/a")
