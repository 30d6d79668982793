"""What is measured of the tool alone: generating by structure, and starting."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from tests import kit
from tests.bench.measure import cpu
from xltool.form import form_by_id
from xltool.generate import generate
from xltool.generate.stamp import Stamp


def stamping() -> tuple[float, float]:
    """Seconds of CPU for a workbook with three projects: generated alone, and as another one of its structure."""
    form = form_by_id("hunan-2022")
    shape = kit.shape(form, 3)
    others = [
        replace(
            shape, department=str(number), department_name=f"样例单位{number}", issue=str(number), projects=projects
        )
        for number in range(5)
        for projects in [tuple(replace(item, name=f"项目{number}") for item in shape.projects)]
    ]
    generate(form, shape)  # warm
    alone = min(cpu(lambda: generate(form, shape)) for _ in range(3))
    made = Stamp(form, shape)
    return alone, min(cpu(lambda other=other: made.workbook(other)) for other in others)  # type: ignore[misc]


def start(*words: str) -> float:
    """Seconds of CPU of a command, the least of five runs."""

    def ask() -> None:
        subprocess.run([sys.executable, "-m", "xltool", *words], check=False, capture_output=True)

    return min(cpu(ask) for _ in range(5))
