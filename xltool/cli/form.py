"""``xltool form``: for people who write a form."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command, VerbGroup
from xltool.cli.say import say, typed

_YEAR = 2024  # of a sample, unless somebody asks for another


@click.group(cls=VerbGroup, name="form", short_help="检查、试看自己写的表样")
def command() -> None:
    """检查、试看自己写的表样；写法见 macros_docs/form-guide.md。

    \b
    例：xltool form check 我的表样/form.yaml
        xltool form preview 我的表样/form.yaml --out 样表.xlsx
    """


@command.command(cls=Command, name="check", short_help="检查一个表样的定义")
@click.argument("file", metavar="文件")
def check(file: str) -> int:
    """检查一个 form.yaml：写错的地方按文件和行号列出；没有问题的，列出它由什么组成、改写了什么。

    \b
    例：xltool form check 我的表样/form.yaml
    """
    from xltool.campaign.issue.outbox import sample
    from xltool.cli.errors import plain_errors
    from xltool.form import find_form
    from xltool.form.about import about

    with plain_errors():
        form = find_form(file)
        sample(form, _YEAR)  # every formula is written and measured
    say(*about(form))
    folder = Path(file).resolve().parent.name
    if Path(file).is_file() and folder != form.id:
        say(f"提醒：编号是 {form.id}，文件夹叫 {folder}；放进 workbook_templates 时文件夹要叫 {form.id}。")
    say(f"下一步：看样子，运行  xltool form preview {typed(file)}")
    return 0


@command.command(cls=Command, name="preview", short_help="生成一个样表，用 Excel 或 WPS 打开看")
@click.argument("file", metavar="文件")
@click.option(
    "--out",
    default="样表.xlsx",
    show_default=True,
    metavar="文件",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到这个文件",
)
@click.option("--year", default=_YEAR, show_default=True, type=click.IntRange(2000, 2100), help="评价年度")
@click.option("--open/--no-open", "launch", default=True, help="写好后打开（默认打开）")
def preview(file: str, out: Path, year: int, launch: bool) -> int:
    """按表样生成一个空白样表并打开：一个部门、两个项目。

    \b
    例：xltool form preview 我的表样/form.yaml --out 样表.xlsx
    """
    from xltool.campaign.issue.outbox import sample
    from xltool.cli.errors import plain_errors
    from xltool.files import write_atomic
    from xltool.form import find_form

    with plain_errors():
        write_atomic(out, sample(find_form(file), year))
    say(f"已写出 {out}")
    if launch:
        click.launch(str(out))
    return 0


@command.command(cls=Command, name="docs", short_help="写出规则目录、各表样的数据字典和命令一览")
@click.argument("folder", metavar="文件夹", type=click.Path(file_okay=False, path_type=Path))
def docs(folder: Path) -> int:
    """把规则目录（rules.md）、数据字典（forms/表样编号.md）和命令一览（commands.md）写到一个文件夹。

    \b
    例：xltool form docs macros_docs
    """
    from xltool.cli import cli
    from xltool.cli.errors import plain_errors
    from xltool.cli.reference import reference
    from xltool.examine.documents import documents
    from xltool.files import write_atomic
    from xltool.form import form_by_id, form_ids

    with plain_errors():
        pages = documents([form_by_id(ident) for ident in form_ids()]) | {"commands.md": reference(cli)}
        for name, text in pages.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(folder / name, text.encode("utf-8"))
            say(f"已写出 {folder / name}")
    return 0
