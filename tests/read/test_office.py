"""What people really do in LibreOffice: sort under the hidden markers, paste, insert, copy sheets away, set a password."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests import kit, uno_desk
from tests.office import needs_office
from tests.read.test_clients import issued
from tests.read.test_happenings import clean
from xltool.examine import Outcome, examine
from xltool.form import Form, form_by_id

_SYSTEM_PYTHON = "/usr/bin/python3"


def has_uno() -> bool:
    done = subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return done.returncode == 0


needs_uno = pytest.mark.skipif(
    not Path(_SYSTEM_PYTHON).exists() or not has_uno(), reason="python3-uno is not installed (CI installs it)"
)

# What each format cannot tell: .xls neither protection nor validations nor formulas.
_BLIND = {".xlsx": (), ".ods": (), ".xls": ("GF02", "GF13", "GF14", "GF17")}

DEEDS: dict[str, tuple[list[str], bool]] = {
    # deed: findings, and whether every figure and score is the original's
    "nothing": ([], True),
    "sort": (["GF12 资产管理!", "GF13 !"], True),
    "insert": (["GF04 资产管理!", "GF13 !"], True),
    "rename": (["GF05 资产!"], True),
    "paste": (["BT02 政府采购!C5", "BT02 政府采购!C6", "GF13 !", "GF14 !"], False),
    "values": (
        ["BT03 政府采购!C5", "GF01 政府采购!C4", "GF01 项目1!I24", "GF02 政府采购!C6", "GF13 !"],
        False,
    ),
    "copied": (["GF11 !", "GF15 !", "GF17 !"], True),
}


def examined(data: bytes) -> Outcome:
    form = form_by_id(kit.FORM_ID)
    return examine("回收表", data, partial(_only, form), issued())


def _only(form: Form, ident: str) -> Form | None:
    return form if ident == form.id else None


@needs_office
@needs_uno
@pytest.mark.office
def test_done_in_libreoffice(tmp_path: Path) -> None:
    """Every deed saved in every format, and two files with a password, in one session of the office."""
    source = tmp_path / "return.xlsx"
    source.write_bytes(clean())
    names = [f"{deed}{kind}" for deed in DEEDS for kind in _BLIND]
    locked = ["password.xls", "password.ods"]
    lines = [f"{name.partition('.')[0]}\t{source}\t{tmp_path / name}" for name in names]
    lines += [f"nothing\t{source}\t{tmp_path / name}\tgeheim" for name in locked]
    (tmp_path / "jobs").write_text("\n".join(lines), encoding="utf-8")
    command = [_SYSTEM_PYTHON, uno_desk.__file__, str(tmp_path / "jobs")]
    subprocess.run(command, check=True, timeout=240, capture_output=True)

    outcomes = {name: examined((tmp_path / name).read_bytes()) for name in (*names, *locked)}
    wanted = {
        f"{deed}{kind}": [code for code in codes if not code.startswith(blind)]
        for deed, (codes, _) in DEEDS.items()
        for kind, blind in _BLIND.items()
    }
    # Without the calculation sheet its results are lost, and .xls keeps 0 where nothing should be shown.
    wanted["copied.xls"].insert(0, "GF10 项目1!J23+J25+J27+J29+J30+J31+J33+J34+J35+J37+J39")
    assert {name: sorted(kit.codes(outcome)) for name, outcome in outcomes.items()} == {
        **wanted,
        **{name: ["WJ03 !"] for name in locked},
    }
    original = kit.examined(clean())
    for name in names:
        outcome = outcomes[name]
        if DEEDS[name.partition(".")[0]][1]:
            assert (outcome.figures, outcome.project_figures, outcome.scores) == (
                original.figures,
                original.project_figures,
                original.scores,
            ), name
