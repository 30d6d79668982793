"""The pictures of the officer's manual, all of one demo campaign: ``python -m tests.manual_pictures`` draws them anew.

Look at them, and commit them if they are as they should be. The sample of 单位填报一页纸 is written as well. Pictures of the
workbook itself are those of ``tests.pictures``; ``nox -s pictures`` draws both.
"""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from tests.office import convert
from tests.pictures import FONTS
from xltool.campaign import demo
from xltool.campaign.collected import Collected
from xltool.campaign.correspondence.leaflet import NAME, write_leaflet
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.correspondence.reports import write_reports
from xltool.campaign.review.review_book import write_books
from xltool.campaign.review.sample_list import plan
from xltool.campaign.status import standings, write_list
from xltool.cli.collect import report
from xltool.form import form_by_id

DOCS = Path(__file__).parents[1] / "macros_docs"
PICTURES = DOCS / "pictures" / "manual"
DAY = datetime.date(2023, 3, 20)
DPI = 110
COLOURS = 64  # words on a coloured ground stay readable
_FOOTER = 0.92  # what is below is the page number
_SHOWN = "203001"  # 农业农村局: a return with a few mistakes


def pages() -> dict[str, tuple[str, str]]:
    """Pictures by name: where in the campaign the file is, and a word that stands on the page that is meant."""
    return {
        "名册": ("名册.xlsx", "部门编码"),
        "一页纸": (f"下发/{NAME}.docx", "怎样填"),
        "审核结果": (f"退回/{_SHOWN}_*.xlsx", "审核结果"),
        "通知": (f"汇总/通知/{_SHOWN}_*.docx", "退回修改通知"),
        "收件进度": ("汇总/收件进度.xlsx", "收件进度"),
        "概览": ("汇总/汇总.xlsx", "等次"),
        "得分排名": ("汇总/汇总.xlsx", "名次"),
        "自评报告": ("汇总/自评报告/*农业农村局*.docx", "农业农村局"),
        "抽查名单": ("汇总/复核/抽查名单.xlsx", "种子"),
        "复核表": ("汇总/复核/复核表/*.xlsx", "复核得分"),
    }


def campaign(folder: Path) -> Collected:
    """The example with everything the bureau makes of it."""
    collected = demo.build(folder, lambda *_: None)
    form = form_by_id(collected.campaign.form)
    write_leaflet(collected.campaign, form)
    write_letters(collected, DAY)
    write_list(collected.campaign, standings(collected, DAY))
    write_reports(collected, None, public=False)
    plan(collected, "20230410", [], ["张三", "李四"])
    write_books(collected)
    return collected


def draw(target: Path, samples: Path) -> None:
    """Draw all pictures into ``target``, write the samples of the leaflet into ``samples``."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        collected = campaign(work / "xltool示例")
        for suffix in (".docx", ".pdf"):
            shutil.copyfile(collected.campaign.outbox / f"{NAME}{suffix}", samples / f"{NAME}{suffix}")
        sources: dict[str, Path] = {}
        for title, (pattern, _) in pages().items():
            found = sorted(collected.campaign.folder.glob(pattern))[0]
            sources[title] = work / f"{title}{found.suffix}"
            shutil.copyfile(found, sources[title])
        made = convert([*sources.values()], work / "pdf", "pdf", environment={"FONTCONFIG_FILE": str(FONTS)})
        for title, pdf in zip(sources, made, strict=True):
            _page(pdf, pages()[title][1], target / f"{title}.png")
        said = io.StringIO()
        with redirect_stdout(said):
            report(collected)
        _screen(said.getvalue().replace(str(work) + "/", ""), target / "屏幕.png")


def _page(pdf: Path, word: str, target: Path) -> None:
    """Draw the first page with ``word`` on it, without its white margin."""
    from PIL import Image, ImageChops

    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    number = next(at for at, page in enumerate(text.split("\f"), start=1) if word in page.replace(" ", ""))
    order = ["pdftoppm", "-r", str(DPI), "-f", str(number), "-l", str(number), "-png", "-singlefile"]
    subprocess.run([*order, str(pdf), str(pdf.with_suffix(""))], check=True, capture_output=True)
    image = Image.open(pdf.with_suffix(".png")).convert("RGB")
    image = image.crop((0, 0, image.width, int(image.height * _FOOTER)))
    empty = Image.new("RGB", image.size, "white")
    left, top, right, bottom = ImageChops.difference(image, empty).getbbox() or (0, 0, *image.size)
    edge = 12
    box = (max(0, left - edge), max(0, top - edge), min(image.width, right + edge), min(image.height, bottom + edge))
    image.crop(box).quantize(COLOURS).save(target, optimize=True)


def _screen(text: str, target: Path) -> None:
    """Draw what a terminal shows, Chinese two columns wide."""
    from PIL import Image, ImageDraw, ImageFont

    from xltool.writing.measure import width

    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 16, index=2)
    lines = ["> xltool collect -C xltool示例", *text.rstrip().splitlines()]
    image = Image.new("RGB", (9 * max(map(width, lines)) + 32, 22 * len(lines) + 32), "#101418")
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        column = 0
        for character in line:
            pen.text((16 + 9 * column, 12 + 22 * row), character, "#E6E6E6", font)
            column += width(character)
    image.quantize(16).save(target, optimize=True)


if __name__ == "__main__":
    draw(PICTURES, DOCS / "manual")
