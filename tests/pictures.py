"""Pictures of every sheet, as it prints: for the documentation, and to notice when a sheet looks different.

The approved pictures are those in macros_docs/pictures/workbook. ``python -m tests.pictures`` draws them anew:
look at them, and commit them if they are as they should be.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests import clean, kit, seed
from tests.office import SOFFICE, convert
from xltool.engine.filled import from_values
from xltool.form import Form, Issue, Key, form_by_id, form_ids
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import ATTACHED, CHECKS, GUIDE, Layout
from xltool.generate.workbook import write

APPROVED = Path(__file__).parents[1] / "macros_docs" / "pictures" / "workbook"
FONTS = Path(__file__).with_name("fonts.conf")
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
DPI = 72
COLOURS = 24
TILE = 16

needs_pictures = pytest.mark.skipif(
    SOFFICE is None or shutil.which("pdftoppm") is None or not NOTO.exists(),
    reason="LibreOffice, poppler-utils and fonts-noto-cjk are needed (CI installs them)",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A workbook in some state, and the sheets of it to draw (none: all)."""

    name: str
    layout: Layout
    data: bytes
    sheets: tuple[str, ...] = ()


def scene(name: str, form: Form, issue: Issue, values: Mapping[Key, object], *sheets: str) -> Scene:
    layout = layouts.build(form, issue)
    return Scene(name, layout, write(layout, from_values(form, issue, values)), sheets)  # type: ignore[arg-type]


def states() -> Iterator[Scene]:
    """The seed's department: as issued, with its mistakes, and corrected."""
    form, issue, values = seed.seed()
    yield scene("空表", form, issue, {})
    yield scene("有问题", form, issue, values)
    yield scene("填好", form, issue, seed.changed(form, values, seed.corrections()))


def forms() -> Iterator[Scene]:
    """The official form of every 表样, filled in."""
    for ident in form_ids():
        form = form_by_id(ident)
        made = kit.issue(form)
        layout = layouts.build(form, made)
        yield scene(ident, form, made, clean.values(form, made), *(sheet.title for sheet in layout.prints))


def lengths() -> Iterator[Scene]:
    """The official form with three indicators, with all of them, and with long texts."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    reason = "受强降雨影响，三个乡镇的施工推迟到第四季度，部分任务结转到下年；已与施工单位签订补充协议，明年四月底前全部完工。"
    for name, rows, text in (
        ("三个指标", (1, 5, 17), ""),
        ("十八个指标", range(1, 19), ""),
        ("长文字", range(1, 19), reason),
    ):
        filled: dict[str, object] = {
            "项目名称": "农村人居环境整治项目",
            "主管部门": "县农业农村局",
            "实施单位": "乡村建设股",
        }
        for row in rows:
            one = {"三级指标": f"新建改建户用卫生厕所数量（第{row}批）", "性质": "≥", "指标值": "2300", "单位": "座"}
            one |= {"分值": "5", "实际完成值": "2100", "偏差原因及改进措施": text if row % 3 == 1 else "已说明"}
            filled |= {f"{name}/{row}": value for name, value in one.items()}
        yield scene(name, form, made, kit.keyed(form, filled), "自评表1")


def drawn(scenes: list[Scene], folder: Path) -> dict[str, Path]:
    """Draw scenes; return pictures by ``scene/sheet``, further pages of a sheet as ``scene/sheet-2``."""
    for item in scenes:
        (folder / f"{item.name}.xlsx").write_bytes(as_excel_prints(item.data))
    sources = [folder / f"{item.name}.xlsx" for item in scenes]
    pages = convert(sources, folder / "pdf", "pdf", environment={"FONTCONFIG_FILE": str(FONTS)})
    result: dict[str, Path] = {}
    for item, pdf in zip(scenes, pages, strict=True):
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-png", str(pdf), str(folder / item.name)], check=True, capture_output=True
        )
        files = sorted(folder.glob(f"{item.name}-*.png"), key=lambda path: int(path.stem.rpartition("-")[2]))
        named = list(_sheets(item.layout, pdf, len(files)))
        for file, name in zip(files, named, strict=True):
            if not item.sheets or name.partition("-")[0] in item.sheets:
                result[f"{item.name}/{name}"] = file
    return result


def _sheets(layout: Layout, pdf: Path, pages: int) -> Iterator[str]:
    """The sheet of every page: pages come in the order of the sheets, and each sheet's first line is known."""
    first = layout.inputs[0]
    order = [first.title, GUIDE, *(sheet.title for sheet in layout.inputs[1:])]
    order += [*(sheet.title for sheet in layout.prints), ATTACHED, CHECKS]
    top = {sheet.title: sheet.source.heading for sheet in layout.inputs}
    top |= {GUIDE: "填报说明", ATTACHED: "附页", CHECKS: "校验：每条规则的当前结果"}
    at, page = -1, 0
    for number in range(1, pages + 1):
        done = subprocess.run(
            ["pdftotext", "-f", str(number), "-l", str(number), str(pdf), "-"], check=True, capture_output=True
        )
        lines = [line.strip() for line in done.stdout.decode("utf-8").splitlines() if line.strip()]
        begins = at + 1 < len(order) and _begins(order[at + 1], top, lines, page)
        at, page = (at + 1, 1) if begins else (at, page + 1)
        yield order[at] if page == 1 else f"{order[at]}-{page}"


def _begins(title: str, top: Mapping[str, str], lines: list[str], page: int) -> bool:
    heading = top.get(title)
    if heading is not None:
        return any(line == heading or (title == GUIDE and line.endswith(heading)) for line in lines)
    # An official form: it repeats its title on every page, the sheet before it does not have it.
    return page > 0 and any(line.endswith(("自评表", "复核）表", "基础数据表")) for line in lines)


def as_excel_prints(data: bytes) -> bytes:
    """Replace the name that says how far 附页 prints by its result; LibreOffice would print all rows."""
    shown = openpyxl.load_workbook(BytesIO(data), data_only=True)
    pattern = r'name="(\w+)">([^<]+)!\$A\$1:INDEX\([^!]+!\$([A-Z]+)\$1:[^!]+!\$([A-Z]+)\$([0-9]+)\)<'
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as output:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "xl/workbook.xml":
                text = content.decode("utf-8")
                for name, sheet, letter, col, row in re.findall(pattern, text):
                    last = int(str(shown[sheet.strip("'")][f"{col}{row}"].value))
                    text = re.sub(f">[^<>]+ {name}<", f">{sheet}!$A$1:${letter}${last}<", text)
                content = text.encode("utf-8")
            output.writestr(info.filename, content)
    return target.getvalue()


def difference(ours: Path, approved: Path) -> int:
    """How different two pages look where they differ most: mean grey levels (0 to 255) over a square of ``TILE``.

    Blurred first, so that a shift of a pixel and another smoothing of letters stay below about 12; a cell of
    another colour or a line of other text is 24 and more.
    """
    from PIL import Image, ImageChops, ImageFilter

    def calm(path: Path) -> Image.Image:
        return Image.open(path).convert("L").filter(ImageFilter.GaussianBlur(2.5))

    one, other = calm(ours), calm(approved)
    if one.size != other.size:
        return 255
    changed = ImageChops.difference(one, other)
    tiles = changed.resize((changed.width // TILE, changed.height // TILE), Image.Resampling.BOX)
    return max(value for value, count in enumerate(tiles.histogram()) if count)


def approve() -> None:
    """Draw all pictures and put them in place of the approved ones."""
    from PIL import Image

    shutil.rmtree(APPROVED, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, file in drawn([*states(), *forms(), *lengths()], Path(folder)).items():
            if GUIDE in name and not name.startswith("空表"):
                continue
            target = APPROVED / f"{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.open(file).convert("RGB").quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    approve()
