"""Runs VBA modules in LibreOffice, through UNO. Runs under the system's own Python: ``python3 basic.py jobs.json answers.json``.

LibreOffice's VBA has no ExportAsFixedFormat, so ``PDF`` takes its place: the sheet that the module asks for, to the path it asks for.
A job: ``module`` (a .bas file), ``call`` (a function of it), ``arguments``, ``open`` (a workbook to have open and active), ``at``
(sheet and cell to stand on), ``times``. The answers are what the function returned each time. The office has a profile of its own.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from uno_desk import connected, prop  # type: ignore[import-not-found]

PDF = """
Private Sub InPlaceOfExport(ByVal sheet As Object, ByVal target As String)
    Dim all As Object, document As Object
    Dim chosen(0) As New com.sun.star.beans.PropertyValue
    Dim how(1) As New com.sun.star.beans.PropertyValue
    all = StarDesktop.Components.createEnumeration()
    Do While all.hasMoreElements()
        document = all.nextElement()
        If document.URL <> "" Then
            chosen(0).Name = "Selection"
            chosen(0).Value = document.Sheets.getByName(sheet.Name)
            how(0).Name = "FilterName"
            how(0).Value = "calc_pdf_Export"
            how(1).Name = "FilterData"
            how(1).Value = chosen()
            document.storeToURL(ConvertToURL(target), how())
        End If
    Loop
End Sub
"""


def basic_of(module: Path) -> str:
    """The module as LibreOffice reads it: its own attributes left out, in the mode for VBA."""
    text = module.read_text(encoding="ascii").replace("sheet.ExportAsFixedFormat 0,", "InPlaceOfExport sheet,")
    lines = [line for line in text.splitlines() if not line.startswith("Attribute ")]
    return "\n".join(["Option VBASupport 1", *lines, PDF])


def run(desktop: Any, job: dict[str, Any]) -> list[Any]:
    """A fresh workbook holds the module, as one would hold it in Excel."""
    host = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    host.BasicLibraries.VBACompatibilityMode = True
    module = Path(job["module"])
    host.BasicLibraries.getByName("Standard").insertByName(module.stem, basic_of(module))
    book = None
    if job.get("open"):
        book = desktop.loadComponentFromURL(Path(job["open"]).as_uri(), "_blank", 0, ())
        controller = book.CurrentController
        if job.get("at"):
            sheet, cell = job["at"]
            controller.setActiveSheet(book.Sheets.getByName(sheet))
            controller.select(book.Sheets.getByName(sheet).getCellRangeByName(cell))
    name = f"vnd.sun.star.script:Standard.{module.stem}.{job['call']}?language=Basic&location=document"
    script = host.getScriptProvider().getScript(name)
    answers = [script.invoke(tuple(job["arguments"]), (), ())[0] for _ in range(job.get("times", 1))]
    for document in (book, host):
        if document is not None:
            document.close(True)
    return answers


def main(jobs: Path, answers: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="lo-basic-") as profile:
        office, desktop = connected(profile)
        try:
            told = [run(desktop, job) for job in json.loads(jobs.read_text(encoding="utf-8"))]
            answers.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        finally:
            try:
                desktop.terminate()
                office.wait(20)
            except Exception:
                office.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
