"""``xltool review``: the sample, the reviewers' workbooks, the results."""

from __future__ import annotations

from pathlib import Path

import click

from xltool.cli import FINDINGS, FINE, USAGE, Command, VerbGroup, day_of
from xltool.cli.say import next_step, say, typed

_FOLDER = click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)


@click.group(cls=VerbGroup, name="review", short_help="复核：抽取名单、写出复核表、收回并写出结果")
def command() -> None:
    """财政局复核（抽查）：plan 抽取名单，book 给每个复核人写一个复核表，collect 收回、比较、写复核意见。

    \b
    例：xltool review plan -C 2022年自评 --seed 20230410 --reviewers 张三,李四
    """


@command.command(cls=Command, name="plan", short_help="按风险抽取复核名单")
@_FOLDER
@click.option("--seed", default="", metavar="种子", help="抽取用的种子，任意文字或数字，印在名单上；默认是批次名称")
@click.option("--include", default="", metavar="名单", help="必须复核的部门编码、项目编码或名称，用逗号分开")
@click.option("--reviewers", default="", metavar="姓名", help="复核人，用逗号分开；也可以以后填在名单里")
def plan_command(folder: Path, seed: str, include: str, reviewers: str) -> int:
    """按问题条数、全部满分、自评偏高、预算金额、上年等次、是否复核过计算风险分，必查的列入，其余加权抽取。

    名单写到“汇总/复核/抽查名单.xlsx”，可以增减行、填改复核人。种子和办法印在名单上，谁算都一样。

    \b
    例：xltool review plan -C 2022年自评 --seed 20230410 --include 101001 --reviewers 张三,李四
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.review.sample_list import plan, split_words
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    with plain_errors(), ProgressBar("抽查名单") as progress:
        collected = open_collected(open_campaign(folder))
        words = split_words(include), split_words(reviewers)
        made = plan(collected, seed or collected.campaign.name, *words, progress)
    say(made.told, f"名单：{made.path}")
    for word in made.unknown:
        say(f"  “{word}”不是收到的部门或项目，没有列入", err=True)
    next_step(f"核对名单，填好“复核人”，运行  xltool review book -C {typed(folder)}")
    return FINDINGS if made.unknown else FINE


@command.command(cls=Command, name="book", short_help="给每个复核人写一个复核表")
@_FOLDER
def book_command(folder: Path) -> int:
    """按抽查名单里的“复核人”，每人一个工作簿，写到“汇总/复核/复核表”。自评得分锁定在旁边，边填边核对。

    \b
    例：xltool review book -C 2022年自评
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.review.review_book import write_books
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    with plain_errors(), ProgressBar("复核表") as progress:
        made = write_books(open_collected(open_campaign(folder)), progress)
    say(
        f"复核表 {len(made.written.paths)} 份，在 {made.folder}。",
    )
    say(*(f"  {line} 现在没有能够评分的自评表，没有写入" for line in made.missing), err=True)
    say(*(f"  {line} 还没有复核人" for line in made.idle), err=True)
    say(*made.written.kept, *made.written.blocked, err=True)
    next_step(f"发给复核人；填好后放进旁边的“复核收回”，运行  xltool review collect -C {typed(folder)}")
    return USAGE if made.written.blocked else FINDINGS if made.missing or made.idle else FINE


@command.command(cls=Command, name="collect", short_help="收回复核表，写出差异和复核意见")
@_FOLDER
@click.option("--today", default="", metavar="日期", help="落款日期，如 2023-04-20，默认今天")
def collect_command(folder: Path, today: str) -> int:
    """读“汇总/复核/复核收回”里的复核表，写出复核差异、每个部门的复核意见，并把最终得分和名次写进汇总。

    \b
    例：xltool review collect -C 2022年自评
    """
    from xltool.campaign.collected import open_collected
    from xltool.campaign.review.results import write_results
    from xltool.campaign.review.review_collect import collect_reviews
    from xltool.campaign.settings import open_campaign
    from xltool.campaign.summarise import write_summary_of
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    day = day_of(today)
    with plain_errors(), ProgressBar("复核") as progress:
        collected = open_collected(open_campaign(folder), day)
        review = collect_reviews(collected)
        made = write_results(collected, review, day, progress)
        write_summary_of(collected, progress)
    say(f"收到复核表 {review.books} 份，复核完 {len(review.results)} 个项目。", f"差异：{made.differences}")
    say(f"复核意见 {len(made.letters.paths)} 份，在 {made.differences.parent}", f"汇总表：{collected.campaign.summary}")
    say(*(f"  {line}" for line in review.told))
    say(*made.letters.kept, *made.letters.blocked, err=True)
    again = f"请复核人改好或补交，放进“复核收回”，再运行  xltool review collect -C {typed(folder)}"
    if review.results:
        done = "看一遍复核意见，发给部门；最终得分和名次在汇总表的“复核结果”。"
        next_step(done + (f"没有复核完的，{again}" if review.open else ""))
    else:
        next_step(again)
    return USAGE if made.letters.blocked else FINDINGS if review.open else FINE
