"""Makes the pictures of macros_docs/form-layouts.md: ``python -m tests.form_pictures``. Needs LibreOffice and poppler.

Each official form of each form definition, filled with the clean example, as LibreOffice prints it.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import openpyxl

from tests import clean, kit
from tests.office import convert
from xltool.form import form_by_id, form_ids

FOLDER = Path(__file__).parents[1] / "macros_docs" / "pictures" / "forms"
NAMES = {"基础数据表": "-base", "整体自评表": "-overall"}
WIDTH = 720


def pages(pdf: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout
    return ["".join(page.split()) for page in text.decode("utf-8").split("\f")]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for ident in form_ids():
            form = form_by_id(ident)
            made = kit.issue(form)
            source = Path(folder) / f"{ident}.xlsx"
            source.write_bytes(kit.workbook(form, made, dict(clean.values(form, made))))
            book = openpyxl.load_workbook(source, data_only=True)
            (pdf,) = convert([source], Path(folder), "pdf:calc_pdf_Export")
            for sheet in form.spec.prints:
                name = NAMES.get(sheet.title, "")
                if sheet.per == "project" and any(other.per == "department" for other in form.spec.prints):
                    continue  # printed as in the form it extends
                title = book[sheet.title.replace("{n}", "1")]["A1"].value
                head = "".join(str(title).split())
                page = next(
                    n for n, text in enumerate(pages(pdf), 1) if head in text[:40] and "一、怎样填写" not in text
                )
                target = FOLDER / f"{ident}{name}"
                subprocess.run(
                    ["pdftoppm", "-png", "-gray", "-singlefile", "-f", str(page), "-scale-to-x", str(WIDTH), "-scale-to-y", "-1",
                     str(pdf), str(target)],
                    check=True,
                )  # fmt: skip
                print(target.name, page)


if __name__ == "__main__":
    main()
