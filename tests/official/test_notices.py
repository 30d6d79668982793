"""What is said of how an official form was taken: each notice where it belongs, and not where all is well."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from tests.official.cases import cases
from xltool.form import Issue, Project, form_by_id
from xltool.form.layout.issues import Issues
from xltool.read.official import Official, recognise
from xltool.read.official.owner import OwnerWords, owner_of

FORM = "national-2020"


def issue(code: str, name: str, project: str) -> Issue:
    return Issue(FORM, "1.0", 2022, code, name, code, (Project(f"{code}-01", project, MappingProxyType({})),))


def said(name: str, departments: tuple[Issue, ...] = (), year: int = 0) -> dict[str, str]:
    known = Issues.each(departments).by_department()
    found = recognise(cases()[name].document(), [form_by_id(FORM)], Official((FORM,), known, year), "自评表.docx")
    assert found is not None
    return {item.code: item.message for item in found.findings if item.code.startswith("ZS")}


TOWN = issue("219001", "池州市贵池区棠溪镇人民政府", "委托业务项目")
CASES = [
    ("同名的部门和项目", "chizhou-2022", (TOWN,), 2022, {"ZS01"}),
    ("部门名称只是一部分", "chizhou-2022", (issue("219001", "棠溪镇人民政府", "委托业务项目"),), 2022, {"ZS01", "ZS06"}),
    ("名册里没有这个部门", "chizhou-2022", (issue("301001", "县水利局", "防汛"),), 2022, {"ZS01", "ZS07"}),
    ("名册里没有这个项目", "chizhou-2022", (issue("219001", "池州市贵池区棠溪镇人民政府", "道路"),), 2022, {"ZS01", "ZS09"}),
    ("往年的表", "chizhou-2022", (TOWN,), 2023, {"ZS01", "ZS08"}),
    ("单位是元", "layout-weights-first", (), 0, {"ZS01", "ZS03", "ZS04"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "departments", "year", "codes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_how_it_was_taken(case: str, departments: tuple[Issue, ...], year: int, codes: set[str]) -> None:
    assert set(said(case, departments, year)) == codes


def test_a_like_name_is_offered() -> None:
    told = said("chizhou-2022", (issue("219001", "池州市贵池区棠溪镇政府", "委托业务项目"),), 2022)
    assert "像是“池州市贵池区棠溪镇政府”" in told["ZS07"]


SCHOOL, BUREAU = issue("101003", "某县第一中学", "食堂"), issue("101001", "某县教育局", "校舍")
OWNERS = [
    ("两个都在名册，项目是单位的", OwnerWords((), ("某县第一中学",), ("某县教育局",), ("食堂",), (), ""), "101003"),
    ("两个都在名册，项目是主管部门的", OwnerWords((), ("某县第一中学",), ("某县教育局",), ("校舍",), (), ""), "101001"),
    ("项目看不出，报告写着", OwnerWords((), ("某县第一中学",), ("某县教育局",), (), ("某县教育局2022年度自评报告",), ""), "101001"),
    ("项目看不出，什么也没有写", OwnerWords((), ("某县第一中学",), ("某县教育局",), (), (), ""), "101003"),
    ("实施单位是自己的股室", OwnerWords((), ("基建股",), ("某县教育局",), ("道路",), (), ""), "101001"),
    ("实施单位是简称", OwnerWords((), ("第一中学",), ("某县教育局",), ("食堂",), (), ""), "101003"),
    ("写着自己的名称", OwnerWords(("某县教育局",), ("某县第一中学",), (), ("食堂",), (), ""), "101001"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "code"), [case[1:] for case in OWNERS], ids=[case[0] for case in OWNERS])
def test_whose_it_is(form: OwnerWords, code: str) -> None:
    """A form names who answers for a project and who carries it out: a school's is not its bureau's."""
    found = owner_of(Issues.each((BUREAU, SCHOOL)).by_department(), form)
    assert found is not None
    assert found.department == code
