"""``xltool collect``: everything in 收回."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.cli import FINDINGS, FINE, STOPPED, USAGE, Command
from xltool.cli.say import next_step, say, say_json, say_text, typed

if TYPE_CHECKING:
    from xltool.campaign.collected import Collected
    from xltool.campaign.intake.watch import Snapshot
    from xltool.campaign.settings import Campaign
    from xltool.cli.progress import ProgressBar
    from xltool.examine import Desk


@click.command(cls=Command, name="collect", short_help="核对“收回”里的全部文件并写出汇总")
@click.option(
    "-C", "folder", default=".", metavar="文件夹", type=click.Path(path_type=Path), help="批次文件夹，默认当前文件夹"
)
@click.option("--json", "as_json", is_flag=True, help="每个文件输出一行 JSON")
@click.option("--watch", is_flag=True, help="不退出，有新文件放进“收回”就接着核对，按 Ctrl+C 停止")
@click.option("--tables", is_flag=True, help="汇总的各张表另存为 CSV 和 Parquet，放在“汇总/数据”")
@click.option(
    "--dask", "address", metavar="地址", help="由 Dask 计算集群核对，写调度程序的地址，如 tcp://10.0.0.5:8786"
)
def command(folder: Path, as_json: bool, watch: bool, tables: bool, address: str | None) -> int:
    """核对“收回”里的全部文件，把需要修改的写到“退回”，写出“汇总/汇总.xlsx”。

    可以反复运行，没有变化的文件不会重读；中途停止，再运行一次会接着做。
    有“退回”或“须改”的问题时退出码是 1。

    \b
    例：xltool collect -C 2022年自评
        xltool collect -C 2022年自评 --watch
        xltool collect -C 2022年自评 --dask tcp://10.0.0.5:8786
    """
    from xltool.campaign.collect import collect
    from xltool.campaign.intake.watch import snapshot
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    with plain_errors(), ProgressBar("核对") as progress:
        campaign = open_campaign(folder)
        seen = snapshot(campaign.inbox)
        collected = collect(campaign, progress) if address is None else _by_cluster(campaign, progress, address)
    if tables:
        from xltool.campaign.summarise import write_tables

        with plain_errors(), ProgressBar("数据表") as progress:
            written, parquet = write_tables(collected, progress)
        say(f"数据表：{written}", err=as_json)
        if not parquet:
            from xltool.report.workbook.exports import NO_PARQUET

            say(f"只写了 CSV：{NO_PARQUET}", err=True)
    if watch:
        return _watch(folder, collected, seen, address)
    for line in (*(f"名册{note}" for note in collected.roster.notes), *collected.tally.blocked):
        say(line, err=True)
    if as_json:
        from xltool.report.json import to_json

        with collected.open() as opened:
            for receipt in collected.receipts:
                outcome = opened.outcome(receipt)
                form = collected.form if outcome.issue else None
                say_json(to_json(outcome, form, collected.provenance(receipt)))
    else:
        report(collected)
    if collected.tally.blocked:
        return USAGE
    return FINDINGS if collected.marked else FINE


def _by_cluster(campaign: Campaign, progress: ProgressBar, address: str) -> Collected:
    """Collect with a Dask cluster, and say what it could not do."""
    from xltool.campaign.collect import collect
    from xltool.examine.remote import Cluster, ClusterError

    crews: list[Cluster] = []

    def hire(desk: Callable[[], Desk]) -> Cluster:
        crews.append(Cluster(desk, address))
        return crews[0]

    try:
        return collect(campaign, progress, hire=hire)
    except ClusterError as error:
        raise click.ClickException(str(error)) from None
    finally:
        for crew in crews:
            for note in dict.fromkeys(crew.notes):
                say(note, err=True)


def _watch(folder: Path, collected: Collected, seen: Snapshot, address: str | None) -> int:
    """Collect again whenever 收回 has changed and come to rest, until Ctrl+C, which is how it is meant to end."""
    from xltool.campaign.collect import collect
    from xltool.campaign.intake.watch import changes
    from xltool.campaign.settings import open_campaign
    from xltool.cli.errors import plain_errors
    from xltool.cli.progress import ProgressBar

    report(collected)
    say("正在等待新文件，按 Ctrl+C 停止。")
    latest, waiting = collected, True
    try:
        for _ in changes(collected.campaign.inbox, since=seen):
            waiting = False
            with plain_errors(), ProgressBar("核对") as progress:
                campaign = open_campaign(folder)
                latest = collect(campaign, progress) if address is None else _by_cluster(campaign, progress, address)
            waiting = True
            if latest.tally.examined or latest.tally.summarised:
                report(latest)
    except KeyboardInterrupt:
        if not waiting:
            say("已停止，这一轮没有做完。已经写好的文件是完整的，再次运行会接着做。")
            return STOPPED
    say("已停止等待。收到的文件都已核对，汇总是最新的。")
    return FINDINGS if latest.marked else FINE


def report(collected: Collected) -> None:
    """Print the table and where the results are."""
    import datetime

    from xltool.campaign.intake.claims import TO_CLAIM
    from xltool.campaign.status import standings
    from xltool.read import PACKAGE_LIST, SYSTEM
    from xltool.report.console import listing, standing_rows, tier_listing
    from xltool.writing.text import one_line

    campaign, tally = collected.campaign, collected.tally
    found = standings(collected, datetime.date.today())
    say_text(listing(standing_rows(found.lines), scored=found.scored))
    if found.tiers:
        say("")
        say_text(tier_listing(found.tiers, found.scored))
        say("")
    say(*map(one_line, collected.packages_told))
    names = {row["部门编码"]: row["部门名称"] for row in collected.roster.departments}
    for path, code in collected.held.items():
        say(f"{one_line(path)}：写的是{one_line(names.get(code, code))}，{collected.doubt(path)}{TO_CLAIM}。")
    named = [r for r in collected.receipts if r.head.named and not r.skipped]
    for receipt in named:
        say(f"{one_line(names.get(receipt.head.named, receipt.head.named))}：{one_line(receipt.unread_remark)}。")
    for code, receipt in collected.copied.items():
        say(f"{one_line(names.get(code, code))}：{one_line(receipt.unread_remark)}。")
    if strangers := collected.unplaced:
        shown = (one_line(f"{path}，{why}" if why else path) for path, why in strangers.items())
        say(f"认不出部门的文件 {len(strangers)} 个：{'；'.join(shown)}")
    for path, what in collected.unrelated.items():
        say(f"没有计入“{one_line(path)}”：{what}。")
    for receipt in collected.receipts:
        if receipt.head.skipped not in ("", SYSTEM, PACKAGE_LIST):
            say(f"没有读取“{one_line(receipt.head.path)}”：{receipt.head.skipped}。")
    for choice in collected.choices.values():
        if choice.reason:
            say(f"{one_line(choice.name)}：采用 {one_line(choice.counts) or '（无）'}。{one_line(choice.reason)}。")
        notice = choice.notice(choice.current.head) if choice.current else None
        if notice is not None:
            say(one_line(f"{choice.name}：{notice.message}{notice.remedy}"))
    say(
        "",
        f"{found.counts.sentence()}收到文件 {len(collected.receipts)} 个，退回修改 {len(collected.marked)} 个。",
        tally.sentence(),
    )
    say(f"汇总表：{campaign.summary}" + ("" if tally.summarised else "（没有变化，未重写）"))
    say(f"退回件：{campaign.returned}")
    where = typed(campaign.folder)
    if collected.marked:
        next_step(f"打开汇总表看结果；写退回修改通知，运行  xltool letters -C {where}")
    elif found.counts.missing:
        next_step(f"写催报文字，运行  xltool status -C {where} --remind")
    else:
        next_step(f"打开汇总表看结果；抽查复核，运行  xltool review plan -C {where}")
