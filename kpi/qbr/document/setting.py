"""Typst in a process of its own: a template and its data on standard input, the PDF on standard output."""

from __future__ import annotations

import json
import sys

from kpi.qbr.fonts import FOLDER as FONTS


def main() -> None:
    import typst

    asked = json.load(sys.stdin.buffer)
    made = typst.compile(
        asked["template"],
        root=asked["root"],
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
        ignore_system_fonts=True,
        sys_inputs={"data": asked["data"]},
        pdf_standards=["ua-1"],  # tagged, with a title, a language and texts for every drawing, or no file at all
        timestamp=asked["seconds"],
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
