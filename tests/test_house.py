"""The house stays one that one can live in: no circles, small rooms, short modules, each name with one meaning.

import-linter keeps the layers; here is what it does not say, imports inside functions included.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from xltool.cli import main
from xltool.examine.catalogue import catalogue, notices
from xltool.form import form_by_id, form_ids

ROOT = Path(__file__).parent.parent / "xltool"
LONGEST, LARGEST = 400, 12  # lines of a module; modules of a room, without its __init__


def name_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
ROOMS = sorted({path.parent for path in MODULES.values()})


def imports_of(tree: ast.AST, known: Mapping[str, object]) -> Iterator[str]:
    """The modules of ours a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in known or node.module in known:
                    yield inner if inner in known else node.module


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules each of which can be reached from each other (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ones: list[str] = []
    found = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        open_ones.append(name)
        for other in sorted(graph.get(name, ())):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in open_ones:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            at = open_ones.index(name)
            group = sorted(open_ones[at:])
            del open_ones[at:]
            if len(group) > 1 or name in graph.get(name, ()):
                found.append(group)

    for name in sorted(graph):
        if name not in number:
            visit(name)
    return found


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": set(), "f": {"f"}}
    assert circles(graph) == [["a", "b", "c"], ["f"]]
    hidden = ast.parse("def f():\n    from xltool.campaign import collect\n    import xltool.files\n")
    known = {"xltool.campaign": 0, "xltool.campaign.collect": 0, "xltool.files": 0}
    assert sorted(imports_of(hidden, known)) == ["xltool.campaign.collect", "xltool.files"]


def test_no_circle_of_imports_hidden_in_functions_or_not() -> None:
    graph = {name: set(imports_of(tree, MODULES)) for name, tree in TREES.items()}
    assert circles(graph) == []


def test_no_relative_imports() -> None:
    relative = [
        (name, node.lineno)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == [], "they would hide from the graph above"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT.parent)))
def test_rooms_are_small(room: Path) -> None:
    own = [path.name for path in room.glob("*.py") if path.name != "__init__.py"]
    verbs = {"cli"}  # one file per verb: as many as there are verbs
    assert len(own) <= LARGEST or room.name in verbs, own


def test_modules_are_short() -> None:
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in TREES.items() if not ast.get_docstring(tree)]
    assert silent == []


def test_a_name_of_a_class_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp):
                for target in node.targets:  # the name of a type
                    if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                        places[target.id].append(name)
    assert {word: found for word, found in places.items() if len(found) > 1} == {}


# Names that say the same thing of another room, or of a verb and what it calls.
SHARED = {
    "document": "one kind of document each: read.tables.word and read.tables.pdf",
    "lines": "lines of a page and lines of a table: read.tables.pdf and read.official.matching",
    "figures": "report.summary and read.official.matching",
    "numbers": "notation, and the automatic numbers of Word",
    "errors": "what the command line answers, and the one error of formulas",
    "workbook": "generate: the workbook; writing: how any is written",
    "looks": "report: the looks of ours",
}


def test_a_name_of_a_module_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, path in MODULES.items():
        if path.stem not in ("__init__", "__main__") and not name.startswith("xltool.cli."):
            places[path.stem].append(name)
    twice = {word: found for word, found in places.items() if len(found) > 1 and word not in SHARED}
    assert twice == {}
    rooms = [name for name, path in MODULES.items() if path.stem == path.parent.name]
    assert rooms == [], "rule.rule says nothing"


CODE = re.compile(r"[A-Z]{2}[0-9]{2}\Z")


def test_every_code_of_the_program_stands_in_the_one_catalogue() -> None:
    """Whatever stands in a report can be explained: literal codes, what notices say, and the rules of every form."""
    known = {line.code for ident in form_ids() for line in catalogue(form_by_id(ident))}
    written = {
        (node.value, name)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
    }
    assert {code for code, _ in written} >= {"PL01", "PL07", "WJ01", "GF01", "WD01", "ZS01"}, "the walk sees them"
    assert sorted((code, name) for code, name in written if code not in known) == []
    codes = [notice.code for notice in notices()]
    assert len(codes) == len(set(codes)), "a code is one kind of finding"


def test_every_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for notice in notices():
        with pytest.raises(SystemExit) as ended:
            main(["explain", notice.code, "--form", "hunan-2022"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert said.startswith(f"{notice.code}  {notice.name}（{notice.severity}）")
        assert "说明" in said, notice.code
        assert "依据" in said, notice.code
