"""The real content of a ZIP's entries, streamed: what a header says of its length is checked, never trusted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence

PIECE = 256_000
CENTRAL_ENTRY = b"PK\x01\x02"
HEADER_BYTES = 30
# What zipfile, zlib and text decoding raise over damaged archives.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, LookupError, OSError)
READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def inflate(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's content in pieces; raises one of ``UNREADABLE`` where it is not what its header says."""
    start = entry.header_offset
    header = content[start : start + HEADER_BYTES]
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no entry where the directory says")
    start += HEADER_BYTES + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = memoryview(content)[start : start + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise zipfile.BadZipFile("cut off")
    if entry.compress_type == zipfile.ZIP_STORED:
        pieces: Iterator[bytes] = (bytes(packed[at : at + PIECE]) for at in range(0, len(packed), PIECE))
    else:
        pieces = _inflated(packed)
    real = checksum = 0
    for piece in pieces:
        real += len(piece)
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if real != entry.file_size or checksum != entry.CRC:
        raise zipfile.BadZipFile("another length or content than its header says")


def overlapping(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether entries share bytes of the archive, as only those made to harm do: few bytes then unpack many times."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + HEADER_BYTES + entry.compress_size
    return False


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), PIECE):
        waiting: bytes | memoryview = packed[at : at + PIECE]
        while waiting:
            piece = inflater.decompress(waiting, PIECE)
            if piece:
                yield piece
            waiting = inflater.unconsumed_tail
            if inflater.eof:
                return
    yield inflater.flush()
    if not inflater.eof:
        raise zlib.error("cut off")
