"""The documents say what the program does: generated pages are fresh, commands and links in the others are real."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS
from kpi.cli.app import cli
from kpi.cli.manual import PAGES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]*)(#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    stale = (ROOT / "docs" / name).read_text(encoding="utf-8") != PAGES[name]()
    assert not stale, f"docs/{name} is stale: make docs"


def runnable(group: click.Group, before: str = "") -> dict[str, click.Command]:
    """{the words that run it: command}; of a group its commands, "export qbr"."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        inner = isinstance(command, click.Group)
        found |= runnable(command, f"{before}{name} ") if inner else {f"{before}{name}": command}
    return found


@pytest.mark.parametrize(("name", "command"), runnable(cli).items(), ids=runnable(cli))
def test_every_command_is_documented_and_in_the_readme(name: str, command: click.Command) -> None:
    assert f"## python -m kpi {name}\n" in (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert f"| `python -m kpi {name}` |" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def commands_in(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for language, block in FENCE.findall(text):
        if language in ("sh", "bat"):
            yield from (line for line in block.splitlines() if line)
    yield from re.findall(r"`((?:python -m kpi|make) [^`]+)`", FENCE.sub("", text))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_the_documents_exist(path: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for line in commands_in(path):
        words = shlex.split(line.replace(".venv\\Scripts\\python", "python"), comments=True)
        if words[0] == "make":
            assert words[1] in targets, line
        if words[:3] == ["python", "-m", "kpi"] and words[3] not in ("COMMAND", "--help"):
            command, rest = named_by(words[3:])
            options = {name for option in command.params for name in option.opts}
            used = {word for word in rest if word.startswith("--")}
            assert used <= options, line


def named_by(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that ``words`` name, within its group where it has one, and what follows its name."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        linked = (path.parent / target).resolve() if target else path
        assert linked.exists(), f"{path.name} links to {target}"
        if anchor and linked.suffix == ".md":
            text = linked.read_text(encoding="utf-8")
            headings = {heading.strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.M)}
            assert anchor[1:] in headings or f'id="{anchor[1:]}"' in text, f"{path.name} links to {target}{anchor}"


def test_the_example_of_a_new_indicator_is_one(tmp_path: Path) -> None:
    blocks = dict(FENCE.findall((ROOT / "docs" / "adding-an-indicator.md").read_text(encoding="utf-8")))
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    (folder / "indicators" / "rejected_lots.toml").write_text(blocks["toml"], encoding="utf-8")
    assert load_catalog(folder).indicators["rejected_lots"].numerator_text == "of these, rejected"


def test_the_mapping_of_the_manual_is_one() -> None:
    from kpi.intake.contracts import dataset
    from kpi.intake.mapping import parse_mapping

    blocks = dict(FENCE.findall((ROOT / "docs" / "uploading.md").read_text(encoding="utf-8")))
    assert parse_mapping(blocks["toml"], dataset("deliveries")).replace == {"promised_date": {"-Sept-": "-Sep-"}}
