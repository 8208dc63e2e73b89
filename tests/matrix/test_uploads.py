"""Files about another partner on the upload screen: refused, in the words for a partner that nobody has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from tests.matrix.asked import Desk
from tests.matrix.marks import NOBODY, OURS, THEIRS, foreign
from tests.matrix.pack import Pack, address
from tests.matrix.test_screens import opened, said_by

UPLOADERS = ("partner_quality_lead", "sponsor_alliance_manager")


@pytest.fixture
def desk(pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    store = Store(Path(shutil.copy(pack.store.path, tmp_path / "copy.duckdb")))
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return Desk(pack, store, tmp_path, capsys)


def uploaded(content: bytes) -> AppTest:
    app = opened("monthly_upload", "dataset=deliveries&month=2025-12")
    app.file_uploader(key="upload_file_0").set_value([("file.csv", content, "text/csv")]).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("person", UPLOADERS)
@pytest.mark.parametrize("what", ["file", "original"])
def test_a_file_of_theirs_is_refused_like_one_of_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, person: str, what: str
) -> None:
    monkeypatch.setenv("KPI_ACTOR", address(OURS, person))
    newest = version_now(desk.store)
    said = []
    for partner in (THEIRS, NOBODY):
        content = Path(desk.names(partner, "")[what]).read_bytes()
        app = uploaded(content)
        assert not [button for button in app.button if button.label.startswith("Confirm") and not button.disabled]
        said.append(said_by(app).replace(partner, "<asked>").replace(partner.lower(), "<asked>"))
    assert not foreign(said[0], {OURS})
    assert said[0] == said[1]
    assert version_now(desk.store) == newest
    log = desk.folder / "kpi.log"
    assert not log.exists() or not foreign(log.read_text(), ())


def test_ones_own_file_goes_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_ACTOR", address(OURS, UPLOADERS[0]))
    app = uploaded(Path(desk.names(OURS, "")["file"]).read_bytes())
    assert [button for button in app.button if button.label.startswith("Confirm")]
    assert not foreign(said_by(app), {OURS})
