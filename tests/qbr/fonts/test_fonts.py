"""The fonts that go with the product: shapes and scripts are there, and nothing without a glyph gets through."""

from __future__ import annotations

import pytest

from kpi.present.escalations import STATE_LOOKS
from kpi.present.wording import COVERAGE_LOOKS, STATUS_LOOKS
from kpi.qbr import fonts
from kpi.qbr.fonts.coverage import letters_of


def test_every_shape_of_a_status_has_a_glyph() -> None:
    shapes = {look.shape for look in (*STATUS_LOOKS, *COVERAGE_LOOKS, *STATE_LOOKS)}
    assert all(fonts.drawable(shape) == shape for shape in shapes)
    assert {ord(shape) for shape in shapes} <= letters_of(fonts.FOLDER / "DejaVuSans.ttf")


@pytest.mark.parametrize(
    "text",
    [
        "Bärenbräu Müller & Söhne, Łódź, Ångström ≥ 95.0 %, −3, p′ chart",
        "上海生物制药有限公司，質量協議",
        "アステラス かな 한국 Ελλάδα Россия",
    ],
)
def test_names_in_other_scripts_are_set_as_they_are(text: str) -> None:
    assert fonts.drawable(text) == text


def test_what_no_font_has_is_a_box_and_what_only_steers_is_dropped() -> None:
    assert fonts.drawable("a\u1200b\u200bc\u202ed\x00e\nf\ud800") == "a□bcde\nf"


def test_every_font_has_its_licence_beside_it() -> None:
    for path in fonts.FILES:
        licences = [licence.read_text(encoding="utf-8") for licence in fonts.FOLDER.glob("LICENSE-*.txt")]
        assert sum(path.name in licence for licence in licences) == 1
    assert sum(path.stat().st_size for path in fonts.FILES) < 5_000_000
