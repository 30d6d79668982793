"""What a page looks like: the sheets as they print, against the approved pictures (see ``tests.pictures``)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests import pictures
from tests.pictures import APPROVED, difference, drawn, needs_pictures

ALIKE = 17
"""See ``difference``: more than other letter shapes make, less than any change somebody would notice."""


@needs_pictures
@pytest.mark.office
def test_pages_look_as_approved(tmp_path: Path) -> None:
    """One state of all sheets, the official form of every 表样, and the official form short, full and with long texts."""
    empty, wrong, right = pictures.states()
    del empty, right
    made = drawn([wrong, *pictures.forms(), *pictures.lengths()], tmp_path)
    approved = {
        str(path.relative_to(APPROVED).with_suffix("")).replace("\\", "/"): path for path in APPROVED.rglob("*.png")
    }
    scenes = {name.partition("/")[0] for name in made}
    wanted = {name for name in approved if name.partition("/")[0] in scenes}
    ours = {name: path for name, path in made.items() if "填报说明" not in name}
    assert set(ours) == wanted
    found = {name: difference(path, approved[name]) for name, path in ours.items()}
    different = {name: value for name, value in found.items() if value > ALIKE}
    if different:
        kept = Path("build") / "pictures"
        shutil.rmtree(kept, ignore_errors=True)
        for name in different:
            target = kept / f"{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ours[name], target)
    assert different == {}, "看过 build/pictures 里的图、确认应当如此的，运行 python -m tests.pictures 更新"


def test_a_real_difference_is_noticed(tmp_path: Path) -> None:
    """The comparison itself: fewer indicators or another state of a sheet are seen, a shift by a pixel is not."""
    full, three = APPROVED / "十八个指标" / "自评表1.png", APPROVED / "三个指标" / "自评表1.png"
    moved = tmp_path / "moved.png"
    page = Image.open(full).convert("RGB")
    ImageChops.offset(page, 0, 1).save(moved)
    wrong, right = APPROVED / "有问题" / "封面.png", APPROVED / "填好" / "封面.png"
    assert difference(full, full) == 0
    assert difference(full, three) > ALIKE
    assert difference(wrong, right) > ALIKE
    assert difference(moved, full) < ALIKE, "the same page, a pixel further down"
    assert difference(APPROVED / "有问题" / "资产管理.png", APPROVED / "填好" / "资产管理.png") > ALIKE
