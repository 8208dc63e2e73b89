"""A pack made, saved and opened; packs of all partners made while the reader looks at something else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pptx import Presentation

from tests.browser.conftest import PATIENCE_MS, Dashboard
from tests.browser.waiting import cell, opened, say_nothing_of_incidents, settled

COMMENT = "Plan agreed *today*: $5 & more"


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download(timeout=2 * PATIENCE_MS) as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def texts_of(deck: bytes) -> list[str]:
    """All that stands on each slide, in order."""
    slides = Presentation(io.BytesIO(deck)).slides
    return ["\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides]


def test_a_pack_is_made_saved_and_opened(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("qbr", partner="VESS", month="2026-10"), "pages go into the pack")
    page.get_by_role("button", name="Headline").click()
    settled(page)
    box = page.get_by_role("textbox", name="Comment on this page")
    box.fill(COMMENT)
    box.press("Tab")
    cell(page, COMMENT).wait_for(state="attached")
    settled(page)
    page.get_by_role("link", name="Look-ahead").click()
    expect(page.get_by_role("heading", name="Look-ahead")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="QBR pack").click()
    settled(page)
    expect(box).to_have_value(COMMENT)
    page.get_by_role("button", name="Make the pack").click()
    page.get_by_role("button", name="Deck,").wait_for(timeout=2 * PATIENCE_MS)
    settled(page)
    name, deck = saved(page, "Deck,")
    assert name.startswith("qbr_VESS_2026-10_v")
    slides = texts_of(deck)
    assert "Vessandra Biologics" in slides[0]
    assert any(COMMENT in slide for slide in slides)
    assert any("Right first time" in slide and "90.9 %" in slide for slide in slides)
    _, book = saved(page, "Workbook,")
    assert load_workbook(io.BytesIO(book)).sheetnames
    _, document = saved(page, "PDF,")
    assert document.startswith(b"%PDF")
    say_nothing_of_incidents(page)


def test_packs_of_all_partners_are_made_while_another_page_is_looked_at(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("qbr", month="2026-10"), "Several partners")
    page.get_by_text("Several partners").click()
    settled(page)
    for kind in ("Deck (.pptx)", "PDF (.pdf)"):
        page.get_by_role("button", name=kind).click()
        settled(page)
    page.get_by_role("button", name="Make 8 packs in the background").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_role("link", name="Portfolio").click()
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_test_id("stProgress")).to_be_visible()
    page.get_by_text("ready to be saved").wait_for(timeout=5 * PATIENCE_MS)
    page.get_by_role("link", name="To the packs").click()
    settled(page)
    name, content = saved(page, "Save 8 packs as a zip")
    assert name.startswith("qbr_packs_2026-10_v")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        books = [one for one in archive.namelist() if one.endswith(".xlsx")]
        assert len(books) == 8
        assert load_workbook(io.BytesIO(archive.read(books[0]))).sheetnames
        assert "README.txt" in archive.namelist()
    page.get_by_role("button", name="Put away").click()
    settled(page)
    expect(page.get_by_text("Save 8 packs as a zip")).to_have_count(0)
    say_nothing_of_incidents(page)


def test_a_running_export_is_cancelled(page: Page, dashboard: Dashboard) -> None:
    opened(page, dashboard.url("qbr", month="2026-10"), "Several partners")
    page.get_by_text("Several partners").click()
    settled(page)
    page.get_by_role("button", name="Make 8 packs in the background").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled; nothing was kept.").wait_for(timeout=2 * PATIENCE_MS)
    say_nothing_of_incidents(page)
