"""A board as it is sent to the browser."""

from __future__ import annotations

import json

from kpi.present.board import Cell, Column, Row, payload


def sent(*cells: Cell) -> dict:
    return json.loads(payload("Label", "Corner", [Column("A")], [Row("First", cells)]))


def test_a_cell_is_sent_without_what_it_does_not_have():
    assert sent(Cell(text="5"), Cell())["rows"][0]["cells"] == [{"v": "5"}, {}]


def test_a_cell_carries_icons_pills_and_a_span():
    cell = Cell(text="5", icons=["concern high", ""], pills=[("met", "T1 × 2")], span=(10.04, 20, 15.55))
    assert sent(cell)["rows"][0]["cells"] == [
        {"v": "5", "i": ["concern high"], "p": [["met", "T1 × 2"]], "b": [10.0, 20, 15.6]}
    ]


def test_the_legend_names_what_the_table_shows_and_nothing_else():
    board = sent(Cell(state="missed", icons=["hit or miss"]), Cell(pills=[("met", "x")]))
    assert list(board["looks"]) == ["met", "missed"]
    assert list(board["icons"]) == ["hit or miss"]
    assert board["icons"]["hit or miss"][0].startswith("<path")


def test_an_empty_table_has_an_empty_legend():
    assert json.loads(payload("Label", "Corner", [], []))["looks"] == {}
