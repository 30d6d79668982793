"""The draw: independent of order, the same for the same seed, one unit more changes no other's number, and fair by weight."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xltool.campaign.review.draw import assign, draw, key

risks = st.dictionaries(
    st.text(alphabet="abc/县局01", min_size=1, max_size=8), st.integers(0, 100).map(Decimal), min_size=1, max_size=40
)
shares = st.sampled_from([Decimal(text) for text in ("0", "0.05", "0.2", "0.5", "1")])


@given(risks, shares, st.text(max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_list_means_nothing(
    risks: dict[str, Decimal], share: Decimal, seed: str, random: object
) -> None:
    shuffled = list(risks.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    named = set(list(risks)[:2])
    assert draw(risks, named, Decimal(60), share, seed) == draw(dict(shuffled), named, Decimal(60), share, seed)


@given(risks, shares, st.text(max_size=12))
def test_everybody_is_in_one_part_and_as_many_as_said(risks: dict[str, Decimal], share: Decimal, seed: str) -> None:
    named = {min(risks)}
    found = draw(risks, named, Decimal(60), share, seed)
    assert set(found.named) == named
    assert set(found.certain) == {i for i, risk in risks.items() if risk >= 60 and i not in named}
    rest = len(risks) - len(found.named) - len(found.certain)
    assert len(found.drawn) - 1 < rest * share <= len(found.drawn), "never fewer than the share says"
    assert len(set(found.all)) == len(found.all)


@given(risks, st.text(max_size=12), st.sampled_from(sorted("xyz")))
def test_one_more_unit_takes_at_most_one_place(risks: dict[str, Decimal], seed: str, new: str) -> None:
    """Of a sample of fixed size one leaves for the new one, or none: nobody else's luck changes."""
    before = sorted(risks, key=lambda i: (key(seed, i, risks[i] + 1), i))[:5]
    more = {**risks, new: Decimal(50)}
    after = sorted(more, key=lambda i: (key(seed, i, more[i] + 1), i))[:5]
    assert set(before) - set(after) <= {before[-1]}
    assert set(after) - set(before) <= {new}


def test_more_risk_is_drawn_more_often_as_its_weight_says() -> None:
    """Of two, the one with three times the weight comes first in three of four draws."""
    first = sum(key(str(n), "甲", Decimal(3)) < key(str(n), "乙", Decimal(1)) for n in range(4000))
    assert 2900 < first < 3100


def test_a_known_draw() -> None:
    """What was printed once can be computed again in ten years."""
    some = {f"{number:03d}/P{number}": Decimal(number) for number in range(20)}
    assert draw(some, (), Decimal(18), Decimal("0.2"), "20230410").all == KNOWN


KNOWN = ("019/P19", "018/P18", "007/P7", "011/P11", "014/P14", "017/P17")


def test_a_department_stays_with_one_reviewer_and_the_work_is_even() -> None:
    picked = {f"{d}/{p}": str(d) for d in range(9) for p in range(d % 3 + 1)}
    who = assign(picked, ["张三", "李四", "王五"], "s")
    assert all(len({who[i] for i in picked if picked[i] == d}) == 1 for d in set(picked.values()))
    loads = [list(who.values()).count(name) for name in ("张三", "李四", "王五")]
    assert max(loads) - min(loads) <= 1
