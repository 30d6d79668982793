"""What a campaign issued, packed: each comes back as it was, and the latest of a department is found."""

from __future__ import annotations

import pickle
import tracemalloc
from dataclasses import replace

from tests import kit
from xltool.form import form_by_id
from xltool.form.layout.issues import Issues


def test_each_comes_back_as_it_was_and_the_latest_of_a_department_is_found() -> None:
    made = replace(kit.issue(form_by_id(kit.FORM_ID), 2), seal="f" * 32)
    again = replace(made, issue_id="2" * 16, department_name="县教育体育局", seal="")
    other = replace(made, issue_id="3" * 16, department="102001", department_name="县卫健局")
    issues: Issues = pickle.loads(pickle.dumps(Issues.of(made, again, other)))  # noqa: S301 - our own
    assert list(issues.items()) == [(one.issue_id, one) for one in (made, again, other)]
    assert [one.seal for one in issues.values()] == ["f" * 32, "", "f" * 32]  # a seal is no part of what is equal
    assert issues.latest("101001") == again
    assert issues.latest("109001") is None
    assert issues.last == other
    assert dict(issues.names) == {"101001": "县教育体育局", "102001": "县卫健局"}
    assert dict(issues.departments) == {made.issue_id: "101001", again.issue_id: "101001", other.issue_id: "102001"}
    missing = replace(made, issue_id="4" * 16, department="103001", department_name="县水利局")
    assert list(issues.by_department([missing]).items()) == [("101001", again), ("102001", other), ("103001", missing)]
    assert Issues.of().last is None
    assert len(Issues.of()) == 0


def test_thousands_stay_small() -> None:
    """Every process has all of them: 2 kB each, where an issue as an object takes several times as much."""
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form, 3, tuple(kit.row(项目编码=f"P{number}", 二级指标="数量指标", 三级指标=f"指标{number}号的名称", 性质="≥",
                                            指标值=str(number), 单位="次") for number in (1, 2, 3) for _ in range(4)))  # fmt: skip
    tracemalloc.start()
    issues = Issues.each(replace(made, issue_id=f"{number:016x}", department=f"{number:06d}") for number in range(200))
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(issues) == 200
    assert held / 200 < 2_000
