"""Blocks that are split at once hold exactly what Python's csv module reads in them, in strict mode."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

import kpi.intake.textfile as textfile
from kpi.errors import InputRefused
from kpi.intake.read import read_table
from kpi.intake.split import split_block
from kpi.intake.table import FileHints

PIECES = st.sampled_from(
    ["a", "b", '"', '""', ",", ",", "\n", "\n", "\r\n", "\r", " ", "é", '"x,y"', '"l\nm"', '"q""q"']
)
CELLS = st.sampled_from(["", "a", '"x,y"', '"q""q"', '""', '""""', '"l\nm"', "é", " b", '5"', ' "a"', '"a" ', "#c"])
LINES = st.lists(st.tuples(CELLS, CELLS).map(",".join), min_size=1, max_size=6)
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), LINES.map("\n".join), LINES.map("\r\n".join))


def strictly(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=1_500)
@given(text=TEXTS, last=st.booleans())
def test_a_split_block_is_what_the_csv_module_reads(text: str, last: bool) -> None:
    block = text.encode()
    split = split_block(block, ",", 2, last=last)
    if split is not None:
        frame, used = split
        assert [list(row) for row in frame.rows()] == strictly(block[:used].decode())


@settings(max_examples=300)
@given(lines=LINES, size=st.integers(20, 60))
def test_blocks_of_any_size_give_the_same_table(lines: list[str], size: int) -> None:
    """Cutting a file into blocks changes nothing, wherever the cut falls: even inside a quoted cell."""
    content = ("h,k\n" + "\n".join(lines) + "\n").encode()
    hints = FileHints(delimiter=",", header_row=1)
    whole = outcome(content, hints)
    normal = textfile.BLOCK_BYTES
    textfile.BLOCK_BYTES = size
    try:
        assert outcome(content, hints) == whole
    finally:
        textfile.BLOCK_BYTES = normal


def outcome(content: bytes, hints: FileHints) -> object:
    try:
        table = read_table(content, "file.csv", hints)
    except InputRefused as refused:
        return str(refused)
    return table.cells.rows(), table.rows.to_list()


def test_clear_blocks_are_split_and_unclear_ones_are_not() -> None:
    assert split_block(b'1,"x, ""y"""\r\n2,z\r\n', ",", 2, last=True) is not None
    for unclear in (b"1,2,3\n", b"1\n", b'1,5"\n', b'1,"a"b\n', b"1,2\r3,4\n", b'1,"open\n'):
        assert split_block(unclear, ",", 2, last=True) is None
