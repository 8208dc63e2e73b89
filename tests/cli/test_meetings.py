"""The commands about meetings, from opening one to signed minutes, on a copy of the sample."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from kpi.ledger.reads import version_now
from kpi.ledger.store import Store, open_store
from tests.cli.command import Command, command_on


@pytest.fixture
def copy(sample_store: Store, tmp_path: Path) -> Store:
    return open_store(f"duckdb:///{shutil.copyfile(sample_store.path, tmp_path / 'copy.duckdb')}")


@pytest.fixture
def on_copy(copy: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(copy, capsys)


def opened(on_copy: Command, *more: str) -> str:
    ended = on_copy(
        "--as", "ana", "open-meeting", "--partner", "SERI", "--day", "2026-12-10", "--window", "3",
        "--for-sponsor", "Ana Berg, Head of quality", "--for-partner", "Ben Low", *more,
    )  # fmt: skip
    assert (ended.code, ended.out) == (0, ""), ended.err
    found = re.search(r"M-\d+", ended.err)
    assert found
    return found[0]


def shown(on_copy: Command, meeting: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(on_copy("meeting", meeting, "--format", "json").out)
    return told


def test_a_meeting_from_its_agenda_to_confirmed_minutes(on_copy: Command, copy: Store) -> None:
    frozen = version_now(copy)
    name = opened(on_copy, "--propose", "--item", "Next steps")
    told = shown(on_copy, name)
    assert (told["frozen_version"], told["judged_on"], told["month"]) == (frozen, "2026-11-16", "2026-10-01")
    assert told["participants"][0] == {"name": "Ana Berg", "role": "Head of quality", "side": "sponsor"}
    count = len(told["agenda"])
    assert count > 3
    assert told["agenda"][-1]["title"] == "Next steps"

    assert on_copy("change-meeting", name, "--month", "2026-09", "--window", "3").code == 0
    moved = shown(on_copy, name)
    assert (moved["month"], moved["window"], moved["agenda"]) == ("2026-09-01", 3, told["agenda"])

    assert on_copy("change-meeting", name, "--note", "1", "Known", "--drop", "2", "--item", "Other").code == 0
    agenda = shown(on_copy, name)["agenda"]
    assert (len(agenda), agenda[0]["note"], agenda[-1]["title"]) == (count, "Known", "Other")

    assert (
        on_copy("decide", "--meeting", name, "--text", "Audit", "--by", "Both", "--about", "indicator:otif").code == 0
    )
    due = ("--owner", "Ben Low", "--side", "partner", "--due", "2026-12-20")
    assert on_copy("agree-action", "--meeting", name, "--text", "=cmd", *due).code == 0
    [action] = shown(on_copy, name)["actions"]
    assert on_copy("change-action", action["id"], "--state", "in-progress").code == 0
    assert on_copy("change-action", action["id"], "--due", "2027-01-15", "--note", "Late part").code == 0
    listed = on_copy("agreed-actions", "--meeting", name, "--format", "csv")
    assert [(row["text"], row["first_due_on"], row["due_on"], row["state"]) for row in listed.rows] == [
        ("'=cmd", "2026-12-20", "2027-01-15", "in progress")
    ]
    assert "Closed on time: no figure" in listed.err

    issued = on_copy(
        "--as", "ana", "issue-minutes", name, "--text", "We met.", "--side", "sponsor", "--name", "Ana Berg"
    )
    assert "Issued edition 1" in issued.err
    assert f"python -m kpi sign-minutes {name} --side partner --name NAME --meaning confirm" in issued.err
    signing = ("sign-minutes", name, "--side", "partner", "--meaning", "confirm", "--name")
    refused = on_copy(*signing, "Ana Berg")
    assert (refused.code, "somebody else has to sign" in refused.err) == (1, True)
    signed = on_copy("--as", "ben", *signing, "Ben Low")
    assert (signed.code, signed.err.endswith("They are confirmed.\n")) == (0, True)
    [edition] = shown(on_copy, name)["minutes"]
    assert edition["signatures"][0]["content_sha256"] == edition["content_sha256"]

    text = on_copy("meeting", name).out
    assert f"{name}  Steering committee of 10 December 2026 with SERI (minutes confirmed)" in text
    assert "No figure has changed since" in text
    assert "Ben Low (partner) by 20 December 2026, now 15 January 2027; in progress" in text
    assert on_copy("verify").code == 0
    trail = on_copy("audit", "--format", "csv")
    assert f"issued edition 1 of the minutes of {name}, for the sponsor" in trail.out


def test_lists_are_as_of_a_version(on_copy: Command, copy: Store) -> None:
    before = version_now(copy)
    name = opened(on_copy)
    now = {row["id"] for row in on_copy("meetings", "--format", "csv").rows}
    then = {row["id"] for row in on_copy("meetings", "--format", "csv", "--as-of", str(before)).rows}
    assert now - then == {name}
    assert [row["id"] for row in on_copy("meetings", "--partner", "SERI", "--format", "csv").rows] == [name]
    assert on_copy("meeting", name, "--as-of", str(before)).code == 2
    listed = on_copy("decisions", "--partner", "TARN", "--format", "csv").rows
    assert [row["decided_by"] for row in listed] == ["The committee", "The committee"]
    assert on_copy("decisions", "--partner", "SERI", "--format", "json").out == "[]\n"


def test_a_decision_is_withdrawn_and_a_meeting_cancelled(on_copy: Command) -> None:
    name = opened(on_copy)
    on_copy("decide", "--meeting", name, "--text", "Audit", "--by", "Both")
    refused = on_copy("cancel-meeting", name, "--reason", "Moved")
    assert refused.code == 2
    decision = shown(on_copy, name)["decisions"][0]["id"]
    assert f"{decision} came of it" in refused.err
    assert on_copy("withdraw-decision", decision, "--reason", "Typed twice").code == 0
    assert "Typed twice" in on_copy("meeting", name).out
    assert on_copy("cancel-meeting", name, "--reason", "Moved").code == 0
    assert "(cancelled)" in on_copy("meeting", name).out


REFUSED = [
    (("meeting", "M-1"), 2, 'There is no meeting "M-1"'),
    (("open-meeting", "--partner", "SERY", "--day", "2026-12-10"), 2, "Nearest: SERI"),
    (("open-meeting", "--partner", "SERI", "--day", "tomorrow"), 2, "--day"),
    (("decide", "--text", "x", "--by", "y"), 2, "which meeting"),
    (("decide", "--text", "x", "--by", "y", "--partner", "SERY"), 2, "Nearest: SERI"),
    (("decide", "--text", "x", "--by", "y", "--partner", "SERI", "--about", "lots"), 2, "names nothing"),
    (("change-action", "A-1", "--state", "done"), 2, 'no agreed action "A-1"'),
    (("minutes", "M-1", "--to", "x.txt"), 2, "x.docx or x.pdf"),
    (("change-meeting", "M-1", "--freeze", "later"), 2, "no meeting"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=[" ".join(words[:4]) for words, _, _ in REFUSED])
def test_what_makes_no_sense_is_told_plainly(
    on_copy: Command, copy: Store, words: tuple[str, ...], code: int, said: str
) -> None:
    before = version_now(copy)
    ended = on_copy(*words)
    assert (ended.code, said in ended.err, "Traceback" in ended.err) == (code, True, False), ended.err
    assert version_now(copy) == before


def test_mistakes_in_a_meeting_that_there_is(on_copy: Command, tmp_path: Path) -> None:
    name = opened(on_copy)
    cases = [
        (("change-meeting", name, "--drop", "3"), "has no item 3 on its agenda. It has 0."),
        (("change-meeting", name, "--note", "x", "text"), '"x" is no ledger version'),
        (("change-meeting", name, "--freeze", "999999"), "no ledger version 999999"),
        (("issue-minutes", name, "--side", "sponsor", "--name", "Ana"), "--text or with --text-file"),
        (("sign-minutes", name, "--side", "partner", "--name", "B", "--meaning", "read"), "has no minutes yet"),
        (("minutes", name, "--to", str(tmp_path / "m.pdf")), "has no minutes yet"),
    ]
    for words, said in cases:
        ended = on_copy(*words)
        assert (ended.code, said in ended.err) == (2, True), (words, ended.err)


def test_a_meeting_is_frozen_again(on_copy: Command, copy: Store) -> None:
    frozen = version_now(copy)
    name = opened(on_copy, "--as-of", str(frozen - 1))
    assert shown(on_copy, name)["frozen_version"] == frozen - 1
    assert on_copy("change-meeting", name, "--freeze", "now").code == 0
    assert shown(on_copy, name)["frozen_version"] == frozen + 1


@pytest.mark.parametrize(("suffix", "starts"), [("docx", b"PK"), ("PDF", b"%PDF-")])
def test_minutes_are_written_as_a_file_the_same_each_time(
    on_copy: Command, tmp_path: Path, suffix: str, starts: bytes
) -> None:
    """The July minutes of the sample, in both editions."""
    [july] = [row["id"] for row in on_copy("meetings", "--format", "csv").rows if row["day"] == "2026-07-16"]
    path = tmp_path / f"minutes.{suffix}"
    ended = on_copy("minutes", july, "--to", path)
    assert (ended.code, ended.err) == (
        0, f"Wrote {path}: Minutes of Joint steering committee, 16 July 2026, edition 2, confirmed.\n",
    )  # fmt: skip
    content = path.read_bytes()
    assert content.startswith(starts)
    on_copy("decide", "--meeting", july, "--text", "Later", "--by", "Both")
    on_copy("minutes", july, "--to", path)
    assert path.read_bytes() == content
    assert "edition 1, objected to" in on_copy("minutes", july, "--edition", "1", "--to", path).err
    assert "draft" in on_copy("minutes", july, "--draft", "--to", path).err
    assert "no edition 3" in on_copy("minutes", july, "--edition", "3", "--to", path).err


def test_text_may_come_from_a_file(on_copy: Command, tmp_path: Path) -> None:
    name = opened(on_copy)
    path = tmp_path / "minutes.txt"
    path.write_bytes("\ufeffWir trafen uns in Köln.\r\nAlle waren da.".encode())
    ended = on_copy("issue-minutes", name, "--text-file", path, "--side", "partner", "--name", "Ben Low")
    assert ended.code == 0, ended.err
    assert shown(on_copy, name)["minutes"][0]["text"] == "Wir trafen uns in Köln.\nAlle waren da."
    path.write_bytes("Köln".encode("latin-1"))
    refused = on_copy("issue-minutes", name, "--text-file", path, "--side", "partner", "--name", "Ben Low")
    assert (refused.code, "is not text in UTF-8" in refused.err) == (2, True)
