"""Splits a block of CSV text that has only one possible reading; whatever else there is goes to the csv module.

One reading means: every quoted cell is quoted as a whole, with the quotes inside it doubled (RFC 4180), line ends are
alike, and every line has as many delimiters as the header. That is checked on the bytes first; then polars may
split the block, many times faster than cell by cell. Any doubt is None, never a guess.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

NEWLINE, RETURN, QUOTE = ord("\n"), ord("\r"), ord('"')
SEEN = range(0x21, 0x7F)  # plain characters that are no blanks


class Lines(NamedTuple):
    """The cells (String columns "0", "1", …), the bytes they took, where each line ends (the offset behind it, UInt32,
    so that single lines can be found again), and whether it is certain that no cell has outer blanks.
    """

    frame: pl.DataFrame
    used: int
    ends: np.ndarray
    trimmed: bool


def split_block(block: bytes, delimiter: str, width: int, *, last: bool) -> tuple[pl.DataFrame, int] | None:
    """The cells of the complete lines at the block's start (String columns "0", "1", …) and the bytes they took.

    ``block`` starts a record. ``last``: the file ends with it. None where the block does not have one clear reading.
    """
    split = split_lines(block, delimiter, width, last=last)
    return (split.frame, split.used) if split is not None else None


def split_lines(block: bytes, delimiter: str, width: int, *, last: bool) -> Lines | None:
    """The same, with more about them."""
    if width < 2 or len(delimiter.encode()) != 1:
        return None
    if last and not block.endswith(b"\n"):
        block += b"\n"
        added = 1
    else:
        added = 0
    octets = np.frombuffer(block, dtype=np.uint8)
    quotes = np.flatnonzero(octets == QUOTE)
    line_ends = _outside(np.flatnonzero(octets == NEWLINE), quotes)
    if not len(line_ends):
        return None
    used = int(line_ends[-1]) + 1
    quotes = quotes[quotes < used]
    delimiters = np.flatnonzero(octets[:used] == ord(delimiter))
    delimiters = _outside(delimiters, quotes)
    if not _same_width(delimiters, line_ends, width) or not _whole_quotes(octets, quotes, ord(delimiter)):
        return None
    trimmed = _no_outer_blanks(octets, delimiters, line_ends, quotes, ord(delimiter))
    lines = block if used == len(block) else block[:used]
    if b"\r" in lines:
        returns = np.flatnonzero(octets[:used] == RETURN)
        if len(_outside(returns, quotes)) < len(returns) or (octets[returns + 1] != NEWLINE).any():
            return None
        lines = lines.replace(b"\r\n", b"\n")
    frame = pl.read_csv(
        lines,
        has_header=False,
        separator=delimiter,
        quote_char='"' if len(quotes) else None,
        schema={str(place): pl.String for place in range(width)},
        empty_string_is_null=False,
    )
    if frame.height != len(line_ends):
        return None
    ends = (line_ends + 1).astype(np.uint32)
    ends[-1] -= added
    return Lines(frame, used - added, ends, trimmed)


def _outside(positions: np.ndarray, quotes: np.ndarray) -> np.ndarray:
    """Those with an even number of quotes before them: not inside a quoted cell."""
    if not len(quotes):
        return positions
    return positions[np.searchsorted(quotes, positions) % 2 == 0]


def _same_width(delimiters: np.ndarray, line_ends: np.ndarray, width: int) -> bool:
    """Whether each line has one delimiter less than the header has cells."""
    if len(delimiters) != len(line_ends) * (width - 1):
        return False
    per_line = delimiters.reshape(len(line_ends), width - 1)
    return bool((per_line[:, -1] < line_ends).all() and (per_line[1:, 0] > line_ends[:-1]).all())


def _no_outer_blanks(
    octets: np.ndarray, delimiters: np.ndarray, line_ends: np.ndarray, quotes: np.ndarray, delimiter: int
) -> bool:
    """Whether every cell, without its quotes, surely begins and ends with a plain character or is empty."""
    inside = np.zeros(256, dtype=bool)
    inside[SEEN.start : SEEN.stop] = True
    outside = inside.copy()
    outside[[delimiter, NEWLINE]] = True  # an empty cell lies between two of these
    last = octets[line_ends - 1]
    before = np.where(last == RETURN, octets[line_ends - 2], last)
    after = octets[delimiters + 1]
    return bool(
        inside[octets[quotes[::2] + 1]].all()
        and inside[octets[quotes[1::2] - 1]].all()
        and outside[octets[0]]
        and outside[octets[line_ends[:-1] + 1]].all()
        and outside[before].all()
        and (outside[after] | (after == RETURN)).all()
        and outside[octets[delimiters - 1]].all()
    )


def _whole_quotes(octets: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    """Whether quotes open right after a delimiter or line end, close right before one, and are doubled in between."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[opening - 1]  # of position 0 this is the block's last byte, a line end
    begins = (before == delimiter) | (before == NEWLINE)
    begins[0] |= opening[0] == 0
    begins[1:] |= opening[1:] == closing[:-1] + 1
    after = octets[closing + 1]
    ends = (after == delimiter) | (after == NEWLINE) | (after == RETURN)
    ends[:-1] |= opening[1:] == closing[:-1] + 1
    return bool(begins.all() and ends.all())
