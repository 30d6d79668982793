"""Files dropped on the page land in 收回: streamed to the disk, limited, under a safe name, never over another file. On
the page of 名册 the one that is dropped is checked and takes the place of the old one, which is kept.

Imports ``campaign.settings``, ``campaign.roster``, ``files``. One request per file, its content as it is: nothing has to be taken apart, and 500
files are 500 small requests of which any may fail alone. The file keeps its time: which version is the latest depends on
it. A newcomer would take a form with parts, which is read into memory or a folder of its own first.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from xltool.campaign.kept_form import current
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.roster.rewriting import replace_roster
from xltool.campaign.settings import Campaign, open_campaign
from xltool.files import safe_name, trouble
from xltool.page.rendering import folder_of, site_of
from xltool.read import LIMITS
from xltool.writing.text import clean

MOST = LIMITS.file
"""Bytes of one file; a larger one would not be read either."""
_CHUNK = 1 << 20
_SHOWN = 100  # mistakes of a roster
_YEARS = 315_532_800_000, 4_102_444_800_000  # 1980 to 2100, ms
_PLACING = threading.Lock()
_TOO_LARGE = f"超过 {MOST // 1_000_000} MB，没有收下。自评表不会这样大，请核对是不是拖错了文件"


async def upload(request: Request) -> Response:
    """Take one file. Its name stands in X-Name, percent-encoded; when it was last changed in X-Modified, in ms."""
    campaign = await run_in_threadpool(open_campaign, folder_of(request))
    name = inbox_name(unquote(request.headers.get("x-name", ""), errors="replace"))
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > MOST):
        return _answer(413, name, _TOO_LARGE)
    # Beside 收回, where a run of collect does not see it before it is whole.
    temporary = campaign.folder / f".xltool-{secrets.token_hex(8)}.tmp"
    try:
        size, digest = await _received(request.stream(), temporary)
        if size > MOST:
            return _answer(413, name, _TOO_LARGE)
        await run_in_threadpool(_dated, temporary, request.headers.get("x-modified", ""))
        kept, known = await run_in_threadpool(_placed, temporary, campaign.inbox, name, digest)
    except ClientDisconnect:
        return _answer(400, name, "没有传完")
    except OSError as error:
        return _answer(507, name, f"写不进“收回”：{trouble(error)}")
    finally:
        await run_in_threadpool(temporary.unlink, missing_ok=True)
    return _answer(200, kept, "“收回”里已经有内容相同的这个文件" if known else "")


async def upload_roster(request: Request) -> Response:
    """Take another 名册.xlsx, as ``xltool roster replace`` does; ``said`` has a line for every mistake."""
    campaign = await run_in_threadpool(open_campaign, folder_of(request))
    now = site_of(request).background.now
    name = inbox_name(unquote(request.headers.get("x-name", ""), errors="replace"))
    if now.running:
        return _answer(409, name, f"正在{now.what}，请等它做完再换名册。")
    temporary = campaign.folder / f".xltool-{secrets.token_hex(8)}.tmp"
    try:
        size, _ = await _received(request.stream(), temporary)
        if size > MOST:
            return _answer(413, name, _TOO_LARGE)
        return await run_in_threadpool(_replaced, temporary, campaign, name)
    except ClientDisconnect:
        return _answer(400, name, "没有传完")
    except OSError as error:
        return _answer(507, name, f"写不进批次文件夹：{trouble(error)}")
    finally:
        await run_in_threadpool(temporary.unlink, missing_ok=True)


def _replaced(temporary: Path, campaign: Campaign, name: str) -> Response:
    try:
        with _PLACING:
            made = replace_roster(temporary, campaign.roster, current(campaign))
    except OWN_ERRORS as error:
        lines = [clean(line).replace(str(temporary), name) for line in lines_of(error)]
        more = [f"……共 {len(lines) - 1} 处，先改这些。"] if len(lines) > _SHOWN else []
        return _answer(422, name, "\n".join(["没有换，名册没有改动。", *lines[:_SHOWN], *more]))
    if made.same:
        return _answer(200, name, "与现在的名册相同，没有改动。")
    before = f"原来的一份是 {made.kept.name}。" if made.kept else ""
    return _answer(200, name, f"名册已换成“{clean(name)}”：{made.roster.sizes}。{before}")


def inbox_name(text: str) -> str:
    """Return what a file is called in 收回: its own name, without folders, valid on every system.

    >>> inbox_name("../../etc/a:b.xlsx"), inbox_name("C:\\\\x\\\\.."), inbox_name("县" * 300 + ".xlsx")[-6:]
    ('a_b.xlsx', '_', '县.xlsx')
    """
    path = Path(text.replace("\\", "/").rpartition("/")[2])
    ending = path.suffix if len(path.suffix) <= 12 else ""
    stem = path.name.removesuffix(ending) if ending else path.name
    return safe_name(safe_name(stem, 60) + ending)


async def _received(stream: AsyncIterator[bytes], target: Path) -> tuple[int, str]:
    """Write what comes, as far as it may; return its size and digest."""
    size, digest = 0, hashlib.sha256()
    with target.open("xb") as file:
        async for chunk in stream:
            size += len(chunk)
            if size > MOST:
                break
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def _dated(path: Path, text: str) -> None:
    if text.isascii() and text.isdigit() and len(text) < 16 and _YEARS[0] <= int(text) <= _YEARS[1]:
        os.utime(path, ns=(int(text) * 1_000_000,) * 2)


def _placed(temporary: Path, inbox: Path, name: str, digest: str) -> tuple[str, bool]:
    """Put it in place under a name nobody has; return the name, and whether it was there already."""
    inbox.mkdir(exist_ok=True)
    stem, ending = Path(name).stem, Path(name).suffix
    with _PLACING:
        number = 1
        while True:
            target = inbox / name
            if not os.path.lexists(target):
                _rename(temporary, target)
                return name, False
            if target.is_file() and target.stat().st_size == temporary.stat().st_size and _digest(target) == digest:
                return name, True
            number += 1
            name = f"{stem}（{number}）{ending}"


def _rename(temporary: Path, target: Path) -> None:
    """Another program may have put something there this instant: it is not replaced."""
    if os.name == "nt":
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        temporary.rename(target)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _answer(status: int, name: str, said: str) -> Response:
    return JSONResponse({"name": name, "said": said}, status)
