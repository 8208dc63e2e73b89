"""The title slide, and what changed: three sentences that are read from the back of the room."""

from __future__ import annotations

from kpi.qbr.deck.canvas import Canvas
from kpi.qbr.deck.drawing import Paragraph, Rect, Run, clean, said
from kpi.qbr.deck.fitting import height_of
from kpi.qbr.deck.flow import COMMENT_SIZE, GAP, comment_strip, draw_text, text_height
from kpi.qbr.deck.slides import Slides
from kpi.qbr.pack import ChangedPage, TitlePage

PARTNER_SIZE, LINE_SIZE = 24.0, 18.0
LABELS = ("Where we stand", "What changed", "Why it matters")
LABEL_WIDTH, LABEL_SIZE = 130.0, 13.0
SIZES = (22.0, 20.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
NOTHING = "Nothing is said about this period: there are no figures."


def title_slide(slides: Slides, page: TitlePage) -> None:
    def draw(canvas: Canvas) -> None:
        place = canvas.layout.second
        assert place is not None  # covers always have one
        ink = canvas.palette.ink
        first, *others = page.lines or ("",)
        paragraphs = [said(first, PARTNER_SIZE, bold=True, colour=ink, align="")]
        paragraphs += [said(line, LINE_SIZE, colour=ink, before=6, align="") for line in others]
        if page.comment:
            paragraphs.append(said(page.comment, COMMENT_SIZE, colour=ink, before=10, align=""))
        canvas.second(paragraphs, place)

    slides.cover(page, draw)


def changed_slide(slides: Slides, page: ChangedPage) -> None:
    slides.page(page, [[lambda canvas: _sentences(canvas, page)]])


def _sentences(canvas: Canvas, page: ChangedPage) -> None:
    body = canvas.body
    strips = comment_strip(page.comment)
    if strips:
        height, _ = text_height(strips[0], body.w, 0.35 * body.h, canvas.font)
        draw_text(canvas, strips[0], Rect(body.x, body.bottom - height, body.w, height))
        body = body._replace(h=body.h - height - GAP)
    told = [(label, sentence) for label, sentence in zip(LABELS, page.sentences, strict=False) if sentence]
    if not told:
        canvas.text("Nothing", body, [said(NOTHING, LINE_SIZE)])
        return
    label_width = min(LABEL_WIDTH, 0.2 * body.w)
    room = body.w - label_width - 12
    size, heights = _largest(canvas, [sentence for _, sentence in told], room, body.h)
    spare = max(body.h - sum(heights), 0) / len(told)
    y = body.y + min(spare / 3, 12)
    for place, ((label, sentence), height) in enumerate(zip(told, heights, strict=True)):
        if place:
            canvas.line(Rect(body.x, y, body.w, 0))
            y += min(spare / 2, 18)
        canvas.text("Label", Rect(body.x, y + (size - LABEL_SIZE), label_width, LABEL_SIZE * 2.6), [
            said(label, LABEL_SIZE, bold=True, colour=canvas.palette.accent if _reads(canvas) else canvas.palette.ink)
        ])  # fmt: skip
        most = min(height, body.bottom - y)
        canvas.text(label, Rect(body.x + label_width + 12, y, room, most), [_paragraph(sentence, size)])
        y += height + min(spare / 2, 18)


def _reads(canvas: Canvas) -> bool:
    from kpi.qbr.deck.colours import TEXT_CONTRAST, contrast

    return contrast(canvas.palette.accent, canvas.palette.background) >= TEXT_CONTRAST


def _largest(
    canvas: Canvas, sentences: list[tuple[tuple[str, bool], ...]], room: float, most: float
) -> tuple[float, list[float]]:
    """The largest size at which all sentences fit, and their heights; the smallest size with equal shares else."""
    for size in SIZES:
        heights = [height_of([_paragraph(sentence, size)], room, canvas.font) for sentence in sentences]
        if sum(heights) + 3 * GAP * len(heights) <= most:
            return size, heights
    share = most / len(sentences) - 2 * GAP
    return SIZES[-1], [min(height, share) for height in heights]


def _paragraph(sentence: tuple[tuple[str, bool], ...], size: float) -> Paragraph:
    return Paragraph(tuple(Run(clean(text), stands_out) for text, stands_out in sentence), size)
