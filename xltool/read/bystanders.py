"""Files that lie among the returns and are none: told by their names and folders, each with the reason.

Imports nothing of ours. System files are passed over in silence inside an archive; the others are named, because
somebody may have meant to send what they stand for. A newcomer would examine a shortcut and send it back.
"""

from __future__ import annotations

import re

SYSTEM = "系统或临时文件"
PACKAGE, PACKAGE_LIST = "报送清单.json", "汇总报送的清单，不是自评表"
"""What lies in the package of a 主管部门 beside its units' returns, and why it is not one."""
_STARTS = ("~$", ".~", "._", ".ds_store", "thumbs.db", "desktop.ini", ".xltool-")
_RECYCLED = re.compile(
    r"[#@$]?recycler?|[#@$]recycle(?:\.bin)?|\.trash(?:es|-\d+)?|\.stversions|#snapshot", re.IGNORECASE
)
_INDEX = ("@eadir", ".@__thumb")
_BIN = "回收站或旧版本的文件夹，里面的文件不算报送；要用的请移出来"
_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"\.icloud\Z", "只是 iCloud 的占位，文件还没有下载到本机。请在“访达”里下载，或请部门重新发送"),
        (r"\.(?:lnk|url|webloc|desktop)\Z", "快捷方式，不是文件本身。请把文件本身放进“收回”"),
        (r"[:.]?zone\.identifier\Z", "系统给下载的文件做的标记，不是报送的文件"),
        (r"\.(?:bak|xlk)\Z|\A~ar.*\.xar\Z", "程序自动留下的备份，不算报送；要用的请改回 .xlsx 再放进来"),
    )
)


def is_system_file(name: str) -> bool:
    """Whether a file is an owner, lock or system file that no department meant to send."""
    path = name.replace("\\", "/")
    parts = path.lower().split("/")
    return parts[-1].startswith(_STARTS) or "__macosx" in parts[:-1] or any(part in _INDEX for part in parts)


def not_a_return(path: str) -> str:
    """Return why a file is none of our business by its name and the folders it is in, ``""`` if it may be a return.

    >>> not_a_return("~$表.xlsx"), not_a_return("#recycle/表.xlsx")[:3], not_a_return("表.xlsx")
    ('系统或临时文件', '回收站', '')
    """
    if is_system_file(path):
        return SYSTEM
    *folders, name = path.replace("\\", "/").split("/")
    if any(map(_RECYCLED.fullmatch, folders)):
        return _BIN
    return next((reason for pattern, reason in _ENDINGS if pattern.search(name)), "")


def is_package_list(path: str) -> bool:
    """Whether a file is the list of a package that a 主管部门 handed up."""
    return path.replace("\\", "/").rpartition("/")[2] == PACKAGE


def not_entered(folder: str) -> str:
    """Return why a folder of this name is passed over as a whole, ``""`` if it is looked into."""
    if folder.lower() in _INDEX:
        return SYSTEM
    return _BIN if _RECYCLED.fullmatch(folder) else ""
