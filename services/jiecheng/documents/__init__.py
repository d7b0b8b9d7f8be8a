"""Letters and the approval sheet as PDF: a template and the case's facts in, bytes out.

Owns the layout of GB/T 9704-2012, the words a letter template may use, and what may be printed. Never numbers a letter,
never decides that one is due, never draws a seal. The only files it opens are its own page descriptions and the fonts
in the folder it is given; the same input gives the same bytes.
"""

from jiecheng.documents.letter import KINDS, Letter, letter_names, read_letter
from jiecheng.documents.letter_page import render_letter
from jiecheng.documents.sample import sample_facts
from jiecheng.documents.sheet import Sheet, SheetRow, SheetStep, render_sheet
from jiecheng.documents.typeset import FAMILY, HEADING_FAMILY, Rendered

__all__ = [
    "FAMILY",
    "HEADING_FAMILY",
    "KINDS",
    "Letter",
    "Rendered",
    "Sheet",
    "SheetRow",
    "SheetStep",
    "letter_names",
    "read_letter",
    "render_letter",
    "render_sheet",
    "sample_facts",
]
