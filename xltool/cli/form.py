"""``xltool form``: for people who write a form."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import Command, VerbGroup
from xltool.cli.form_edit import edit, take
from xltool.cli.say import next_step, say, typed

_WITHIN = 4  # folders above a form.yaml: 表样/存档 in a campaign
_YEAR = 2024  # of a sample, unless somebody asks for another


@click.group(cls=VerbGroup, name="form", short_help="起草、检查、试看自己写的表样")
def command() -> None:
    """起草、检查、试看自己写的表样；写法见 macros_docs/form-guide.md。

    \b
    例：xltool form new mycounty-2024 --extends national-2020 --to 表样
        xltool form new mycounty-2024 --from 官方空表.docx --to 表样
        xltool form check 我的表样/form.yaml
        xltool form preview 我的表样/form.yaml --out 样表.xlsx
        xltool form edit mycounty-2024
    """


command.add_command(edit)
command.add_command(take)


@command.command(cls=Command, name="new", short_help="以一个表样为基础，或者照一张空表，起草自己的表样")
@click.argument("ident", metavar="编号")
@click.option(
    "--extends",
    "base",
    metavar="表样",
    help="以这个表样为基础，见 xltool forms；不打分的写 _unscored；写了 --from 的可以不写",
)
@click.option(
    "--from",
    "paper",
    metavar="空表",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="照这张官方空表（.docx、.xlsx、.html）起草版式、栏目和分值",
)
@click.option("-C", "campaign", metavar="批次", type=click.Path(path_type=Path), help="写进这个批次的“表样”")
@click.option(
    "--to", "folder", metavar="文件夹", type=click.Path(path_type=Path), help="写进这个文件夹；默认自己的表样文件夹"
)
def new(ident: str, base: str | None, paper: Path | None, campaign: Path | None, folder: Path | None) -> int:
    """起草一个表样：建好文件夹和 form.yaml，列出基础表样可以改的参数，每行前面去掉 # 就生效。

    写 --from 的照一张官方空表起草：选最像的表样作基础，照空表写出打印的版式、没有的栏目、一级二级指标和分值，
    再列出要人定的事（也写在 form.yaml 开头）。只取栏目，不取填的内容。没有通过检查的不写出。

    写 -C 的放进批次的“表样”，写 --to 的放进那个文件夹，都不写的放进自己的表样文件夹（用户文件夹下的 xltool/表样），
    以后各批次用编号就能找到。

    \b
    例：xltool form new mycounty-2024 --extends national-2020
        xltool form new mycounty-2024 --extends national-2020 -C 2024年自评
        xltool form new mycounty-2024 --extends national-2020 --to 表样
        xltool form new mycounty-2024 --from 官方空表.docx --to 表样
    """
    from xltool.campaign.kept_form import FOLDER
    from xltool.cli.errors import plain_errors
    from xltool.form import users_folder
    from xltool.form.draft import draft

    if campaign is not None and folder is not None:
        raise click.UsageError("-C 和 --to 只写一个。")
    if base is None and paper is None:
        raise click.UsageError("请写 --extends 表样 或 --from 空表。")
    place = campaign / FOLDER if campaign is not None else folder or users_folder()
    with plain_errors():
        path = _like_paper(ident, paper, base, place) if paper is not None else draft(ident, str(base), place)
    say(f"已写出 {path}")
    next_step(f"改好后运行  xltool form check {typed(path)}")
    if campaign is not None:
        settings = campaign / "xltool.toml"
        begun = (
            f"把 {settings} 的 form 写成 {ident}"
            if settings.exists()
            else f"用 xltool init {campaign} --form {ident} 建批次"
        )
        say(f"要用于这个批次，请{begun}。")
    return 0


def _like_paper(ident: str, paper: Path, base: str | None, folder: Path) -> Path:
    """Draft a form like a blank paper, and write it if its own check lets it pass."""
    from tempfile import TemporaryDirectory

    from xltool.campaign.issue.outbox import sample
    from xltool.files import read_own, write_atomic
    from xltool.form import DefinitionError, find_form, form_by_id, form_ids, load_form
    from xltool.form.draft import place_for
    from xltool.ooxml.refused import Refused
    from xltool.read import LIMITS
    from xltool.read.blank import draft_from, unsound
    from xltool.writing.text import for_screen

    path = place_for(ident, folder)
    data = read_own(paper, LIMITS.file)
    say(f"正在认 {paper.name} ……")
    forms = [find_form(base, [folder])] if base else [form_by_id(known) for known in form_ids()]
    try:
        made = draft_from(data, paper.name, ident, forms)
        with TemporaryDirectory() as room:
            trial = Path(room) / ident / path.name
            trial.parent.mkdir()
            trial.write_text(made.text, encoding="utf-8")
            try:
                sample(load_form(trial, [folder]), _YEAR)
            except DefinitionError as error:
                raise unsound(made, [problem.message for problem in error.problems]) from None
    except Refused as verdict:
        found = verdict.finding
        raise click.ClickException(for_screen(f"{found.message}{found.remedy}（{found.code}）")) from None
    write_atomic(path, made.text.encode("utf-8"))
    say(*made.taken)
    say(f"要人定的事 {len(made.decisions)} 件（也写在 form.yaml 开头）：")
    say(*(f"  {number}. {text}" for number, text in enumerate(made.decisions, start=1)))
    return path


@command.command(cls=Command, name="check", short_help="检查一个表样的定义")
@click.argument("file", metavar="文件")
def check(file: str) -> int:
    """检查一个 form.yaml：写错的地方按文件和行号列出；没有问题的，列出它由什么组成、改写了什么。

    \b
    例：xltool form check 我的表样/form.yaml
    """
    from xltool.campaign.issue.outbox import sample
    from xltool.campaign.settings import FILE as SETTINGS
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.form import DefinitionError, built_on, find_form, located, path_given
    from xltool.form.about import about, year_told
    from xltool.form.load import changes_of

    with plain_errors():
        form = find_form(file)
        sample(form, _YEAR)  # every formula is written and measured
        path = path_given(file) or located(file)
        if broken := built_on(path):
            raise DefinitionError(list(broken))
        changes = changes_of(path)
    say(*about(form, changes))
    for above in Path(file).resolve().parents[:_WITHIN] if Path(file).exists() else ():
        if (above / SETTINGS).is_file():  # a form that lies in a campaign
            with plain_errors():
                said = year_told(form, open_campaign(above).year)
            if said:
                say(f"提醒：{said}")
    folder = Path(file).resolve().parent.name
    if Path(file).is_file() and folder != form.id:
        say(f"提醒：编号是 {form.id}，文件夹叫 {folder}；文件夹要叫 {form.id}，用编号才找得到。")
    next_step(f"看样子，运行  xltool form preview {typed(file)}")
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
    next_step(f"{'看' if launch else '打开'}一遍；要改的改 {typed(file)}，再运行  xltool form preview {typed(file)}")
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
    next_step(f"打开 {folder / 'rules.md'}，看改过的规则写成了什么")
    return 0
