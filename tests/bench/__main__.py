"""The speed promises, all measured in one run on the same returns.

``python -m tests.bench FOLDER [COUNT]`` makes a campaign of COUNT returns with three projects each (default 20),
unless FOLDER holds one already, and prints a table; every return has at least one finding, so all are marked. The
slow libraries look at a few returns and are scaled. datamaps is measured if ``DATAMAPS_PYTHON`` names an interpreter
that has it: ``python3 -m venv dm && dm/bin/pip install datamaps==1.1.9``, then ``DATAMAPS_PYTHON=$PWD/dm/bin/python``.
``python -m tests.bench FOLDER COUNT quick`` leaves the other libraries out: for thousands of returns.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import rivals
from tests.bench.measure import as_installed, cpu, run, spent
from tests.bench.ours import reporting, stamping, start, warm
from tests.bench.returns import make, paths
from xltool.campaign import collect as module
from xltool.campaign.intake.marking import Marking
from xltool.campaign.settings import FILE, Campaign, open_campaign

_FEW, _SOME = 4, 20
Two = tuple[float, float]
"""Seconds of CPU and by the clock."""
_LIBRARIES: dict[str, Callable[[list[Path]], None]] = {
    "pandas.read_excel(sheet_name=None), one call": rivals.by_pandas,
    "openpyxl: load_workbook, all values": rivals.by_openpyxl,
}


def row(what: str, one: float, other: float, promise: str, held: bool) -> None:
    ratio = f"{one / other:9.2f}" if one >= other / 2 else f"{one / other:9.2%}"
    print(f"{what:46} {one:10.3f} / {other:10.3f} = {ratio}   {promise:8} {'holds' if held else 'DOES NOT HOLD'}")


def main(folder: Path, count: int, quick: bool) -> None:
    if not (folder / FILE).is_file():
        make(folder, count, different=True)
    campaign = open_campaign(folder)
    files = list(paths(campaign))
    start("check", str(files[0]))  # warm
    _forget(campaign)
    first = run([sys.executable, "-m", "xltool", "collect", "-C", str(folder)])
    n = len(files)
    print(f"{n} returns of three projects on {os.cpu_count()} processors")
    print(f"first collect: CPU {first.cpu:.1f} s, wall {first.wall:.1f} s, {1000 * first.cpu / n:.1f} ms CPU a return")
    print(f"{'memory of all processes together, MB':46} {first.memory / 1e6:10.0f}   promise < 400")
    _parts(campaign, n)
    second = min(cpu(lambda: module.collect(campaign, _quiet)) for _ in range(3))
    row("second collect / first, CPU s", second, first.cpu, "< 5 %", second / first.cpu < 0.05)
    again = run([sys.executable, "-m", "xltool", "collect", "-C", str(folder)]).cpu
    row("the same as a command, with its start", again, first.cpu, "< 5 %", again / first.cpu < 0.05)
    _from_how_many(n, first.cpu, second, again - second)
    rivals.by_calamine(files[:_FEW])  # warm
    reading = spent(lambda: rivals.by_calamine(files))
    _forget(campaign)
    examining = spent(lambda: _examine_only(campaign))
    _reading(files, examining, reading, quick)
    ours, theirs = warm(campaign, files[:_SOME]), min(cpu(lambda: rivals.by_calamine(files[:_SOME])) for _ in range(3))
    row("examining, warm, one process / calamine, CPU s", ours, theirs, "<= 2.5", ours / theirs <= 2.5)
    _generating()
    _reporting()
    _starting(files[0])


def _from_how_many(n: int, first: float, second: float, begin: float) -> None:
    """The start of a program does not grow with the campaign: from how many returns on a second collect is below 5 %."""
    left = (0.05 * (first - begin) - second) / n
    many = f"below 5 % from about {0.95 * begin / left:.0f} returns" if left > 0 else "never below 5 %"
    print(f"{'its start alone, ms CPU':46} {begin * 1000:10.0f}   {many}")


def _reading(files: list[Path], ours: Two, calamine: Two, quick: bool) -> None:
    """Examining against reading alone, a return at a time; ours uses all processors, the others one."""
    n, few = len(files), files[-_FEW:]  # the last is one with two findings
    rows = {"xltool: read, checked, scored, kept": _each(ours, n), "calamine: values alone": _each(calamine, n)}
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        target = Path(name)
        warnings.simplefilter("ignore")  # openpyxl has something to say of every official form
        if not quick:
            for what, read in _LIBRARIES.items():
                read(few[:1])  # warm
                rows[what] = _each(spent(lambda read=read: read(few)), _FEW)  # type: ignore[misc]
            if python := os.environ.get("DATAMAPS_PYTHON"):
                # Its start is not held against it: what three more files cost.
                four, one = (rivals.by_datamaps(few[:k], target / str(k), python) for k in (_FEW, 1))
                if four is not None and one is not None:
                    rows["datamaps 1.1.9: the cells we read"] = _each((four[0] - one[0], four[1] - one[1]), _FEW - 1)
        print(f"\n{'one return':46} {'ms CPU':>8} {'/ ours':>8} {'ms wall':>8} {'/ ours':>8}")
        (own_cpu, own_wall), *_ = rows.values()
        for what, (seconds, wall) in rows.items():
            times = f"{1000 * seconds:8.1f} {seconds / own_cpu:8.2f} {1000 * wall:8.1f} {wall / own_wall:8.2f}"
            print(f"{what:46} {times}")
        row("examining / calamine, CPU s", ours[0], calamine[0], "<= 2.5", ours[0] / calamine[0] <= 2.5)
        if not quick:
            rivals.mark(few, target)  # warm
            saving, marking = cpu(lambda: rivals.load_save(few, target)), rivals.mark(few, target)
            row("openpyxl load+save / marking, CPU s", saving, marking, ">= 10", saving / marking >= 10)


def _each(of: Two, count: int) -> Two:
    return of[0] / count, of[1] / count


def _generating() -> None:
    """A department's workbook alone, and as another one of its structure."""
    for rows, what in ((0, "names"), (12, "36 approved indicators")):
        alone, other = stamping(rows)
        row(f"generate: alone / other {what}", alone, other, ">= 12", alone / other >= 12)
        print(f"{f'generate: other {what}, ms CPU':46} {other * 1000:10.0f}   promise <= 40")


def _reporting() -> None:
    """A department's Word report against checking its return, form by form."""
    for ident, (report, check) in reporting().items():
        row(f"Word report / check, {ident}, CPU s", report, check, "<= 1.25", report <= 1.25 * check)
        print(f"{'Word report, ms CPU':46} {report * 1000:10.0f}   promise <= 150")


def _starting(file: Path) -> None:
    for words, most in ((["--help"], 100), (["forms"], 400), (["check", str(file)], 700)):
        seconds = start(*words)
        print(f"{'xltool ' + words[0] + ', ms CPU':46} {seconds * 1000:10.0f}   promise <= {most}")


def _quiet(_done: int, _total: int, _name: str) -> None:
    return


def _forget(campaign: Campaign) -> None:
    for path in campaign.summary.parent.glob("台账*"):
        path.unlink()


def _parts(campaign: Campaign, n: int) -> None:
    """Where the time of a first collect goes, per return; this process and its workers apart."""
    _forget(campaign)
    spent: dict[str, float] = {}

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*args: Any) -> Any:
            result = None

            def work() -> None:
                nonlocal result
                result = call(*args)

            spent[name] = cpu(work)
            return result

        return timing

    kept = module._examine, Marking.update, module._summarise
    module._examine = timed("examine, with its workers and the ledger", kept[0])
    Marking.update = timed("mark", kept[1])  # type: ignore[method-assign]
    module._summarise = timed("checks across departments and 汇总.xlsx", kept[2])
    try:
        whole = cpu(lambda: module.collect(campaign, _quiet))
    finally:
        module._examine, Marking.update, module._summarise = kept  # type: ignore[method-assign]
    spent["form, roster, looking at 收回, choosing"] = whole - sum(spent.values())
    for name, seconds in spent.items():
        print(f"  {name:44} {seconds:10.3f} s CPU, {1000 * seconds / n:7.2f} ms a return")


def _examine_only(campaign: Campaign) -> None:
    """Gate, read, check, score and ledger, without marked copies and summary."""
    from xltool.campaign.intake.inbox import Contents, look
    from xltool.campaign.issue.outbox import issued
    from xltool.campaign.ledger.store import Ledger
    from xltool.campaign.roster.reading import read_roster
    from xltool.examine import Desk, Pool
    from xltool.form import form_by_id

    form = form_by_id(campaign.form)

    def desk() -> Desk:
        return Desk((str(form.id),), issued(campaign))

    with Ledger(campaign.summary.parent) as ledger, Pool(desk) as pool:
        seen = look(ledger, campaign.inbox, module.now(), pool)
        contents = Contents(campaign.inbox, ledger.archives())
        roster = read_roster(campaign.roster, form)
        module._examine(ledger, campaign, form, roster, seen, contents, pool, _quiet)


if __name__ == "__main__":
    with as_installed():
        main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20, "quick" in sys.argv)
