"""An outcome goes into the ledger and comes back equal."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report import factory
from xltool.campaign.ledger.codec import pack, unpack
from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.findings import Finding, Severity
from xltool.form import Issue, Key, Project, TableRow
from xltool.score import ProjectScore, ScoreLine, ScoreSheet

# Half characters occur: a file name from another code page, a cell cut in the middle.
texts = st.text(st.characters(codec=None, exclude_categories=[]), max_size=12)
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1, max_size=8)
numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from([Decimal("0.10"), Decimal("-0")])
points = st.none() | numbers
keys = st.builds(Key, st.integers(0, 9), plain, st.integers(0, 99))
findings = st.builds(
    Finding,
    texts,
    st.sampled_from(Severity),
    texts,
    texts,
    texts,
    st.lists(texts, max_size=3).map(tuple),
    texts,
    texts,
    texts,
)
rows = st.lists(st.builds(TableRow, texts, texts, st.booleans()), max_size=2).map(tuple)
tables = st.dictionaries(texts, rows, max_size=2).map(MappingProxyType)
issues = st.builds(
    Issue,
    texts,
    texts,
    st.integers(2000, 2100),
    texts,
    texts,
    texts,
    st.lists(st.builds(Project, texts, texts, tables), max_size=2).map(tuple),
    st.dictionaries(keys, numbers | texts, max_size=2).map(MappingProxyType),
    st.frozensets(keys, max_size=2),
)
lines = st.builds(
    ScoreLine,
    *[texts] * 5,
    *[points] * 4,
    *[texts] * 4,
)
projects = st.builds(ProjectScore, texts, texts, points, texts, points, st.lists(lines, max_size=2).map(tuple))
figures = st.lists(st.builds(Figure, texts, texts, points), max_size=2).map(tuple)
outcomes = st.builds(
    Outcome,
    texts,
    st.lists(findings, max_size=3).map(tuple),
    st.none() | issues,
    st.none() | st.builds(ScoreSheet, points, texts, st.lists(projects, max_size=2).map(tuple)),
    figures,
    st.lists(figures, max_size=2).map(tuple),
    texts,
    st.floats(0, 100),
    texts,
    st.lists(st.builds(Entry, keys, texts, texts, texts), max_size=3).map(tuple),
    st.lists(st.builds(Waived, findings, texts, texts, texts), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(outcomes)
def test_an_outcome_comes_back_equal(outcome: Outcome) -> None:
    back = unpack(*pack(outcome))
    assert back == outcome
    assert back.seconds == outcome.seconds
    assert repr((back.scores, back.figures)) == repr((outcome.scores, outcome.figures))  # 0.10 is not 0.1


def test_real_outcomes_come_back_equal() -> None:
    for outcome in factory.outcomes():
        assert unpack(*pack(outcome)) == outcome
