"""What the bureau's own second look (复核) goes by, and what follows from the result: numbers of the form, each with its source.

Part of ``form.model``. A newcomer would keep these numbers in the program: they are policy, and every place has its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PolicyNumber:
    """A number with its source; ``most``: where it is given per piece, no more than this in all."""

    value: Decimal = Decimal(0)
    source: str = ""
    most: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class DeductionReason:
    """A reason the reviewer may choose: ``share`` of the points of the line is proposed to be taken off."""

    say: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class ResultUse:
    """What follows from a grade for next year's budget (结果应用)."""

    grade: str
    say: str
    source: str


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """How the sample is drawn and what a review does.

    Risk points: ``finding`` for each 须改, ``full_marks`` where every line has full marks, ``above`` for each point the self-score is
    above the computed one, ``amount`` for the largest budget (less in its order), ``last_low`` for 中 or 差 last year, ``never`` where
    no review is known. ``certain``: from so many points on a project is picked in any case; ``share``: of the others so many are drawn.
    ``gap``: points the self-score may be above the review without more being taken off; ``penalty`` for each point beyond.
    """

    finding: PolicyNumber = field(default_factory=PolicyNumber)
    full_marks: PolicyNumber = field(default_factory=PolicyNumber)
    above: PolicyNumber = field(default_factory=PolicyNumber)
    amount: PolicyNumber = field(default_factory=PolicyNumber)
    last_low: PolicyNumber = field(default_factory=PolicyNumber)
    never: PolicyNumber = field(default_factory=PolicyNumber)
    certain: PolicyNumber = field(default_factory=PolicyNumber)
    share: PolicyNumber = field(default_factory=PolicyNumber)
    gap: PolicyNumber = field(default_factory=PolicyNumber)
    penalty: PolicyNumber = field(default_factory=PolicyNumber)
    reasons: tuple[DeductionReason, ...] = ()
    uses: tuple[ResultUse, ...] = ()
