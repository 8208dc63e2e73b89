"""A PDF in fewer bytes: its objects in compressed object streams (PDF 1.5), nothing in them changed.

Typst writes every object of the document's structure by itself and uncompressed: a cell of a table takes 120 bytes and
its share of a stream 15. A pack of 50 indicators with 300 files behind it has 6,000 of them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

TOGETHER = 200  # objects of a stream: a reader unpacks one as a whole
_TABLE = re.compile(
    rb"xref\s+0 (\d+)\s*((?:\d{10} \d{5} [nf]\s{0,2})+)trailer\s*<<(.*)>>\s*startxref\s+\d+\s+%%EOF\s*", re.S
)
_HEAD = re.compile(rb"(\d+) (\d+) obj\s")
_SIZE = re.compile(rb"/Size \d+")
_KIND_FREE, _KIND_PLAIN, _KIND_PACKED = 0, 1, 2


def packed(pdf: bytes) -> bytes:
    """The same document; ``pdf`` itself where it is written in another way than with one plain table of objects."""
    start = pdf.rfind(b"\nxref") + 1
    table = _TABLE.fullmatch(pdf, start) if start else None
    if table is None or b"/Prev" in table[3] or b"/Encrypt" in table[3]:
        return pdf
    objects = _objects(pdf, table[2].split(b"\n"), start)
    if objects is None:
        return pdf
    alone = [(number, body) for number, body in objects if body.endswith(b"endstream")]
    small = [(number, body) for number, body in objects if not body.endswith(b"endstream")]
    first_new = int(table[1])
    bundles = [small[place : place + TOGETHER] for place in range(0, len(small), TOGETHER)]
    # the first line, and the second, which says that the file is binary
    head = re.match(rb"[^\n]*\n(?:%[^\n]*\n)?", pdf)
    out = bytearray(head[0] if head else b"")
    entries = {0: (_KIND_FREE, 0, 65535)}
    for number, body in [*alone, *((first_new + place, _bundle(bundle)) for place, bundle in enumerate(bundles))]:
        entries[number] = (_KIND_PLAIN, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    for place, bundle in enumerate(bundles):
        entries |= {number: (_KIND_PACKED, first_new + place, at) for at, (number, _) in enumerate(bundle)}
    last = first_new + len(bundles)
    entries[last] = (_KIND_PLAIN, len(out), 0)
    rows = (entries.get(number, (_KIND_FREE, 0, 0)) for number in range(last + 1))
    listed = b"".join(
        kind.to_bytes(1, "big") + where.to_bytes(4, "big") + which.to_bytes(2, "big") for kind, where, which in rows
    )
    told = b"/Type/XRef/W[1 4 2]" + _SIZE.sub(b"/Size %d" % (last + 1), table[3].strip())
    at = len(out)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, _stream(told, listed), at)
    return bytes(out)


def _objects(pdf: bytes, lines: Sequence[bytes], end: int) -> list[tuple[int, bytes]] | None:
    """(number, all between "obj" and "endobj") in the order of the file; None where the table does not fit it."""
    places = sorted(int(line[:10]) for line in lines if line[17:18] == b"n")
    found = []
    for here, beyond in pairwise([*places, end]):
        head = _HEAD.match(pdf, here)
        foot = pdf.rfind(b"endobj", here, beyond)
        if head is None or foot < 0 or head[2] != b"0":
            return None
        found.append((int(head[1]), pdf[head.end() : foot].strip()))
    return found


def _bundle(objects: Sequence[tuple[int, bytes]]) -> bytes:
    """An object stream: the numbers and places of its objects, then the objects."""
    numbers = b" ".join(_places(objects)) + b"\n"
    told = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(numbers))
    return _stream(told, numbers + b"\n".join(body for _, body in objects))


def _places(objects: Sequence[tuple[int, bytes]]) -> Iterator[bytes]:
    at = 0
    for number, body in objects:
        yield b"%d %d" % (number, at)
        at += len(body) + 1


def _stream(told: bytes, content: bytes) -> bytes:
    small = zlib.compress(content, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (told, len(small), small)
