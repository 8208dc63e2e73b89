"""Office files with nothing in them that changes from one writing to the next."""

from __future__ import annotations

import io
import zipfile

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
ZIPS = (".xlsx", ".docx")


def repacked(content: bytes) -> bytes:
    """The same parts in the same order, without the moments and systems at which they were packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename.endswith(ZIPS):
                part = repacked(part)
            plain = zipfile.ZipInfo(entry.filename, FIRST_DAY)
            plain.compress_type = zipfile.ZIP_DEFLATED
            plain.create_system = 0
            plain.external_attr = 0
            new.writestr(plain, part)
    return file.getvalue()
