"""The icons of variation and assurance: one for every verdict, each with a form and a meaning of its own."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kpi.present.icons import ASSURANCE_ICONS, ICONS, VARIATION_ICONS, assurance_icon, in_order, variation_icon


@pytest.mark.parametrize("icon", ICONS.values(), ids=lambda icon: icon.name)
def test_an_icon_is_a_drawing_of_its_own_without_markup_from_elsewhere(icon):
    drawing = ElementTree.fromstring(icon.svg())
    assert drawing.get("viewBox") == "0 0 16 16"
    assert {part.tag.rsplit("}", 1)[1] for part in drawing} <= {"path", "circle"}


def test_no_two_icons_share_a_form_or_a_meaning():
    assert len({icon.body for icon in ICONS.values()}) == len(ICONS) == len(VARIATION_ICONS) + len(ASSURANCE_ICONS)
    assert len({icon.meaning for icon in ICONS.values()}) == len(ICONS)


@pytest.mark.parametrize("icon", ICONS.values(), ids=lambda icon: icon.name)
@pytest.mark.parametrize(("colour", "page"), [("light", "#ffffff"), ("dark", "#12181f")])
def test_colours_stand_out_on_the_page(icon, colour, page):
    assert contrast(getattr(icon, colour), page) >= 3
    assert contrast(icon.mark, page) >= 3


@pytest.mark.parametrize(
    ("variation", "side", "name"),
    [
        ("concern", 1, "concern high"),
        ("concern", -1, "concern low"),
        ("improvement", 1, "improvement high"),
        ("improvement", -1, "improvement low"),
        ("high", 1, "high"),
        ("low", -1, "low"),
        ("common cause", 0, "common cause"),
        ("", 0, ""),
    ],
)
def test_every_reading_has_its_icon_and_a_silent_month_has_none(variation, side, name):
    assert variation_icon(variation, side) == name
    assert not name or name in ICONS


@pytest.mark.parametrize("assurance", ["consistently passes", "consistently fails", "hit or miss"])
def test_every_known_assurance_has_its_icon(assurance):
    assert assurance_icon(assurance) == assurance


def test_what_is_not_known_has_no_icon():
    assert assurance_icon("not known") == ""


def test_a_legend_names_each_icon_once_the_worst_first():
    assert [icon.name for icon in in_order(["common cause", "concern low", "", "common cause"])] == [
        "concern low",
        "common cause",
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
