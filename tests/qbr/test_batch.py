"""Packs of many partners in one zip: all of them or none, the same bytes each time, and who was left out said."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest

from kpi.errors import UsageError
from kpi.ledger.store import Store, open_store
from kpi.qbr.batch import write_batch
from kpi.qbr.choices import Choices
from kpi.qbr.files import file_name, write_file
from tests.qbr.stores import FEBRUARY, JANUARY, filled, source_of

ALL = [Choices(partner, FEBRUARY) for partner in ("HELIX", "NOVA", "01234")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Everybody reads it, nobody writes to it."""
    return filled(open_store(f"duckdb:///{tmp_path_factory.mktemp('batch') / 'store.duckdb'}"))


def read(path: Path) -> tuple[dict[str, bytes], dict[str, object], str]:
    """The packs, the manifest and the text for people."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files.pop("manifest.json")), files.pop("README.txt").decode()


def test_every_partner_is_in_the_zip_as_it_would_be_alone(store: Store, tmp_path: Path) -> None:
    source, told = source_of(store), []
    batch = write_batch(
        source, ALL, ["xlsx"], tmp_path / "all.zip", progress=lambda done, of, name: told.append((done, of, name))
    )
    files, manifest, readme = read(tmp_path / "all.zip")
    assert list(files) == [
        "qbr_HELIX_2025-02_v6.xlsx", "qbr_NOVA_2025-02_v6.xlsx", "qbr_01234_2025-02_v6.xlsx",
    ]  # fmt: skip
    assert files["qbr_NOVA_2025-02_v6.xlsx"] == write_file(source_of(store), ALL[1], "xlsx")
    assert told == [(0, 3, "HELIX"), (1, 3, "NOVA"), (2, 3, "01234"), (3, 3, "")]
    assert not batch.failed
    assert manifest["ledger_version"] == 6
    assert manifest["not_made"] == []
    digests = {name: digest for pack in manifest["packs"] for name, digest in pack["files"].items()}
    assert digests == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert readme.startswith("QBR packs of February 2025: 3 partners\nLedger version 6 of 1 January 2026")


def test_the_same_wishes_give_the_same_bytes(store: Store, tmp_path: Path) -> None:
    write_batch(source_of(store), ALL, ["pdf", "xlsx"], tmp_path / "one.zip")
    write_batch(source_of(store), ALL, ["xlsx", "pdf", "pdf"], tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_partner_that_fails_does_not_hold_up_the_others(store: Store, tmp_path: Path) -> None:
    wanted = [ALL[0], Choices("GHOST", FEBRUARY), Choices("NOVA", FEBRUARY, pages=("indicator:no_such",)), ALL[2]]
    batch = write_batch(source_of(store), wanted, ["xlsx"], tmp_path / "some.zip")
    files, manifest, readme = read(tmp_path / "some.zip")
    assert list(files) == ["qbr_HELIX_2025-02_v6.xlsx", "qbr_01234_2025-02_v6.xlsx"]
    assert [one.partner_id for one in batch.failed] == ["GHOST", "NOVA"]
    assert [one["partner_id"] for one in manifest["not_made"]] == ["GHOST", "NOVA"]
    assert 'GHOST (GHOST): There is no partner "GHOST"' in readme
    assert "no_such" in batch.failed[1].why


def test_a_defect_in_one_pack_is_logged_and_the_others_go_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    broken = Choices("NOVA", FEBRUARY, comments={"scorecard": 7})  # type: ignore[dict-item]
    batch = write_batch(source_of(store), [broken, ALL[0]], ["xlsx"], tmp_path / "some.zip")
    assert [(one.partner_id, one.why[:20]) for one in batch.failed] == [("NOVA", "Something went wrong")]
    assert "a pack of a batch" in (tmp_path / "kpi.log").read_text()


def test_nothing_stays_when_it_is_cancelled(store: Store, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"before")
    asked = iter([False, False, False, True])
    batch = write_batch(source_of(store), ALL, ["xlsx"], tmp_path / "all.zip", cancelled=lambda: next(asked))
    assert batch.cancelled
    assert (tmp_path / "all.zip").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == ["all.zip"]


@pytest.mark.parametrize(
    ("wanted", "kinds", "said"),
    [
        ([], ["xlsx"], "Nothing is to be exported"),
        (ALL, [], "Nothing is to be exported"),
        (ALL, ["doc"], 'no pack as "doc"'),
        ([Choices("GHOST", JANUARY), Choices("SPOOK", JANUARY)], ["xlsx"], "No pack could be made. GHOST: There is no"),
    ],
)
def test_wishes_that_make_no_sense(
    store: Store, tmp_path: Path, wanted: list[Choices], kinds: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        write_batch(source_of(store), wanted, kinds, tmp_path / "all.zip")
    assert not (tmp_path / "all.zip").exists()


def test_a_folder_that_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_batch(source_of(store), ALL, ["xlsx"], tmp_path / "nowhere" / "all.zip")


def test_who_may_read_the_zip_is_up_to_the_system(store: Store, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_batch(source_of(store), ALL[:1], ["xlsx"], tmp_path / "all.zip")
    finally:
        os.umask(before)
    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o640


def test_ids_that_come_to_one_name_get_names_of_their_own(empty_store: Store, tmp_path: Path) -> None:
    partners = ("A/B", "A:B", "a_b")
    filled(empty_store, partners)
    write_batch(source_of(empty_store), [Choices(one, FEBRUARY) for one in partners], ["xlsx"], tmp_path / "all.zip")
    files, manifest, _ = read(tmp_path / "all.zip")
    assert list(files) == [
        "qbr_A_B_2025-02_v6.xlsx", "qbr_A_B_2025-02_v6 (2).xlsx", "qbr_a_b_2025-02_v6 (3).xlsx",
    ]  # fmt: skip
    assert [pack["partner_id"] for pack in manifest["packs"]] == list(partners)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("partner_id", "name"),
    [
        ("ACME", "qbr_ACME_2026-10_v412.pptx"),
        ("../../etc/passwd", "qbr_.._etc_passwd_2026-10_v412.pptx"),
        ("上海", "qbr_上海_2026-10_v412.pptx"),
    ],
)
def test_names_of_files(partner_id: str, name: str) -> None:
    assert file_name(partner_id, FEBRUARY.replace(year=2026, month=10), 412, "pptx") == name
