"""Which letters a font has, read from its character map."""

from __future__ import annotations

import struct
from pathlib import Path


def letters_of(path: Path) -> set[int]:
    """The code points for which the font file has a glyph. Reads the tables of formats 4 and 12, as our fonts have."""
    content = path.read_bytes()
    (count,) = struct.unpack_from(">H", content, 4)
    tables = (struct.unpack_from(">4sLLL", content, 12 + 16 * place) for place in range(count))
    start = next(offset for name, _, offset, _ in tables if name == b"cmap")
    (count,) = struct.unpack_from(">H", content, start + 2)
    found: set[int] = set()
    for place in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", content, start + 4 + 8 * place)
        if (platform, encoding) == (3, 1):
            found |= _segments(content, start + offset)
        elif (platform, encoding) == (3, 10):
            found |= _groups(content, start + offset)
    return found


def _segments(content: bytes, start: int) -> set[int]:
    """Format 4: code points up to U+FFFF in segments with a delta or a list of glyphs each."""
    (doubled,) = struct.unpack_from(">H", content, start + 6)
    ends = start + 14
    firsts, deltas, ranges = ends + doubled + 2, ends + 2 * doubled + 2, ends + 3 * doubled + 2
    found: set[int] = set()
    for at in range(0, doubled, 2):
        last, first, delta, offset = (
            struct.unpack_from(">H", content, table + at)[0] for table in (ends, firsts, deltas, ranges)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", content, ranges + at + offset + 2 * (code - first))
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                found.add(code)
    return found


def _groups(content: bytes, start: int) -> set[int]:
    """Format 12: groups of consecutive code points."""
    (count,) = struct.unpack_from(">L", content, start + 12)
    found: set[int] = set()
    for place in range(count):
        first, last, glyph = struct.unpack_from(">LLL", content, start + 16 + 12 * place)
        found.update(range(first + (not glyph), last + 1))
    return found
