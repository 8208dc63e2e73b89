"""Minutes as PDF and as Word document: both say everything, and are always the same bytes."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest

from kpi.meeting.minutes import Minutes
from kpi.meeting.minutes_blocks import Heading, Mark, Paragraph, Table, blocks_of, facts_of, foot_of, standing
from kpi.meeting.minutes_docx import write_minutes_docx
from kpi.meeting.minutes_pdf import write_minutes_pdf
from tests.meeting.made import a_draft, confirmed_minutes, objected_minutes, some_minutes, ugly_minutes
from tests.qbr.document.reading import fonts_of, outline_of, reader, squeezed, structure_of, texts_of

ROOT = Path(__file__).resolve().parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MADE: dict[str, Callable[[], Minutes]] = {
    "waiting": some_minutes,
    "confirmed": confirmed_minutes,
    "objected to": objected_minutes,
    "draft": a_draft,
}


def everything(minutes: Minutes) -> list[str]:
    """Each text of the minutes, in the order of reading."""
    texts = [minutes.heading, *(part for fact in facts_of(minutes) for part in fact)]
    for block in (*standing(minutes), *blocks_of(minutes)):
        if isinstance(block, (Heading, Paragraph)):
            texts.append(block.text)
        else:
            texts += block.heads
            for row in block.rows:
                texts += [f"{cell.look.shape}{cell.word}" if isinstance(cell, Mark) else cell for cell in row]
    return texts


def without_frame(minutes: Minutes, pages: list[str]) -> str:
    """The text of all pages without what stands over and under each."""
    foot = "".join(squeezed(line) for line in foot_of(minutes))
    found = ""
    for number, page in enumerate(pages, start=1):
        body = page.replace(foot, "").replace(f"Page{number}of{len(pages)}", "")
        found += body.removeprefix(squeezed(minutes.heading)) if number > 1 else body
    return found


def require_in_order(text: str, parts: list[str]) -> None:
    at = 0
    for part in parts:
        found = text.find(squeezed(part), at)
        assert found >= 0, (part, text[at : at + 300])
        at = found + len(squeezed(part))


def docx_text(content: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = ElementTree.fromstring(archive.read(part))
    return squeezed("".join(element.text or "" for element in tree.iter(f"{W}t")))


@pytest.mark.parametrize("name", MADE)
def test_both_files_say_everything_in_order(name: str) -> None:
    minutes = MADE[name]()
    pages = texts_of(write_minutes_pdf(minutes))
    require_in_order(without_frame(minutes, pages), everything(minutes))
    require_in_order(docx_text(write_minutes_docx(minutes)), everything(minutes))


def test_every_page_has_its_foot() -> None:
    minutes = ugly_minutes()
    pages = texts_of(write_minutes_pdf(minutes))
    for number, page in enumerate(pages, start=1):
        for text in (*foot_of(minutes), f"Page {number} of {len(pages)}"):
            assert squeezed(text) in page
    content = write_minutes_docx(minutes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        feet = [name for name in archive.namelist() if re.fullmatch(r"word/footer\d+\.xml", name)]
    assert len(feet) == 2  # of the first page and of all others
    for part in feet:
        assert docx_text(content, part) == squeezed("".join(foot_of(minutes)) + "Page 1 of 1")


def test_a_screen_reader_finds_headings_and_tables_in_the_pdf() -> None:
    pdf = write_minutes_pdf(some_minutes())
    document = reader(pdf)
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata is not None
    assert document.metadata.title == "Minutes of Steering committee, 3 December 2026"
    assert outline_of(pdf) == ["Minutes of Steering committee, 3 December 2026"]
    kinds = [kind for kind, _ in structure_of(pdf)]
    assert (kinds.count("/H1"), kinds.count("/H2"), kinds.count("/H3")) == (1, 8, 3)
    assert kinds.count("/Table") == 5
    assert fonts_of(pdf) == dict.fromkeys(("LiberationSans", "LiberationSans-Bold", "DejaVuSans"), True)


def test_the_document_has_real_headings_and_repeats_the_heads_of_tables() -> None:
    document = docx.Document(io.BytesIO(write_minutes_docx(ugly_minutes())))
    assert document.paragraphs[0].style is not None
    assert document.paragraphs[0].style.name == "Title"
    headings = [
        (part.style.name, part.text)
        for part in document.paragraphs
        if part.style and "Heading" in (part.style.name or "")
    ]
    expected = [(f"Heading {part.level}", part.text) for part in blocks_of(ugly_minutes()) if isinstance(part, Heading)]
    assert headings == expected
    tables = document.tables[1:]  # the first has the facts, without a head
    assert len(tables) == sum(isinstance(part, Table) for part in blocks_of(ugly_minutes()))
    assert all(table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None for table in tables)
    assert all(row._tr.trPr is None or row._tr.trPr.find(f"{W}tblHeader") is None for row in tables[0].rows[1:])


def test_properties_are_those_of_the_minutes() -> None:
    about = docx.Document(io.BytesIO(write_minutes_docx(some_minutes()))).core_properties
    assert (about.title, about.author, about.last_modified_by, about.version) == (
        "Minutes of Steering committee, 3 December 2026", "Ann Lee", "Ann Lee", "edition 1",
    )  # fmt: skip
    assert f"{about.created:%Y-%m-%d %H:%M:%S}" == f"{about.modified:%Y-%m-%d %H:%M:%S}" == "2026-12-03 14:02:11"
    draft = docx.Document(io.BytesIO(write_minutes_docx(a_draft()))).core_properties
    assert f"{draft.created:%Y-%m-%d}" == "2026-11-03"  # the version's day


def test_the_same_minutes_are_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from tests.meeting.made import confirmed_minutes as made;"
        "from kpi.meeting.minutes_docx import write_minutes_docx as word;"
        "from kpi.meeting.minutes_pdf import write_minutes_pdf as pdf;"
        "print(hashlib.sha256(word(made()) + pdf(made())).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PATH": "", "HOME": "/nowhere"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    both = write_minutes_docx(confirmed_minutes()) + write_minutes_pdf(confirmed_minutes())
    assert run.stdout == hashlib.sha256(both).hexdigest() + "\n"


@pytest.mark.parametrize(
    "text",
    [
        '#panic() $x^2$ `raw` @ref <label> \\ *bold* & <w:p/> "quoted" =cmd|x',
        "上海生物制药有限公司，質量協議。",
        "Unbreakable#$" * 40,
        "bell\x07 and half \ud800 a letter",
    ],
)
def test_texts_are_data_and_never_code(text: str) -> None:
    shown = re.sub("[\x07\ud800]", "", text)
    minutes = ugly_minutes(text, text)
    pdf, word = write_minutes_pdf(minutes), write_minutes_docx(minutes)
    pages = "".join(texts_of(pdf))
    assert squeezed(shown) in pages.replace("\u2011", "-")
    assert squeezed(shown) in docx_text(word)
    assert len(pdf) < 2_000_000
    docx.Document(io.BytesIO(word))
