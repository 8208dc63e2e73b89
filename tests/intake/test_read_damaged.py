"""Damaged files, at random: each is read or refused. None crashes the reader, none keeps it busy."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest

from kpi.errors import InputRefused
from kpi.intake.read import read_table

FIXTURES = Path(__file__).parent.parent / "fixtures"
TEXTS = sorted((FIXTURES / "good" / "reading").glob("*.csv"))
WORKBOOKS = [FIXTURES / "good" / "reading" / f"typed_cells.{suffix}" for suffix in ("xlsx", "xls", "ods")]
MOST_SECONDS = 10


def damage(content: bytes, chance: random.Random) -> bytes:
    """Cut off, flip bits, or put in what confuses readers."""
    octets = bytearray(content)
    kind = chance.randrange(3)
    if kind == 0:
        return bytes(octets[: chance.randrange(len(octets))])
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(octets))
        if kind == 1:
            octets[place] ^= 1 << chance.randrange(8)
        else:
            octets.insert(place, chance.choice(b'",;\t|\r\n\x00\xff\xc3a1'))
    return bytes(octets)


def damage_inside(content: bytes, chance: random.Random) -> bytes:
    """One part of a zipped workbook damaged and packed again, so that its checksum is right."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as packed:
        victim = chance.choice([n for n in source.namelist() if "sheet" in n or "workbook" in n or "content" in n])
        for name in source.namelist():
            part = source.read(name)
            packed.writestr(name, damage(part, chance) if name == victim else part)
    return target.getvalue()


def read_or_refuse(content: bytes) -> None:
    started = time.monotonic()
    try:
        table = read_table(content, "file")
    except InputRefused as error:
        refused = str(error)
    else:
        refused = "file"
        assert all(kind == pl.String for kind in table.cells.dtypes)
        assert table.cells.height == len(table.rows) > 0
        assert sum(table.cells.null_count().row(0)) == 0
    assert refused.startswith("file")
    assert time.monotonic() - started < MOST_SECONDS


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_damaged_text(path: Path) -> None:
    content = path.read_bytes()
    for seed in range(40):
        read_or_refuse(damage(content, random.Random(seed)))


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_damaged_workbooks(path: Path) -> None:
    content = path.read_bytes()
    for seed in range(25):
        read_or_refuse(damage(content, random.Random(seed)))


@pytest.mark.parametrize("path", [path for path in WORKBOOKS if path.suffix != ".xls"], ids=lambda path: path.name)
def test_workbooks_damaged_inside_a_part(path: Path) -> None:
    content = path.read_bytes()
    for seed in range(25):
        read_or_refuse(damage_inside(content, random.Random(seed)))
