"""Makes the pictures of papers beside their drafts: ``python -m tests.blank.pictures [FOLDER [NAME…]]``. Needs LibreOffice and poppler.

Left the blank paper, right the official form of the drafted form's preview, as LibreOffice prints them. Without a folder
the pictures of macros_docs/form-guide.md.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Length, Pt
from PIL import Image

from tests.blank.drafts import drafted
from tests.blank.papers import BLANKS, Blank
from tests.form_pictures import pages
from tests.office import convert
from tests.official.paper import to_docx
from tests.pictures import as_excel_prints
from xltool.campaign.issue.outbox import sample
from xltool.form.layout.print_layout import title_of

FOLDER = Path(__file__).parents[2] / "macros_docs" / "pictures" / "papers"
NAMES = ("city", "sichuan")
WIDTH = 640


def as_paper(blank: Blank, wide: bool) -> bytes:
    """The paper as a person sees it: a Word table with lines."""
    document = docx.Document(BytesIO(to_docx(blank.before, [blank.rows])))
    for text in blank.after:
        document.add_paragraph(text)
    section = document.sections[0]
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.size = Pt(8)
    document.styles["Normal"].font.name = "SimSun"
    for table in document.tables:
        table.style = "Table Grid"
        table.autofit = False
        each = (int(section.page_width or 0) - Cm(3)) // len(table.columns)
        for column in table.columns:
            column.width = Length(each)
        for cell in (cell for row in table.rows for cell in row.cells):
            cell.paragraphs[0].paragraph_format.space_before = Pt(3)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def picture(name: str, folder: Path, target: Path) -> None:
    form = drafted(name)
    sheet = next(sheet for sheet in form.spec.prints if sheet.id == "paper_form")
    paper, preview = folder / f"{name}-paper.docx", folder / f"{name}.xlsx"
    paper.write_bytes(as_paper(BLANKS[name], sheet.landscape))
    data = sample(form, 2024)
    preview.write_bytes(as_excel_prints(data))
    (left,) = convert([paper], folder, "pdf")
    (right,) = convert([preview], folder, "pdf:calc_pdf_Export")
    top = openpyxl.load_workbook(BytesIO(data), data_only=True)[title_of(sheet, 1)]["A1"].value
    head = "".join(str(top).split())[:12]
    page = next(n for n, text in enumerate(pages(right), 1) if head in text[:80] and "怎样填写" not in text)
    images = []
    for pdf, number in ((left, 1), (right, page)):
        made = folder / f"{pdf.stem}-{number}"
        size = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
        command = ["pdftoppm", "-png", "-gray", "-singlefile", "-f", str(number), *size, str(pdf), str(made)]
        subprocess.run(command, check=True)
        images.append(Image.open(f"{made}.png"))
    both = Image.new("L", (WIDTH * 2 + 10, max(image.height for image in images)), 128)
    for number, image in enumerate(images):
        both.paste(image, (number * (WIDTH + 10), 0))
    target.mkdir(parents=True, exist_ok=True)
    both.quantize(16).save(target / f"{name}.png")
    print(name, page)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[2:] or NAMES:
            picture(name, Path(folder), target)


if __name__ == "__main__":
    main()
