"""The campaign's secret and the seal it puts on every workbook that is issued.

Imports ``campaign.settings``. The issue number follows from the roster, so whoever knows the roster can compute another
department's; the seal cannot be computed without the secret, which stays in the campaign folder. A newcomer would
make a new secret when it is missing: then every workbook already sent out would come back as a forgery.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import TargetLockedError
from xltool.form import Issue

FILE = "签发密钥.txt"
_LETTERS = 32
_KEY = re.compile(r"[0-9a-f]{64}\Z")
_NOTE = "本批次签发自评表用的密钥。请随批次文件夹一起备份，不要发给任何人，也不要修改。"


def path_of(campaign: Campaign) -> Path:
    """Return where the secret is kept."""
    return campaign.folder / FILE


def ensure(campaign: Campaign, secret: str = "") -> bytes:
    """Return the campaign's secret; made if there is none yet. ``secret``: what to make it from, for an example.

    Raises:
        CampaignError: it is damaged.
        TargetLockedError: it cannot be written.
    """
    path = path_of(campaign)
    made = hashlib.sha256(secret.encode()).hexdigest() if secret else secrets.token_hex(32)
    try:
        # Only for the officer, where the system knows of such a thing; on Windows the folder decides.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return load(campaign)
    except OSError as error:
        raise TargetLockedError(path, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="\r\n") as stream:
            stream.write(f"{_NOTE}\n{made}\n")
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as error:  # stopped, or the disk is full: half a secret would be worse than none
        with contextlib.suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise TargetLockedError(path, error) from None
        raise
    return made.encode()


def load(campaign: Campaign) -> bytes:
    """Return the secret the campaign has signed with.

    Raises:
        CampaignError: it is gone or damaged; says what to do.
    """
    path = path_of(campaign)
    try:
        with path.open("rb") as stream:
            words = stream.read(4096).decode("utf-8-sig", "replace").split()
    except FileNotFoundError:
        raise CampaignError(
            f"{path} 不在了，没有它就不能确认回收表是不是本批次下发的。请从备份恢复。"
            "找不回来的，请运行 xltool generate 重新签发：新下发的表照常核对，"
            "以前下发的表报来后列为“待认领”，核实后把文件放进“收回”里的“认领”文件夹即可计入。"
        ) from None
    except OSError as error:
        raise CampaignError(f"{path} 读不出来（{error.strerror}）。请检查权限后再运行一次。") from None
    found = [word for word in words if _KEY.match(word)]
    if len(found) != 1:
        raise CampaignError(
            f"{path} 被改动过，里面没有完整的密钥。请从备份恢复；找不回来的，请删除它，再运行 xltool generate 重新签发。"
        )
    return found[0].encode()


def key_of(secret: bytes, authority: str) -> str:
    """Return the key by which a 主管部门 signs what it hands up; it tells nothing of the secret, or of others' keys."""
    return signature(secret, f"主管部门\n{authority}")


def signature(key: bytes, text: str) -> str:
    """Return the signature of a text."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def seal(secret: bytes, issue: Issue) -> str:
    """Return the seal of what is issued: over form, version, layout, department, issue and year."""
    text = "\n".join((issue.form, issue.version, issue.layout, issue.department, issue.issue_id, str(issue.year)))
    return hmac.new(secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_LETTERS]
