"""Whose file that might be which says nothing about itself."""

from __future__ import annotations

import pytest

from tests import kit
from xltool.campaign.intake.attribution import guesses
from xltool.campaign.roster.sheet import Roster

ROSTER = Roster(
    (
        kit.row(部门编码="201001", 部门名称="衡山县教育局"),
        kit.row(部门编码="201002", 部门名称="衡山县教育局考试中心"),
        kit.row(部门编码="101001", 部门名称="中共衡山县委组织部"),
        kit.row(部门编码="104002", 部门名称="衡山县妇幼保健中心（衡山县妇幼保健院）"),
        kit.row(部门编码="9", 部门名称="局"),
    )
)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("衡山县教育局 扫描件.pdf", "201001"),
        ("教育局/扫描件.pdf", "201001"),
        ("教育局考试中心.pdf", "201002"),
        ("101001/自评.xls", "101001"),
        ("县委组织部.pdf", "101001"),
        ("妇幼保健院.pdf", "104002"),
        ("组织部和教育局.pdf", ""),
        ("扫描件9.pdf", ""),
        ("水利局.pdf", ""),
    ],
)
def test_a_name_that_points_to_one_department(path: str, code: str) -> None:
    assert guesses(ROSTER, [path]).get(path, "") == code
