"""What the summary makes of scores and execution rates: the traffic lights, and in words how a department's total comes about.

Part of ``form.model``. Numbers of the form, each with its source, so that a form built on another can change them. What follows
from a grade for the budget is ``review_policy.ResultUse``. A newcomer would let the lights follow the grades: places differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xltool.form.definition.review_policy import PolicyNumber


@dataclass(frozen=True, slots=True)
class ResultPolicy:
    """红黄灯. Below ``red_score`` (points) or ``red_rate`` (execution rate, 1 is 100%) red; below ``yellow_…``, or a rate above
    ``most_rate``, yellow. ``note``: how the department's total is made; it may name parameters. No lights while ``yellow_score`` is 0.
    """

    note: str = ""
    red_score: PolicyNumber = field(default_factory=PolicyNumber)
    yellow_score: PolicyNumber = field(default_factory=PolicyNumber)
    red_rate: PolicyNumber = field(default_factory=PolicyNumber)
    yellow_rate: PolicyNumber = field(default_factory=PolicyNumber)
    most_rate: PolicyNumber = field(default_factory=PolicyNumber)

    @property
    def lights(self) -> bool:
        """Whether the form says when a light is on."""
        return self.yellow_score.value > 0


def unsound(policy: ResultPolicy) -> Iterator[tuple[str, str]]:
    """Yield what cannot be: the text at whose line to tell, and what."""
    if not policy.lights:
        return
    if policy.red_score.value > policy.yellow_score.value:
        yield policy.red_score.source, "results：red_score 应当不高于 yellow_score"
    if policy.red_rate.value > policy.yellow_rate.value:
        yield policy.red_rate.source, "results：red_rate 应当不高于 yellow_rate"
    if policy.most_rate.value < policy.yellow_rate.value:
        yield policy.most_rate.source, "results：most_rate 应当不低于 yellow_rate"
