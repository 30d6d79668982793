"""What the tool is compared with: the libraries a bureau would otherwise use, on the same files."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

from tests.bench.measure import cpu, spent
from xltool.campaign.settings import open_campaign


def by_calamine(files: list[Path]) -> None:
    import python_calamine

    for path in files:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def by_pandas(files: list[Path]) -> None:
    """All sheets of a file in one call, as anybody would: once per sheet, pandas opens the file anew each time."""
    import pandas as pd

    for path in files:
        pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None)


def by_openpyxl(files: list[Path]) -> None:
    import openpyxl

    for path in files:
        book = openpyxl.load_workbook(path, data_only=True)
        for sheet in book.worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass


def load_save(files: list[Path], target: Path) -> None:
    import openpyxl

    for path in files:
        openpyxl.load_workbook(path).save(target / "openpyxl.xlsx")


def mark(files: list[Path], target: Path) -> float:
    """Marking alone: the outcomes are at hand, as they are when collect marks."""
    from tests.marked import hand_back
    from xltool.examine import examine
    from xltool.form import form_by_id

    forms = {"hunan-2022": form_by_id("hunan-2022")}
    made = [(path, path.read_bytes()) for path in files]
    outcomes = [examine(path.name, data, forms.get) for path, data in made]

    def marking() -> None:
        for (path, data), outcome in zip(made, outcomes, strict=True):
            hand_back(path.stem, data, outcome, target)

    return cpu(marking)


def by_datamaps(files: list[Path], home: Path, python: str) -> tuple[float, float] | None:
    """datamaps 1.1.9 collecting the cells that xltool reads, run by the interpreter it is installed in."""
    from xltool.campaign.issue.outbox import issued
    from xltool.form import form_by_id
    from xltool.form.layout import workbook_layout

    campaign = open_campaign(files[0].parent.parent)
    issue = next(iter(issued(campaign).values()))
    made = workbook_layout.build(form_by_id(campaign.form), issue)
    boxes = [(sheet.title, box) for sheet in made.inputs for box in sheet.boxes]
    folder = home / "Documents" / "datamaps" / "input"
    folder.mkdir(parents=True)
    (folder.parent / "output").mkdir()
    lines = ["cell_key,template_sheet,cell_reference,type"]
    lines += [
        f"{box.key},{title},{made.cells[box.key].a1},TEXT"
        for title, box in boxes
        if box.key is not None and box.key in made.cells
    ]
    (folder / "datamap.csv").write_text("\n".join(lines), encoding="utf-8")
    for path in files:
        shutil.copy(path, folder)
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    command = [python, "-c", "from datamaps.main import cli; cli()", "import", "templates", "-m"]
    cost = spent(lambda: subprocess.run(command, check=False, capture_output=True, env=environment, cwd=home))
    return cost if list((folder.parent / "output").glob("*.xlsx")) else None
