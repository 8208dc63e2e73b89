"""The PDF pack: every page says what the pack says, for eyes and for screen readers, and always in the same bytes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from kpi.qbr.document import write_pdf
from kpi.qbr.document.pdf import TEMPLATE, set_document
from kpi.qbr.pack import (
    AppendixPage,
    DecisionsPage,
    EscalationsPage,
    IndicatorPage,
    LookAheadPage,
    Pack,
    ScorecardPage,
)
from tests.qbr.document.reading import fonts_of, outline_of, pdf_of, reader, sections, squeezed, structure_of, texts_of
from tests.qbr.packs import NAMES, a_decisions_page, a_pack, a_provenance, an_escalations_page, ugly_pack

ROOT = Path(__file__).resolve().parents[3]
COMMENT = "The second shift began in July; we expect the trend to turn."
Matrix = list[float]
RESTATED = "Restated since first reported: 2 months, the last on 2 November 2026."


@pytest.fixture(scope="module")
def pack() -> Pack:
    return a_pack(comment=COMMENT, restated=RESTATED, window=3)


@pytest.fixture(scope="module")
def said(pack: Pack) -> dict[str, str]:
    return sections(pdf_of(pack))


def require(said: str, *texts: str) -> None:
    missing = [text for text in texts if squeezed(text) not in said]
    assert not missing, said


def test_pages_stand_in_the_packs_order_and_are_in_the_outline(pack: Pack) -> None:
    assert outline_of(pdf_of(pack)) == [page.title for page in pack.pages]
    turned = replace(pack, pages=tuple(reversed(pack.pages)))
    assert outline_of(write_pdf(turned)) == [page.title for page in turned.pages]


def test_every_page_has_its_comment_and_its_foot(pack: Pack) -> None:
    texts = texts_of(pdf_of(pack))
    for number, text in enumerate(texts, start=1):
        require(text, "Tarnwick Sterile Services Ltd, the 3 months to October 2026", RESTATED)
        require(text, pack.provenance.line, f"Page {number} of {len(texts)}")
    for title, text in sections(pdf_of(pack)).items():
        assert squeezed(COMMENT) in text, title


def test_title_page_names_partner_period_and_sites(pack: Pack, said: dict[str, str]) -> None:
    require(said["Quarterly business review"], *pack.pages[0].lines, "Escalations", "Data appendix")  # type: ignore[attr-defined]


def test_scorecard_has_every_figure_on_one_page() -> None:
    pack = a_pack(indicators=34)
    scorecard = next(page for page in pack.pages if isinstance(page, ScorecardPage))
    text = texts_of(pdf_of(pack))[1]
    require(text, *scorecard.score, *(name for name, _ in scorecard.categories))
    at = 0
    for figure in scorecard.figures:  # each row in the order of the catalogue
        row = squeezed(figure.name + figure.value_text + figure.n_text + figure.target_text)
        assert row in text[at:], (row, text)
        at = text.index(row, at) + len(row)
        require(text[at : at + 80], figure.status_meaning, figure.variation.short)


def test_indicators_say_statement_verdicts_reading_flags_and_definition(pack: Pack, said: dict[str, str]) -> None:
    for page in pack.pages:
        if isinstance(page, IndicatorPage):
            assert page.figure is not None
            figure = page.figure
            require(said[page.title], page.statement, page.reading, page.target, page.gaps, page.definition, page.why)
            require(said[page.title], page.source, ", ".join(page.datasets), *(rule for _, rule in page.flagged))
            require(said[page.title], figure.value_text, f"n {figure.n_text}", figure.interval_text)
            require(said[page.title], figure.status_meaning, figure.variation.sentence, figure.assurance.sentence)


def test_tables_hold_every_row(pack: Pack, said: dict[str, str]) -> None:
    for page in pack.pages:
        text = said[page.title]
        if isinstance(page, EscalationsPage):
            require(text, page.summary)
            for row in page.rows:
                require(text, row.id, row.about, row.rule, row.tier_name, row.state, row.acknowledged, row.response)
                require(text, row.owner, row.clock)
        elif isinstance(page, DecisionsPage):
            require(text, page.closed_on_time)
            for decision in page.decisions:
                require(text, decision.id, decision.meeting, decision.text, decision.about, decision.decided_by)
            for action in page.actions:
                require(text, action.id, action.text, action.about, action.owner, action.side, action.state)
        elif isinstance(page, LookAheadPage):
            require(text, page.summary, page.unconfirmed)
            for commitment in page.rows:
                require(text, commitment.when, commitment.record_id, commitment.description, commitment.severity)
        elif isinstance(page, AppendixPage):
            for monthly in page.monthly:
                require(text, monthly.figure.name, *(value for _, value, _, _ in monthly.cells))
            for source in page.sources:
                require(text, source.submission_id, source.file_name, source.sha256, f"{source.rows:,}", source.actor)
            for definition in page.definitions:
                require(text, definition.sentence, definition.numerator, definition.denominator, definition.owner)


def test_rows_of_one_commitment_are_not_mixed_up(pack: Pack, said: dict[str, str]) -> None:
    page = next(page for page in pack.pages if isinstance(page, LookAheadPage))
    for row in page.rows[3:]:  # those that are neither overdue nor extended stand in one line
        require(said[page.title], f"{row.when}{row.due_on.day} {row.due_on:%B} {row.due_on.year}{row.what}{row.site}")


def test_fonts_are_ours_and_embedded_and_the_file_is_small() -> None:
    pdf = pdf_of(ugly_pack("上海生物制药有限公司"))
    assert fonts_of(pdf) == dict.fromkeys(
        ("LiberationSans", "LiberationSans-Bold", "DejaVuSans", "NotoSansCJKsc-Regular"), True
    )
    assert len(pdf) < 2_000_000


def test_a_screen_reader_finds_title_language_headings_tables_and_words_for_every_drawing(pack: Pack) -> None:
    document = reader(pdf_of(pack))
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata is not None
    assert document.metadata.title == (
        "Quarterly business review: Tarnwick Sterile Services Ltd, the 3 months to October 2026"
    )
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    kinds = structure_of(pdf_of(pack))
    assert sum(kind == "/H1" for kind, _ in kinds) == len(pack.pages)
    assert {"/H2", "/Table", "/TH", "/TD", "/Figure"} <= {kind for kind, _ in kinds}
    assert all(alternative for kind, alternative in kinds if kind == "/Figure")
    page = pack.indicator_pages[0]
    assert any(
        page.figure.variation.sentence in alternative and page.reading in alternative  # type: ignore[union-attr]
        for kind, alternative in kinds
        if kind == "/Figure"
    )


def test_the_same_pack_is_the_same_bytes_in_another_process_zone_and_locale(pack: Pack) -> None:
    program = (
        "import hashlib, sys; from tests.qbr.packs import a_pack; from kpi.qbr.document import write_pdf;"
        f"print(hashlib.sha256(write_pdf(a_pack(comment={COMMENT!r}, restated={RESTATED!r}, window=3))).hexdigest())"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PATH": "", "HOME": "/nowhere"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone, locale in (("1", "UTC", "C.UTF-8"), ("2", "Asia/Tokyo", "C"))
    }
    assert sums == {hashlib.sha256(pdf_of(pack)).hexdigest() + "\n"}


def test_typst_keeps_its_memory_to_itself() -> None:
    """In this process it would hold on to 120 MB for every pack."""
    program = (
        "import sys; from tests.qbr.packs import a_pack; from kpi.qbr.document import write_pdf;"
        "write_pdf(a_pack(indicators=1)); print('typst' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_what_goes_wrong_in_typst_is_told_without_what_the_records_say() -> None:
    with pytest.raises(RuntimeError, match=r"^the PDF could not be set: [\w.]*TypstError$"):
        set_document(TEMPLATE, {"title": "secret", "pages": "secret"}, datetime(2026, 1, 1))


def test_the_documents_date_is_the_versions_and_not_todays(pack: Pack) -> None:
    assert reader(pdf_of(pack)).metadata["/CreationDate"] == "D:20261103091244Z"  # type: ignore[index]
    empty = replace(pack, provenance=a_provenance(version=0, recorded_at=None))
    assert reader(write_pdf(empty)).metadata["/CreationDate"] == "D:19800101000000Z"  # type: ignore[index]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_are_shown_whole(name: str) -> None:
    pack = a_pack(name, indicators=1)
    texts = texts_of(write_pdf(pack))
    assert all(squeezed(f"{name}, October 2026") in text for text in texts)


HOSTILE = (
    '#import "base.typ": *',
    "#panic() $x^2$ `raw` @label <label> \\ *bold* _it_ ~ // no comment /* neither */",
    "= Heading\n- item\n+ item",
    '"quoted" \\u{41} #let x = 1',
    "Unbreakable#$" * 40,
    "上海生物制药有限公司，質量協議。アステラス 한국",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_data_and_never_code(text: str) -> None:
    pack = a_pack(indicators=1, text=text, comment=text)
    for title, said in sections(write_pdf(pack)).items():
        assert squeezed(text) in said, title


def test_letters_that_no_font_has_are_boxes() -> None:
    said = sections(write_pdf(a_pack(indicators=1, comment="a\u1200b\u200bc\x07")))
    assert all("Commenta□bc" in text for text in said.values())


def test_tables_that_go_on_repeat_their_heads() -> None:
    texts = texts_of(pdf_of(ugly_pack()))
    pages = [text for text in texts if "Raisedwhenthemonth'sfigureispast" in text]
    assert len(pages) > 3
    assert all(squeezed("No. About Tier State Response Owner Due") in text for text in pages)


def test_nothing_reaches_over_the_edge_of_the_paper() -> None:
    """Where each line of a word without an end begins and ends; its letters are half as wide as high on average."""
    outside: list[tuple[int, str, float]] = []
    word = "Unbreakable"
    pack = a_pack(word * 11, indicators=2, text=word * 30, comment=word * 50)
    for number, page in enumerate(reader(write_pdf(pack)).pages, start=1):
        room = float(page.mediabox.width) - 40

        def look(text: str, user: Matrix, matrix: Matrix, _: object, size: float, at: tuple[int, float]) -> None:
            start = matrix[4] * user[0] + user[4]
            for line in text.split("\n"):
                end = start + 0.5 * size * abs(matrix[0] * user[0]) * len(line)
                if "break" in line and line.strip() in word * 60 and not 40 <= start <= end <= at[1]:
                    outside.append((at[0], line, end))

        page.extract_text(visitor_text=partial(look, at=(number, room)))
    assert not outside


def test_empty_pages_say_so() -> None:
    nothing = a_pack(
        indicators=0, escalations=0, decisions=0, actions=0, commitments=0, sources=0,
    )  # fmt: skip
    said = sections(write_pdf(nothing))
    require(said["Escalations"], "No escalation is open.")
    require(said["Decisions and actions"], "No decision is recorded.", "No action is agreed.")
    require(said["Look-ahead"], "Nothing falls due.")
    require(said["Data appendix"], "No file stands behind these months.")


def test_charts_of_one_month_of_ten_years_and_of_none() -> None:
    said = sections(pdf_of(ugly_pack()))
    assert squeezed("No month has a value yet.") in said["Never reported"]
    require(said["Only one month"], "Oct", "Mean 88.0 %")
    require(said["Ten years with new limits"], "New limits: New filling line qualified", "2017", "2026")


def test_overdue_is_said_by_shape_and_word() -> None:
    rows = an_escalations_page(1).rows
    late = replace(rows[0], overdue=True, clock="overdue by 3 days", due_on=date(2026, 11, 25) - timedelta(days=3))
    page = replace(an_escalations_page(1), rows=(late,))
    said = sections(write_pdf(a_pack(pages=(page, a_decisions_page(0, 1)))))
    require(said["Escalations"], "■ 22 November 2026 overdue by 3 days")
    require(said["Decisions and actions"], "■ open, overdue")
