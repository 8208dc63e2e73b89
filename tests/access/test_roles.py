"""roles.toml: ours loads, and every mistake in it is refused by a line that says what is wrong and what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kpi.access import load_roles
from kpi.access.roles import ROLES_FILE
from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS, ROLES
from kpi.errors import DefinitionsInvalid

# What is written instead of what, and the line that the person who wrote it sees.
MISTAKES = [
    ('name = "Viewer"', 'name = ""', "role viewer: name is missing or not a text"),
    ('name = "Viewer"', 'title = "Viewer"', "role viewer: 'title' is not a known entry"),
    ('name = "Viewer"', 'name = "quality lead"', "the name 'quality lead' is used twice"),
    ('owner = "System owner"\n', "", "role administrator: owner is missing or not a text"),
    ("partner = []", "", "role administrator: partner is None; it must list rights, [] where the role is not for that"),
    ("partner = []", 'partner = "read"', "role administrator: partner is 'read'; it must list rights, "),
    ("partner = []", 'partner = ["see"]', "role administrator: partner: 'see' is no right; allowed are read, export, "),
    ("partner = []", "partner = [1]", "role administrator: partner: 1 is no right; allowed are read, "),
    ("partner = []", "partner = [[]]", "role administrator: partner: [] is no right; allowed are read, "),
    ("partner = []", 'partner = ["sign"]', "role administrator: partner: 'read' is missing; nobody changes what they"),
    (
        "partner = []",
        'partner = ["read", "administer"]',
        "role administrator: partner may not have 'administer': it reaches every partner's data",
    ),
    ("partner = []", 'partner = ["read", "act for the sponsor"]', "role administrator: partner may not have 'act for"),
    ("partner = []", 'partner = ["read", "accept submissions"]', "role administrator: partner may not have 'accept"),
    (
        'sponsor = ["read", "export", "administer"]',
        'sponsor = ["read", "answer for the partner", "administer"]',
        "role administrator: sponsor may not have 'answer for the partner': nobody speaks for both sides",
    ),
    (
        'sponsor = ["read", "export", "administer"]',
        'sponsor = ["read", "read", "administer"]',
        "role administrator: sponsor: 'read' is named twice",
    ),
    (
        '"export", "administer"]',
        '"export"]',
        "no role may administer on the sponsor's side: nobody could grant anything",
    ),
    ('sponsor = ["read", "export", "administer"]', "sponsor = []", "role administrator: gives no right on either side"),
    ("[role.viewer]", "[roles]\n[role.viewer]", "'roles' is not a known entry"),
    ("[role.viewer]", "[role.viewer", "not readable as TOML: "),
]


@pytest.mark.parametrize(("before", "after", "line"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_named(tmp_path: Path, before: str, after: str, line: str) -> None:
    text = ROLES_FILE.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "roles.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as caught:
        load_roles(path)
    assert any(mistake.startswith(f"roles.toml: {line}") for mistake in caught.value.mistakes), caught.value.mistakes


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text('[role.a]\nname = "A"\nsponsor = ["look"]\npartner = ["sign"]\n', encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as caught:
        load_roles(path)
    assert len(caught.value.mistakes) == 5


@pytest.mark.parametrize(
    ("text", "line"), [(None, "the file is missing"), ("", "names no role"), ("role = 1", "names")]
)
def test_a_file_without_roles_is_refused(tmp_path: Path, text: str | None, line: str) -> None:
    path = tmp_path / "roles.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionsInvalid, match=line):
        load_roles(path)


def test_another_role_changes_no_digest_of_the_definitions_behind_figures(tmp_path: Path) -> None:
    shutil.copytree(DEFINITIONS, tmp_path, dirs_exist_ok=True)
    with (tmp_path / ROLES).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert load_catalog(tmp_path).digest == load_catalog().digest
