"""Packages of a 主管部门 in 收回: what its list says, and which of the files in it are to be believed.

Imports ``campaign.ledger``, ``campaign.issue``, ``campaign.roster`` and ``read``. Every return in a package is examined like any
other; the list only tells who handed it up and what the 主管部门 found. A file the signed list does not vouch for, or of a
unit under another 主管部门, counts for nobody until the officer has claimed it. A newcomer would take over the scores.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from xltool.campaign.intake.claims import is_claimed
from xltool.campaign.intake.inbox import archive_of
from xltool.campaign.issue import signing
from xltool.campaign.issue.handed_down import handed_down
from xltool.campaign.ledger.store import Head
from xltool.campaign.roster.sheet import Roster, authority_of
from xltool.campaign.settings import Campaign
from xltool.examine import Desk
from xltool.read import PACKAGE, is_package_list

FORMAT = 1
_BYTES, _MOST, _LONGEST = 5_000_000, 20_000, 300
_NAMED = 5
_DAMAGED = "报送清单读不出来，或不是本工具写的"
_CHANGED_LIST = "报送清单的签名对不上，作出以后改过，或者不是本批次的"
_CHANGED = "报送包作出以后，这个文件换过或改过"
_ADDED = "报送清单里没有这个文件，是后来放进包里的"
_TO_CLAIM = "对不上的文件列为待认领；核实属实的，把整个报送包放进“收回”里的“认领”文件夹再运行一次"
_CLAIMED = "已放进“认领”，里面的文件照常计入"


@dataclass(frozen=True, slots=True)
class ToldUnit:
    """What a 主管部门 says of one unit. ``file``: below the list's folder, ``""`` if nothing was handed up of it."""

    code: str
    name: str
    state: str
    file: str = ""
    sha256: str = ""
    total: Decimal | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class HandedUp:
    """One package. ``path``: the archive or folder it lies in; ``made``, ``by``: when and by whom; ``problems``: in words.

    ``genuine``: the 主管部门 it names has signed its list.
    """

    path: str
    authority: str = ""
    made: str = ""
    by: str = ""
    units: tuple[ToldUnit, ...] = ()
    problems: tuple[str, ...] = ()
    genuine: bool = False

    def sentences(self) -> Iterable[str]:
        """Say what came with it, what did not, and what is wrong with it."""
        name = f"“{self.path}”"
        if self.genuine:
            came = sum(bool(unit.file) for unit in self.units)
            how = "，".join(filter(None, (self.made[:16].replace("T", " "), self.by)))
            yield f"{self.authority} 汇总报送 {came} 个单位的表（{how}）：{name}"
            rest = [f"{unit.name}（{unit.state}）" for unit in self.units if not unit.file]
            if rest:
                yield f"{self.authority} 没有随包报送的 {len(rest)} 个：{_some(rest, '、')}"
        for problem in self.problems:
            yield f"报送包{name}：{problem}"


@dataclass(frozen=True, slots=True)
class Via:
    """How one file came: by which package, what was said of it there, and why it cannot be believed, if so."""

    package: HandedUp
    told: ToldUnit | None
    doubt: str = ""

    @property
    def words(self) -> str:
        """The provenance as lists show it."""
        return "报送包（存疑）" if self.doubt else f"经 {self.package.authority} 汇总报送"


@dataclass(frozen=True, slots=True)
class Packages:
    """All packages that lie in 收回, and by path how their files came.

    ``reported``: by department code, what its 主管部门 says of a unit whose return it has not handed up.
    """

    found: tuple[HandedUp, ...] = ()
    vias: Mapping[str, Via] = field(default_factory=lambda: MappingProxyType({}))
    reported: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def list_text(content: bytes, _desk: Desk) -> str:
    """Return the text of a list, for the ledger; whatever it is. Done by a worker."""
    return content[: _BYTES + 1].decode("utf-8", "replace")


def list_of(units: Sequence[Mapping[str, Any]], about: Mapping[str, str], key: str) -> bytes:
    """Return the list of a package. ``about``: authority, made, by and whatever else is to be known; ``key``: signs it."""
    payload = json.dumps({**about, "units": list(units)}, ensure_ascii=False, indent=0)
    signed = {"format": FORMAT, "payload": payload, "signature": signing.signature(key.encode(), payload)}
    return json.dumps(signed, ensure_ascii=False, indent=0).encode("utf-8", "surrogatepass")


def key_finder(campaign: Campaign) -> Callable[[str], str]:
    """Return what gives the key of a 主管部门 by its name; ``""`` where nobody can tell.

    Raises:
        CampaignError: the secret is damaged.
    """
    above = handed_down(campaign)
    if above is not None:
        return lambda authority: above.key if authority == above.authority else ""
    if not signing.path_of(campaign).is_file():
        return lambda _authority: ""
    secret = signing.load(campaign)
    return lambda authority: signing.key_of(secret, authority)


def packages_in(
    lists: Mapping[str, str],
    heads: Iterable[Head],
    archives: Collection[str],
    roster: Roster,
    key_of: Callable[[str], str],
) -> Packages:
    """Return the packages among the files that lie in 收回.

    Args:
        lists: texts of lists by their digest.
        heads: the files.
        archives: the archives in 收回.
        roster: says which 主管部门 a unit has.
        key_of: the key of a 主管部门.
    """
    if not lists:
        return Packages()
    present = [head for head in heads if head.present]
    owners = [head for head in present if is_package_list(head.path) and head.sha256 in lists]
    authorities = {row["部门编码"]: authority_of(row) for row in roster.departments}
    found, vias = [], dict[str, Via]()
    for owner in sorted(owners, key=lambda head: len(head.path)):  # of one inside another the inner one holds
        root = owner.path[: -len(PACKAGE)]
        package = _parsed(lists[owner.sha256], key_of)
        archive = archive_of(owner.path, archives)
        place = root.rstrip("/\\") or PACKAGE
        inside = [head for head in present if head.path.startswith(root) and head is not owner]
        made = _judged(replace(package, path=place), root, inside, bool(archive), authorities)
        if is_claimed(owner.path, archive):
            told = tuple(_CLAIMED if problem == _TO_CLAIM else problem for problem in made[0].problems)
            made = replace(made[0], problems=told), made[1]
        found.append(made[0])
        vias.update(made[1])
    reported = {
        unit.code: f"{package.authority}报告：{unit.state}"
        for package in found
        for unit in package.units
        if package.genuine and not unit.file and authorities.get(unit.code) == package.authority
    }
    return Packages(
        tuple(sorted(found, key=lambda item: item.path)), MappingProxyType(vias), MappingProxyType(reported)
    )


def _judged(
    package: HandedUp, root: str, inside: Sequence[Head], closed: bool, authorities: Mapping[str, str]
) -> tuple[HandedUp, dict[str, Via]]:
    """``closed``: everything below ``root`` came with the package; in a folder only what the list names did."""
    listed = {unit.file: unit for unit in package.units if unit.file}
    vias, genuine = dict[str, Via](), package.genuine
    changed, added, strange, unknown = list[str](), list[str](), list[str](), list[str]()
    for head in inside:
        name = head.path[len(root) :].replace("\\", "/")
        unit = listed.pop(name, None)
        if unit is None and not closed:
            continue
        doubt = ""
        if not genuine:
            doubt = _CHANGED_LIST if package.authority else _DAMAGED
        elif unit is None:
            doubt = _ADDED
            added.append(name)
        elif unit.sha256 != head.sha256:
            doubt = _CHANGED
            changed.append(name)
        elif head.department in authorities and authorities[head.department] != package.authority:
            doubt = f"名册里它的主管部门是{authorities[head.department]}，不是{package.authority}"
            strange.append(f"{head.department_name}（{authorities[head.department]}）")
        elif head.department and head.department not in authorities:
            unknown.append(f"{head.department_name}（{head.department}）")
        vias[head.path] = Via(package, unit, doubt)
    absent = [unit.code for unit in package.units if not unit.file and unit.code not in authorities]
    unknown += [f"{unit.name}（{unit.code}）" for unit in package.units if unit.code in absent]
    problems = [
        *([] if genuine else [_CHANGED_LIST if package.authority else _DAMAGED]),
        *(_several(changed, "作出以后换过或改过的文件") + _several(added, "清单里没有的文件")),
        *_several(list(listed), "清单里有、包里没有的文件"),
        *_several(strange, "属于别的主管部门的单位"),
        *_several(unknown, "不在名册里的单位"),
    ]
    if any(via.doubt for via in vias.values()):
        problems.append(_TO_CLAIM)
    package = replace(package, problems=tuple(problems))
    return package, {path: replace(via, package=package) for path, via in vias.items()}


def _several(names: Sequence[str], what: str) -> list[str]:
    return [f"{what} {len(names)} 个：{_some(names, '、')}"] if names else []


def _some(names: Sequence[str], between: str) -> str:
    more = f" 等 {len(names)} 个" if len(names) > _NAMED else ""
    return between.join(names[:_NAMED]) + more


def _parsed(text: str, key_of: Callable[[str], str]) -> HandedUp:
    """The list as it is written; nothing but an empty package if it cannot be read."""
    try:
        if len(text) > _BYTES:
            raise ValueError
        outer = json.loads(text)
        payload, signature = outer["payload"], outer["signature"]
        if outer["format"] != FORMAT or not isinstance(payload, str) or not isinstance(signature, str):
            raise ValueError
        data = json.loads(payload)
        authority = _text(data["authority"])
        if not isinstance(data["units"], list) or not authority or len(data["units"]) > _MOST:
            raise ValueError
        units = tuple(map(_unit, data["units"]))
        package = HandedUp("", authority, _text(data["made"]), _text(data["by"]), units)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return HandedUp("")
    key = key_of(data["authority"])
    expected = signing.signature(key.encode(), payload)
    genuine = bool(key) and hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
    return replace(package, genuine=genuine)


def _unit(data: Any) -> ToldUnit:
    names = ("code", "name", "state", "file", "sha256", "grade")
    code, name, state, file, digest, grade = (_text(data.get(key, "")) for key in names)
    total = data.get("total")
    try:
        points = Decimal(total) if isinstance(total, str) else None
    except InvalidOperation:
        points = None
    if points is not None and (not points.is_finite() or abs(points) > 100_000):
        points = None
    return ToldUnit(code, name, state, file, digest, points, grade)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value[:_LONGEST]
