"""Make the files of one pack, stage by stage, and offer them until something about the pack changes."""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from kpi.present.wording import joined
from kpi.qbr.choices_file import write_choices
from kpi.qbr.files import DECK, file_name, write_pack
from kpi.qbr.gather import arranged
from pages.export import qbr_state as state
from pages.export.qbr_settings import KINDS
from pages.export.qbr_source import key_of
from pages.shared import downloads, problems
from pages.shared.session import QBR_MADE
from pages.shared.shelf import MB, Shelf
from pages.shared.standing import standing
from pages.shared.text import size_text

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices
    from kpi.qbr.gather import Source
    from kpi.qbr.pack import Pack
    from pages.export.qbr_state import TemplateFile

MIME = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
ICONS = {"pptx": "co_present", "xlsx": "table_view", "pdf": "picture_as_pdf"}
WRITERS = ("pptx", "xlsxwriter", "typst", "kpi.qbr.deck.write", "kpi.qbr.workbook.write", "kpi.qbr.document.pdf")
KEPT = 500  # files of up to some MB each

_files: Shelf[bytes] = Shelf(KEPT, 256 * MB, len)
_is_warm = False


def make_and_offer(source: Source, whole: Pack, choices: Choices, kinds: tuple[str, ...], *, can_make: bool) -> None:
    """The button, the stages while it works, and the files that were made from just these choices.

    ``whole``: the pack with every page, without comments.
    """
    wanted = Wanted(source, whole, choices, state.template())
    pressed = st.button(
        "Make the pack",
        type="primary",
        icon=":material/co_present:",
        key="qbr_make",
        disabled=not (kinds and can_make),
    )
    if not kinds:
        st.caption("Choose at least one kind of file.")
    if pressed:
        with problems.shown("a pack"):
            standing(source.store).must_take(wanted.of, "QBR pack")
            _make(wanted, kinds)
            st.session_state[QBR_MADE] = (wanted.digest, kinds)
    made, of = st.session_state.get(QBR_MADE, ("", ()))
    if made == wanted.digest:
        _offer(wanted, of)
    elif made:
        st.caption("Something was changed since the last pack was made: make it again to download it.")


@dataclass(frozen=True)
class Wanted:
    """Everything that the files of one pack rest on. Works in threads without a session, too."""

    source: Source
    whole: Pack
    choices: Choices
    template: TemplateFile | None

    @property
    def key(self) -> Hashable:
        return (*key_of(self.source), write_choices(self.choices), self.template and self.template.digest)

    @property
    def of(self) -> Scope:
        return Scope.of([self.choices.partner_id])

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self.key).encode()).hexdigest()

    def file(self, kind: str) -> bytes:
        """One file, made once for all who choose just the same."""
        template = self.template.content if self.template is not None and kind == DECK else None

        def make() -> bytes:
            return write_pack(self.source, arranged(self.source, self.whole, self.choices), kind, template)

        return _files.get((self.key, kind), make)

    def file_name(self, kind: str) -> str:
        return file_name(self.choices.partner_id, self.choices.month, self.source.provenance.version, kind)


def _make(wanted: Wanted, kinds: tuple[str, ...]) -> None:
    """All at once: the PDF is set outside of Python, while deck and workbook are written."""
    bar = st.progress(0.0, f"Writing {joined([_name(kind) for kind in kinds])}")
    with ThreadPoolExecutor(len(kinds)) as writers:
        under_way = {writers.submit(wanted.file, kind): kind for kind in kinds}
        left = list(kinds)
        for done in as_completed(under_way):
            done.result()
            left.remove(under_way[done])
            said = f"Writing {joined([_name(kind) for kind in left])}" if left else "Ready"
            bar.progress(1 - len(left) / len(kinds), said)
    bar.empty()


def _offer(wanted: Wanted, kinds: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind in kinds:
            downloads.download(
                f"{KINDS[kind]}, {size_text(len(wanted.file(kind)))}",
                partial(wanted.file, kind),
                file_name=wanted.file_name(kind),
                mime=MIME[kind],
                icon=f":material/{ICONS[kind]}:",
                key=f"qbr_download {kind}",
                of=wanted.of,
            )


def warm_up() -> None:
    """Import what writes the files while the reader still chooses pages: the first pack would wait for it."""
    global _is_warm
    if not _is_warm:
        _is_warm = True
        threading.Thread(target=_import_writers, name="import of the writers", daemon=True).start()


def _import_writers() -> None:
    for module in WRITERS:
        importlib.import_module(module)


def _name(kind: str) -> str:
    return f"the {KINDS[kind] if KINDS[kind].isupper() else KINDS[kind].lower()}"
