"""What a file says, whatever kind it is: archives are opened, PDF and Parquet read, everything else taken as text."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path


def text_of(content: bytes) -> str:
    """Everything in the file that somebody could read: names of parts too."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(one.filename, one.comment, archive.read(one)) for one in archive.infolist()]
            said = [archive.comment.decode(errors="replace")]
        return "\n".join([*said, *(f"{name}\n{said!r}\n{text_of(inner)}" for name, said, inner in parts)])
    if content.startswith(b"%PDF"):
        import pypdf

        reader = pypdf.PdfReader(io.BytesIO(content))
        return "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
    if content.startswith(b"PAR1"):
        import pandas as pd

        return pd.read_parquet(io.BytesIO(content)).to_csv() + content.decode(errors="replace")
    if content.startswith(b"\x1f\x8b"):
        return text_of(gzip.decompress(content))
    return content.decode(errors="replace")


def texts_in(folder: Path) -> str:
    """The names and contents of all files below ``folder``."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return "\n".join(f"{path.relative_to(folder)}\n{text_of(path.read_bytes())}" for path in files)
