"""Measures of texts, and how they are made to fit."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from kpi.qbr.deck.drawing import Paragraph, Run, said
from kpi.qbr.deck.fitting import fitted, height_of, shortest
from kpi.qbr.deck.metrics import ARIAL, LINE, WIDE_LINE, Font, height, lines, shortened_to, width
from kpi.qbr.fonts import REGULAR
from tests.qbr.packs import UGLY_TEXTS


@pytest.mark.parametrize("text", ["Right first time", "WWWiii", "Müller & Söhne", "≥ 95.0 %"])
def test_width_is_the_fonts(text: str) -> None:
    face = ImageFont.truetype(str(REGULAR), 1000, layout_engine=ImageFont.Layout.BASIC)
    kerned = face.getlength(text) * 12 / 1000
    assert kerned <= width(text, 12) <= kerned * 1.03 + 0.1


def test_letters_of_other_scripts_are_an_em_wide_and_their_lines_higher() -> None:
    assert width("上海", 10) == 20
    assert height("上海", 10, 100) == 10 * WIDE_LINE
    assert height("Leeds", 10, 100) == 10 * LINE


def test_fonts_that_a_machine_may_lack_count_as_wider() -> None:
    assert Font.named("Arial").factor == 1.0
    assert width("abc", 10, font=Font.named("Acme Sans")) > width("abc", 10) * 1.15


@pytest.mark.parametrize("text", [*UGLY_TEXTS, "", " ", "a" * 500])
@pytest.mark.parametrize("room", [12.0, 60.0, 200.0])
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(text: str, room: float) -> None:
    broken = lines(text, 12, room)
    assert all(width(line, 12) <= room or len(line) == 1 for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


def test_a_word_stays_whole_where_it_can() -> None:
    assert lines("Deviations closed on time", 12, 90) == ["Deviations", "closed on time"]
    assert lines("on-time", 12, 25) == ["on-", "time"]


@pytest.mark.parametrize("text", [*UGLY_TEXTS, "word " * 200])
@pytest.mark.parametrize("most", [15.0, 40.0, 90.0])
def test_what_is_shortened_fits_and_is_the_beginning(text: str, most: float) -> None:
    short = shortened_to(text, 10, 150, most)
    assert height(short, 10, 150) <= max(most, 10 * WIDE_LINE) + 0.3
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_texts_get_smaller_before_they_are_shortened() -> None:
    text = said("word " * 30, 20)
    (kept,), cut = fitted([text], 300, 60, least=10)
    assert 10 <= kept.size < 20
    assert (kept.text, cut) == (text.text, [])


def test_the_last_texts_go_first_and_are_told_whole() -> None:
    first, second, third = (said(f"{name} " * 40, 12) for name in ("one", "two", "three"))
    kept, cut = fitted([first, second, third], 200, 120, least=12)
    assert kept[0].text == first.text
    assert kept[-1].text.endswith("…")
    assert cut == [second.text, third.text][-len(cut) :]
    assert third.text in cut
    assert height_of(kept, 200) <= 120.3


def test_a_shortened_paragraph_keeps_its_looks() -> None:
    paragraph = Paragraph((Run("bold ", True, "red"), Run("plain " * 40)), 10)
    short, whole = shortest(paragraph, 100, 2)
    assert short.runs[0] == paragraph.runs[0]
    assert short.text.endswith("…")
    assert whole == [paragraph.text]
    assert height_of([short], 100, ARIAL) <= 2 * 10 * LINE + 0.3
