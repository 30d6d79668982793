"""The sample: what is picked in any case, and a weighted draw of the rest that anybody can repeat. Pure; imports nothing of ours.

Every unit gets a number from the seed and its own name, and a key: minus the logarithm of that number, divided by its weight
(Efraimidis and Spirakis, 2006: a weighted sample without replacement). The smallest keys are drawn. So the order of
the list means nothing, and one unit more or less changes no other's number. A newcomer would shuffle the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from math import ceil

METHOD = (
    "风险分达到必查线的、指定的必查；其余按风险分加权、不放回抽取：每个项目的随机数 u 由“种子|项目标识”的 SHA-256 算出，"
    "键 = −ln(u)÷(风险分+1)，键最小的抽中。与名单的先后无关，用同一个种子谁算都一样。"
)
_BITS = 53
_CONTEXT = Context(prec=20)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Why each unit was picked: ids in the order of picking."""

    named: tuple[str, ...]
    certain: tuple[str, ...]
    drawn: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every unit picked."""
        return (*self.named, *self.certain, *self.drawn)


def key(seed: str, ident: str, weight: Decimal) -> Decimal:
    """Return the key of a unit; ``weight`` > 0."""
    digest = int.from_bytes(hashlib.sha256(f"{seed}|{ident}".encode("utf-8", "surrogatepass")).digest()[:8], "big")
    number = Decimal((digest >> (64 - _BITS)) + 1)  # 1 to 2**53: never 0
    u = _CONTEXT.divide(number, Decimal(2**_BITS + 1))
    return _CONTEXT.divide(-_CONTEXT.ln(u), weight)


def draw(risks: Mapping[str, Decimal], named: Collection[str], certain: Decimal, share: Decimal, seed: str) -> Drawn:
    """Return the sample.

    Args:
        risks: risk points by unit.
        named: units that must be in it.
        certain: from so many risk points on a unit is in it in any case; 0 for no such line.
        share: of the rest, between 0 and 1; never fewer are drawn, so at least one while it is above 0.
        seed: any text; printed with the list.
    """
    by_name = tuple(sorted(ident for ident in risks if ident in named))
    sure = sorted(
        (i for i in risks if i not in named and certain > 0 and risks[i] >= certain), key=lambda i: (-risks[i], i)
    )
    rest = sorted(risks.keys() - set(named) - set(sure))
    count = ceil(len(rest) * share)
    keys = sorted((key(seed, ident, risks[ident] + 1), ident) for ident in rest)
    return Drawn(by_name, tuple(sure), tuple(ident for _, ident in keys[:count]))


def assign(picked: Mapping[str, str], reviewers: Collection[str], seed: str) -> dict[str, str]:
    """Return a reviewer for every unit: a department's units stay with one, everybody has about as many.

    Args:
        picked: unit to its department.
    """
    if not reviewers:
        return dict.fromkeys(picked, "")
    departments: dict[str, list[str]] = {}
    for ident in sorted(picked):
        departments.setdefault(picked[ident], []).append(ident)
    load = dict.fromkeys(reviewers, 0)
    result: dict[str, str] = {}
    for department in sorted(departments, key=lambda d: (-len(departments[d]), key(seed, d, Decimal(1)), d)):
        reviewer = min(load, key=lambda name: load[name])
        load[reviewer] += len(departments[department])
        result |= dict.fromkeys(departments[department], reviewer)
    return result
