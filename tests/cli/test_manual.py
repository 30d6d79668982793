"""The manual on the terminal, the reference of the commands, the map of the documents, the leaflet for the units."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import docx
import pytest

from tests.cli.test_commands import run
from xltool.campaign.settings import create
from xltool.cli import cli
from xltool.cli.chapters import chapters, told
from xltool.cli.reference import reference
from xltool.cli.verbs import VERBS
from xltool.findings import State

DOCS = Path(__file__).parents[2] / "macros_docs"
TOPICS = ["开始", "下发", "收回", "退回", "汇总", "复核", "状态", "问题", "安装"]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_the_reference_is_current() -> None:
    assert (DOCS / "commands.md").read_text("utf-8") == reference(cli), "xltool form docs macros_docs"


def test_the_reference_has_every_command_and_option() -> None:
    page = reference(cli)
    context = click.Context(cli)
    for verb in VERBS:
        command = cli.get_command(context, verb)
        assert command is not None
        named = {
            option
            for part in (command, *getattr(command, "commands", {}).values())
            for item in part.params
            for option in item.opts
            if option.startswith("-")
        }
        assert {option for option in named if f"`{option}`" not in page} == set()
        assert f"\n## {verb}\n" in page


@pytest.mark.parametrize("topic", TOPICS)
def test_a_chapter_on_the_terminal(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "help", topic)
    assert (code, err) == (0, "")
    assert out.startswith(f"{topic}\n====\n")
    assert not re.search(r"!\[|\]\(|\*\*|^\|", out, re.MULTILINE), "no Markdown is left"
    out.encode("gbk")


def test_without_a_topic_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "help")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[:-1]] == list(chapters()) == TOPICS


def test_another_word_shows_where_it_stands_or_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "help", "签发密钥")
    assert (code, "〔问题〕" in out, "从备份恢复" in out) == (0, True, True)
    code, out, err = run(capsys, "help", "没有这个")
    assert (code, out) == (2, "")
    assert err.startswith("手册里没有“没有这个”这一章")


def test_tables_are_wrapped_into_columns() -> None:
    lines = list(told(f"| 甲 | 乙 |\n|---|---|\n| 一 | {'长' * 30} |\n"))
    assert lines == ["甲  乙", "--  " + "-" * 46, "一  " + "长" * 23, "    " + "长" * 7, ""]


def test_every_state_is_explained() -> None:
    text = chapters()["状态"].read_text("utf-8")
    assert [state.value for state in State if f"| {state.value} |" not in text and state is not State.SKIPPED] == []


def test_every_command_the_manual_names_exists() -> None:
    for topic, path in chapters().items():
        for line in re.findall(r"xltool [a-z][^`|\n，。：、（）；]*", path.read_text("utf-8")):
            words = line.split()
            assert words[1] in VERBS, (topic, line)
            command = cli.get_command(click.Context(cli), words[1])
            if isinstance(command, click.Group):
                command = command.commands.get(words[2]) if len(words) > 2 else command
            assert command is not None, (topic, line)
            known = {option for item in command.params for option in item.opts} | {"--help"}
            assert {word for word in words if re.fullmatch(r"-C|--[a-z-]+", word)} <= known, (topic, line)


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_the_map_names_every_document() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    named = {(DOCS / link).resolve() for link in LINK.findall(text)}
    own = [*DOCS.glob("*.md"), *(DOCS / "macros").glob("README.md"), *(DOCS / "manual").glob("*.md")]
    assert [page.name for page in own if page.resolve() not in named and page != DOCS / "README.md"] == []


def test_help_works_where_the_console_is_not_utf8() -> None:
    for encoding in ("gbk", "ascii"):
        environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
        order = [sys.executable, "-m", "xltool", "help", "状态"]
        done = subprocess.run(order, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_the_leaflet_says_what_the_settings_say(tmp_path: Path) -> None:
    from xltool.campaign.correspondence.leaflet import leaflet_of
    from xltool.form import form_by_id

    campaign = create(tmp_path / "批次", "hunan-2022", 2022, "2022年度自评汇总", "2023-03-20")
    settings = campaign.folder / "xltool.toml"
    text = (
        settings.read_text("utf-8")
        .replace("# bureau", "bureau")
        .replace("# contact", "contact")
        .replace("# phone", "phone")
    )
    settings.write_text(text, encoding="utf-8")
    from xltool.campaign.settings import open_campaign

    campaign = open_campaign(campaign.folder)
    document = docx.Document(io.BytesIO(leaflet_of(campaign, form_by_id("hunan-2022"))))
    first, legend, rules = document.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["截止日期", "2023-03-20"],
        ["报给", "××县财政局绩效管理股"],
        ["联系人", "张三，电话 0700-1234567"],
        ["收件方式", "见财政局通知"],
        ["报送什么", "下发表（填好保存，不改文件名也不另存其他格式），和打印后签字盖章的正式表"],
    ]
    assert [cell.text.partition("：")[0] for cell in legend.rows[0].cells] == ["浅黄", "深黄", "浅红", "灰色", "白色"]
    assert [row.cells[0].text for row in rules.rows] == [str(number) for number in range(1, 9)]
    everything = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "{{" not in everything
    assert everything.startswith("2022年度绩效自评表：单位填报一页纸")
    assert (campaign.folder / "模板" / "单位填报一页纸.docx").is_file()


def test_an_edited_template_is_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    from xltool.campaign.correspondence.leaflet import leaflet_of
    from xltool.campaign.settings import CampaignError
    from xltool.form import form_by_id

    campaign = create(tmp_path / "批次", "hunan-2022", 2022, "2022年度自评汇总", "2023-03-20")
    form = form_by_id("hunan-2022")
    template = campaign.folder / "模板" / "单位填报一页纸.docx"
    template.parent.mkdir()
    for text, said in (("请于{{截止日期}}前报送", "请于2023-03-20前报送"), ("{{截止}}", None)):
        edited = docx.Document()
        edited.add_paragraph(text)
        edited.save(str(template))
        if said is not None:
            assert docx.Document(io.BytesIO(leaflet_of(campaign, form))).paragraphs[0].text == said
        else:
            with pytest.raises(CampaignError, match=r"\{\{截止\}\} 没有可填的内容"):
                leaflet_of(campaign, form)
