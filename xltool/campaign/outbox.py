"""下发: one workbook per department, and the record of what was issued.

The record is the bureau's own copy: returns are read against it, so what a department changed in the
hidden sheets has no effect. Issued shapes are only ever added, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from xltool.campaign.roster import Roster, Row, shape_for
from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import probe, safe_name, write_atomic
from xltool.form import Form, Shape

RECORD = "下发记录.json"


def file_name(shape: Shape) -> str:
    """Return the name of a department's workbook."""
    return f"{safe_name(shape.department)}_{safe_name(shape.department_name, 40)}_{shape.year}年绩效自评表.xlsx"


def sample(form: Form, year: int) -> bytes:
    """Return a workbook of a made-up department with two projects, for the author of a form to look at."""
    from xltool.generate import generate

    department = Row(2, MappingProxyType({"部门编码": "101001", "部门名称": "示例部门"}))
    projects = tuple(
        Row(
            number + 1,
            MappingProxyType({"部门编码": "101001", "项目编码": f"示例{number}", "项目名称": f"示例项目{number}"}),
        )
        for number in (1, 2)
    )
    return generate(form, shape_for(form, Roster((department,), projects), department, year))


def issued(campaign: Campaign) -> MappingProxyType[str, Shape]:
    """Return every shape this campaign has issued, by issue id.

    Raises:
        CampaignError: the record is damaged.
    """
    path = campaign.outbox / RECORD
    if not path.exists():
        return MappingProxyType({})
    try:
        texts = json.loads(path.read_text(encoding="utf-8"))
        shapes = [Shape.from_json(text) for text in texts]
    except (ValueError, OSError) as error:
        raise CampaignError(f"{path} 读不出来（{error}）。请从备份恢复，或删除后重新运行 xltool generate。") from None
    return MappingProxyType({shape.issue: shape for shape in shapes})


def generate_all(
    campaign: Campaign,
    form: Form,
    roster: Roster,
    progress: Callable[[int, int, str], None],
    before: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> tuple[Path, ...]:
    """Write every department's workbook into 下发 and record what was issued; returns the paths.

    ``before``: last year's figures by department code and field name (``last_year.figures_before``).
    """
    from xltool.generate import generate

    shapes = dict(issued(campaign))
    paths = []
    made = [shape_for(form, roster, row, campaign.year, before.get(row["部门编码"], {})) for row in roster.departments]
    probe(campaign.outbox, max(map(file_name, made), key=len, default=""))
    for number, shape in enumerate(made, start=1):
        path = campaign.outbox / file_name(shape)
        write_atomic(path, generate(form, shape))
        shapes[shape.issue] = shape
        paths.append(path)
        progress(number, len(roster.departments), path.name)
    record = json.dumps([shape.to_json() for shape in shapes.values()], ensure_ascii=True, indent=0)
    write_atomic(campaign.outbox / RECORD, record.encode("ascii"))
    return tuple(paths)
