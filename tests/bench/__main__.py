"""The speed promises as ratios, all measured in one run on the same returns.

``python -m tests.bench FOLDER [COUNT]`` makes a campaign of COUNT returns with three projects each (default 20),
unless FOLDER holds one already, and prints a table. CPU times of this process and of what it waits for; libraries
to compare with that are not installed are left out (``pip install datamaps==1.1.9``). Ratios do not depend on the
count: everything compared grows with it; the slow ones look at a few returns and are scaled.
"""

from __future__ import annotations

import gc
import importlib.util
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.returns import make, paths
from xltool.campaign.collect import collect
from xltool.campaign.settings import FILE, open_campaign

_FEW = 4


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU of ``work``, in this process and its children."""
    gc.collect()
    before = os.times()
    work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])


def read_all(files: list[Path]) -> None:
    import python_calamine

    for path in files:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def by_pandas(files: list[Path], target: Path) -> None:
    import pandas as pd

    frames = []
    for path in files:
        for name, frame in pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None).items():
            frames.append(frame.assign(file=path.name, sheet=name))
    pd.concat(frames).to_excel(target / "pandas.xlsx")


def load_save(files: list[Path], target: Path) -> None:
    import openpyxl

    for path in files:
        openpyxl.load_workbook(path).save(target / "openpyxl.xlsx")


def mark(files: list[Path], target: Path) -> float:
    """Marking alone: the outcomes are at hand, as they are when collect marks."""
    from xltool.examine import examine
    from xltool.form import form_by_id
    from xltool.report.annotate import hand_back

    forms = {"hunan-2022": form_by_id("hunan-2022")}
    made = [(path, path.read_bytes()) for path in files]
    outcomes = [examine(path.name, data, forms.get) for path, data in made]

    def marking() -> None:
        for (path, data), outcome in zip(made, outcomes, strict=True):
            hand_back(path.stem, data, outcome, target)

    return cpu(marking)


def by_datamaps(files: list[Path], home: Path, python: str) -> float | None:
    """datamaps 1.1.9 collecting the cells that xltool reads, run by the interpreter it is installed in."""
    from xltool.campaign.outbox import issued
    from xltool.form import form_by_id, layout

    campaign = open_campaign(files[0].parent.parent)
    shape = next(iter(issued(campaign).values()))
    made = layout.build(form_by_id(campaign.form), shape)
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
    spent = cpu(lambda: subprocess.run(command, check=False, capture_output=True, env=environment, cwd=home))
    return spent if list((folder.parent / "output").glob("*.xlsx")) else None


def main(folder: Path, count: int) -> None:
    if not (folder / FILE).is_file():
        make(folder, count)
    campaign = open_campaign(folder)
    files = list(paths(campaign))
    few = files[-_FEW:]  # the last is one with a finding
    scale = len(files) / len(few)
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        quiet = lambda _done, _total, _name: None  # noqa: E731
        for _ in range(2):  # warm: imports, caches of the disk
            read_all(few)
        reading = cpu(lambda: read_all(files))
        for path in (campaign.summary.parent).glob("台账*"):
            path.unlink()
        examining = cpu(lambda: _examine_only(folder))
        first = examining + cpu(lambda: collect(campaign, quiet))
        second = min(cpu(lambda: collect(campaign, quiet)) for _ in range(3))
        pandas = cpu(lambda: by_pandas(few, target)) * scale
        saving = cpu(lambda: load_save(few, target))
        marking = mark(few, target)
        python = os.environ.get("DATAMAPS_PYTHON", sys.executable)
        has = "DATAMAPS_PYTHON" in os.environ or importlib.util.find_spec("datamaps") is not None
        datamaps = by_datamaps(few, target, python) if has else None
        start = min(
            cpu(lambda: subprocess.run([sys.executable, "-m", "xltool", "--help"], check=True, capture_output=True))
            for _ in range(5)
        )
    n = len(files)
    print(f"{n} returns, CPU seconds; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    print(
        f"{'examining / reading with calamine':44} {examining:8.2f} / {reading:8.2f} = {examining / reading:8.2f}   promise <= 4"
    )
    print(
        f"{'pandas(openpyxl)+to_excel / first collect':44} {pandas:8.2f} / {first:8.2f} = {pandas / first:8.2f}   promise >= 20"
    )
    if datamaps is not None:
        print(
            f"{'datamaps / first collect':44} {datamaps * scale:8.2f} / {first:8.2f} = {datamaps * scale / first:8.2f}   promise >= 100"
        )
    print(
        f"{'openpyxl load+save / marking':44} {saving:8.2f} / {marking:8.2f} = {saving / marking:8.2f}   promise >= 10"
    )
    print(f"{'second collect / first':44} {second:8.3f} / {first:8.2f} = {second / first:8.2%}   promise < 5%")
    print(f"{'xltool --help':44} {start * 1000:8.0f} ms CPU   promise < 150")


def _examine_only(folder: Path) -> None:
    """Gate, read, check, score and ledger, without marked copies and summary."""
    from xltool.campaign import collect as module
    from xltool.campaign.inbox import Contents, look
    from xltool.campaign.ledger import Ledger
    from xltool.form import form_by_id

    campaign = open_campaign(folder)
    form = form_by_id(campaign.form)
    with Ledger(campaign.summary.parent) as ledger:
        seen = look(ledger, campaign.inbox, module.now())
        contents = Contents(campaign.inbox, ledger.archives())
        module._examine(ledger, campaign, form, seen, contents, lambda _done, _total, _name: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
