"""What the buttons do: each is what a command does, by the same call.

Imports ``campaign``. What takes time runs in the background and is told of on the page that follows. A newcomer would do
here what belongs into ``campaign``, and the command would not have it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from xltool.campaign.intake.waivers import COLUMNS, add_waiver
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.review.sample_list import split_words
from xltool.campaign.settings import CampaignError, open_campaign
from xltool.files import safe_name
from xltool.page.background import Doing
from xltool.page.downloads import merged_before
from xltool.page.own_pages import choosing, excepting
from xltool.page.rendering import Site, folder_of, page, site_of
from xltool.progress import Progress

_MOST = 100_000  # bytes of a form
_NAMED = 10
Fields = Mapping[str, str]


async def fields_of(request: Request) -> Fields:
    """Return what a form says.

    Raises:
        HTTPException: it is none, or too long.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, "这个请求不是页面上的表单。")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST:
            raise HTTPException(413, "填的内容太长。")
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=50)
    except ValueError:
        raise HTTPException(400, "填的内容读不出来。") from None
    return {name: values[0].strip() for name, values in found.items()}


def action(handle: Callable[[Request, Fields], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads the form and answers from a thread, because answers read files."""

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(handle, request, await fields_of(request))

    return answer


def _begun(request: Request, what: str, doing: Callable[[Path, Site], Doing], then: str = "") -> Response:
    """Begin something in the background and go to the page that tells of it; the script of the page gets a short answer."""
    folder, site = folder_of(request), site_of(request)
    script = request.headers.get("accept", "").startswith("application/json")
    if not site.background.begin(what, folder, doing(folder, site)):
        said = f"正在{site.background.now.what}，请等它做完再试。"
        return JSONResponse({"said": said}, 409) if script else page(request, "told.html", 409, lines=(said,))
    back = f"/c/{request.path_params['key']}/{then}"
    return JSONResponse({"said": ""}) if script else RedirectResponse(back, 303)


def run_collect(request: Request, _fields: Fields) -> Response:
    """``xltool collect``."""
    return _begun(request, "核对", _collecting)


def _collecting(folder: Path, site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        from xltool.campaign.collect import collect

        collected = collect(open_campaign(folder), report, hire=site.crew.hire)
        tally = collected.tally
        return (
            f"核对完成：收到文件 {len(collected.receipts)} 个，退回修改 {len(collected.marked)} 个。",
            f"{tally.sentence()}汇总表{'已写出' if tally.summarised else '没有变化，未重写'}。",
            *tally.blocked,
        )

    return doing


def run_generate(request: Request, _fields: Fields) -> Response:
    """``xltool generate``."""
    return _begun(request, "生成下发表", _generating)


def _generating(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        from xltool.campaign.compare.last_year import figures_before
        from xltool.campaign.issue.outbox import generate_all
        from xltool.campaign.kept_form import current
        from xltool.campaign.roster.reading import read_roster

        campaign = open_campaign(folder)
        form = current(campaign)
        roster = read_roster(campaign.roster, form)
        made = generate_all(campaign, form, roster, report, figures_before(campaign, form))
        if not made.paths and not made.blocked:
            raise CampaignError(f"名册〔部门〕还没有部门，请先填写 {campaign.roster}，保存后再生成。")
        same = len(made.paths) - len(made.new) - len(made.changed)
        lines = [
            f"已生成 {len(made.paths)} 个下发表，在 {campaign.outbox}"
            f"（新增 {len(made.new)} 个，有变化 {len(made.changed)} 个，没有变化 {same} 个）。"
        ]
        if made.changed:
            more = f" 等 {len(made.changed)} 个" if len(made.changed) > _NAMED else ""
            names = "、".join(made.changed[:_NAMED]) + more
            lines.append(f"有变化的：{names}。请把新的下发表发给这些部门；以前的一份作废。")
        if made.renewed:
            lines.append(
                "签发密钥原来的一份不在了，已经重新签发：请把新的下发表发给各部门；以前下发的表报来后列为“待认领”。"
            )
        return (*lines, *(f"名册{note}" for note in roster.notes), *made.blocked)

    return doing


def run_letters(request: Request, _fields: Fields) -> Response:
    """``xltool letters``."""
    return _begun(request, "写通知和通报", _lettering)


def _lettering(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        import datetime

        from xltool.campaign.collected import open_collected
        from xltool.campaign.correspondence.letters import write_letters

        day = datetime.date.today()
        made = write_letters(open_collected(open_campaign(folder), day), day, report)
        counts = f"退回修改通知 {len(made.notices)} 份、回执 {len(made.receipts)} 份"
        told = f"{counts}和审核情况通报已写出，在 {made.report.parent}"
        return (told, *made.kept, *made.blocked)

    return doing


def run_reminders(request: Request, _fields: Fields) -> Response:
    """``xltool status --list --remind``."""
    return _begun(request, "写催报文字和收件进度", _reminding)


def _reminding(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        import datetime

        from xltool.campaign.collected import open_collected
        from xltool.campaign.status import standings, write_list, write_reminders

        day = datetime.date.today()
        campaign = open_campaign(folder)
        found = standings(open_collected(campaign, day), day)
        path = write_list(campaign, found)
        made = write_reminders(campaign, found, report)
        where = f"，在 {made.paths[0].parent}" if made.paths else ""
        return (f"催报文字 {len(made.paths)} 份{where}；收件进度表：{path}", *made.kept, *made.blocked)

    return doing


def run_report(request: Request, _fields: Fields) -> Response:
    """``xltool report``."""
    return _begun(request, "写自评报告", _reporting)


def _reporting(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        from xltool.campaign.collected import open_collected
        from xltool.campaign.correspondence.reports import write_reports

        made = write_reports(open_collected(open_campaign(folder)), None, report)
        owing = f"，其中 {len(made.owing)} 份有〔待补：…〕" if made.owing else ""
        left = (f"没有写出 {line}" for line in made.left)
        return (f"自评报告 {len(made.paths)} 份{owing}，在 {made.folder}", *left, *made.kept, *made.blocked)

    return doing


def run_pack(request: Request, _fields: Fields) -> Response:
    """``xltool pack``."""
    return _begun(request, "打包下发表", _packing)


def _packing(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        import datetime

        from xltool.campaign.correspondence.packing import pack
        from xltool.campaign.kept_form import form_of
        from xltool.campaign.roster.reading import read_roster

        campaign = open_campaign(folder)
        roster = read_roster(campaign.roster, form_of(campaign))
        made = pack(campaign, roster, datetime.datetime.now(), progress=report)
        count = sum(number for _, number in made.fresh)
        fresh = f"这次要发 {count} 个文件，已记入 {made.register}" if count else "没有新的或换过的表"
        lacking = (f"还没有下发表的：{'、'.join(made.lacking[:_NAMED])}",) if made.lacking else ()
        return (f"已打包 {made.receivers} 份，在 {made.folder}；{fresh}", *lacking, *made.kept, *made.blocked)

    return doing


def run_plan(request: Request, fields: Fields) -> Response:
    """``xltool review plan``."""

    def begun(folder: Path, _site: Site) -> Doing:
        def doing(report: Progress) -> Sequence[str]:
            from xltool.campaign.collected import open_collected
            from xltool.campaign.review.sample_list import plan

            collected = open_collected(open_campaign(folder))
            include, reviewers = (split_words(fields.get(name, "")) for name in ("include", "reviewers"))
            seed = fields.get("seed", "") or collected.campaign.name
            made = plan(collected, seed, include, reviewers, report)
            unknown = (f"“{word}”不是收到的部门或项目，没有列入。" for word in made.unknown)
            return (made.told, f"名单：{made.path}", *unknown)

        return doing

    return _begun(request, "抽取复核名单", begun, "review")


def run_books(request: Request, _fields: Fields) -> Response:
    """``xltool review book``."""
    return _begun(request, "写复核表", _booking, "review")


def _booking(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        from xltool.campaign.collected import open_collected
        from xltool.campaign.review.review_book import write_books

        made = write_books(open_collected(open_campaign(folder)), report)
        missing = (f"{line} 现在没有能够评分的自评表，没有写入。" for line in made.missing)
        idle = (f"{line} 还没有复核人。" for line in made.idle)
        told = f"复核表 {len(made.written.paths)} 份，在 {made.folder}"
        return (told, *missing, *idle, *made.written.kept, *made.written.blocked)

    return doing


def run_reviews(request: Request, _fields: Fields) -> Response:
    """``xltool review collect``."""
    return _begun(request, "收回复核表", _reviewing, "review")


def _reviewing(folder: Path, _site: Site) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        import datetime

        from xltool.campaign.collected import open_collected
        from xltool.campaign.review.results import write_results
        from xltool.campaign.review.review_collect import collect_reviews
        from xltool.campaign.summarise import write_summary_of

        day = datetime.date.today()
        collected = open_collected(open_campaign(folder), day)
        found = collect_reviews(collected)
        made = write_results(collected, found, day, report)
        write_summary_of(collected, report)
        return (
            f"收到复核表 {found.books} 份，复核完 {len(found.results)} 个项目。差异：{made.differences}",
            f"复核意见 {len(made.letters.paths)} 份，在 {made.differences.parent}",
            *found.told,
            *made.letters.kept,
            *made.letters.blocked,
        )

    return doing


def run_merge(request: Request, fields: Fields) -> Response:
    """``xltool collect --tables`` of the campaigns that are ticked, as they were collected, then ``xltool merge``."""
    site = site_of(request)
    typed = {name: fields.get(name, "") for name in ("out", "title")}
    picked = [folder for key, folder in site.shelf.folders().items() if f"with-{key}" in fields]
    out = site.shelf.folder / safe_name(typed["out"] or "合并汇总")
    wrong = ""
    if site.shelf.single:
        wrong = "这个页面只管一个批次。要合并，请运行 xltool merge，或在上一级文件夹里打开 xltool page。"
    elif len(picked) < 2:
        wrong = "没有合并：请至少选两个批次。"
    elif out.exists() and not any(name == out.name for name, _ in merged_before(site.shelf.folder)):
        wrong = f"没有合并：已经有名为“{out.name}”的文件夹，里面不是合并的汇总。请换一个名称。"
    if wrong:
        return choosing(request, 422, (wrong,), **typed)
    if not site.background.begin("合并", site.shelf.folder, _merging(picked, out, typed["title"])):
        return page(request, "told.html", 409, lines=(f"正在{site.background.now.what}，请等它做完再试。",))
    return RedirectResponse("/", 303)


def _merging(folders: Sequence[Path], out: Path, title: str) -> Doing:
    def doing(report: Progress) -> Sequence[str]:
        from xltool.campaign.collected import open_collected
        from xltool.campaign.province.merge import FILE, merge
        from xltool.campaign.province.sources import find
        from xltool.campaign.summarise import write_tables
        from xltool.report.workbook.exports import NO_PARQUET, NoParquetError

        for number, folder in enumerate(folders):
            report(number, len(folders) + 1, folder.name)
            if not write_tables(open_collected(open_campaign(folder)))[1]:
                raise CampaignError(f"没有合并：{NO_PARQUET}")
        report(len(folders), len(folders) + 1, "合并")
        try:
            merged = merge(find([str(folder) for folder in folders]), out, title)
        except NoParquetError as error:
            raise CampaignError(str(error)) from None
        told = f"{len(folders)} 个批次，部门 {merged.departments} 个，已收 {merged.returned} 个。汇总表：{out / FILE}"
        more = len(merged.clashes) - _NAMED
        return (
            told,
            *(f"{one.kind} {one.about}（{one.where}）：{one.text}" for one in merged.clashes[:_NAMED]),
            *((f"……共 {len(merged.clashes)} 处，都在“重复与不一致”里。",) if more > 0 else ()),
        )

    return doing


def check_code(request: Request, fields: Fields) -> Response:
    """``xltool verify`` for one 校验码."""
    from xltool.campaign.collected import open_collected
    from xltool.campaign.verify_paper import impossible, told, unknown, verify

    typed = fields.get("code", "")
    if wrong := impossible(typed):
        return page(request, "told.html", 422, lines=(wrong,))
    exact, near = verify(open_collected(open_campaign(folder_of(request))), typed)
    close = (f"只差一个字的有：{told(found)}" for found in near)
    lines = tuple(told(found) for found in exact) or (unknown(typed), *close)
    return page(request, "told.html", lines=lines)


def waive(request: Request, fields: Fields) -> Response:
    """Add an exception, then collect: verdicts, marked copies and 汇总 follow from it."""
    from xltool.campaign.kept_form import form_of
    from xltool.campaign.roster.reading import read_roster
    from xltool.examine.catalogue import waivable

    campaign = open_campaign(folder_of(request))
    form = form_of(campaign)
    now = site_of(request).background.now
    if now.running:  # before anything is written: whoever is told to try again must not add it twice
        return page(request, "told.html", 409, lines=(f"正在{now.what}，请等它做完再添加。",))
    names = ("code", "department", "reason", "approver", "until")
    typed = {name: fields.get(name, "") for name in names}
    try:
        codes = {row["部门编码"] for row in read_roster(campaign.roster, form).departments}
        texts = dict(zip(COLUMNS, (typed[name] for name in names), strict=True))
        add_waiver(campaign, texts, waivable(form), codes)
    except OWN_ERRORS as error:
        return excepting(request, campaign, 422, lines_of(error), **typed)
    return _begun(request, "核对", _collecting)
