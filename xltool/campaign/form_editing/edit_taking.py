"""The workbook of a form taken back: what changes, checked as a whole, and written in one go or not at all.

Imports ``edit_reading``, ``edit_book`` and ``campaign.issue``. The file as it was stays beside the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xltool.campaign.form_editing.edit_book import fingerprint
from xltool.campaign.form_editing.edit_reading import EditBook, TypedEdit, opened_book, typed_in
from xltool.campaign.form_editing.slots import SLOTS, shown
from xltool.campaign.issue.outbox import sample
from xltool.campaign.settings import CampaignError
from xltool.files import write_atomic
from xltool.form import DefinitionError
from xltool.form.definition.strict import Problem
from xltool.form.edit.editable import EditPart
from xltool.form.edit.edited import Editing, blamed, changed, opened, verified

BEFORE = "form_改前.yaml"
_HEAD = "改动后的表样有问题，没有写："


@dataclass(frozen=True, slots=True)
class TakenEdits:
    """What a workbook changes in a form. ``told``: one line for each change, old and new; ``notes``: what to look at.

    ``text``: what the form's file is to say.
    """

    editing: Editing
    text: str
    told: tuple[str, ...]
    notes: tuple[str, ...]


def taken(path: Path, asked: str = "", home: Path | None = None, year: int = 2024) -> TakenEdits:
    """Read a workbook back and check the form it makes; nothing is written.

    Args:
        path: of the workbook.
        asked: the form, by id or path; the one the workbook was written from if empty.
        home: the folder of forms of a campaign.
        year: of the sample that is drawn to check every formula.

    Raises:
        UnusableFileError: it cannot be opened.
        CampaignError: something in it cannot be taken, or what it makes of the form is unsound; told by sheet and cell.
        DefinitionError: the form cannot be found or used as it stands.
    """
    book = opened_book(path)
    editing = opened(asked or book.ident, home)
    if editing.ident != book.ident:
        raise CampaignError(f"{path.name} 改的是表样“{book.ident}”，不是“{editing.ident}”。请核对是哪一个表样。")
    typed = typed_in(book, editing)
    changes = [one.change for one in typed]
    text = changed(editing, changes) if changes else editing.text
    try:
        if changes:
            sample(verified(editing, text), year)  # every formula is written and measured
    except DefinitionError as error:
        raise CampaignError(_HEAD, [_placed(editing, text, typed, problem) for problem in error.problems]) from None
    return TakenEdits(editing, text, tuple(map(_told, typed)), tuple(_notes(path, book, editing, typed)))


def write_taken(made: TakenEdits) -> Path | None:
    """Write what was taken; return where the file as it was is kept, None where there was none.

    Raises:
        TargetLockedError: it cannot be written; nothing has changed.
    """
    path = made.editing.path
    kept = None
    if not made.editing.new:
        kept = path.with_name(BEFORE)
        write_atomic(kept, made.editing.text.encode("utf-8"))
    write_atomic(path, made.text.encode("utf-8"))
    return kept


def _placed(editing: Editing, text: str, typed: Sequence[TypedEdit], problem: Problem) -> str:
    found = blamed(editing, text, [one.change for one in typed], problem)
    place = next((one.place for one in typed if one.change is found), "")
    return f"{place} {problem.message}" if place else str(problem)


def _told(typed: TypedEdit) -> str:
    entry, line = typed.change.entry, typed.change.line
    heading = next((slot.heading for slot in SLOTS[line.part] if slot.key == entry.key), entry.key)
    back = "（恢复成基础表样的）" if entry.inherited is not None and typed.change.new == entry.inherited else ""
    name = line.name if line.part is EditPart.ABOUT else f"{line.ident} {line.name}".strip()
    old, new = shown(entry, entry.now) or "空", shown(entry, typed.change.new) or "空"
    if isinstance(entry.now, tuple) and isinstance(typed.change.new, tuple):
        gone = [word for word in entry.now if word not in typed.change.new]
        come = [word for word in typed.change.new if word not in entry.now]
        said = [f"去掉“{'、'.join(gone)}”"] if gone else []
        said += [f"加上“{'、'.join(come)}”"] if come else []
        return f"{typed.place} {name}：{'，'.join(said) or '次序变了'}{back}"
    return f"{typed.place} {name} {heading}：{old} → {new}{back}"


def _notes(path: Path, book: EditBook, editing: Editing, typed: Sequence[TypedEdit]) -> list[str]:
    notes = []
    if book.fingerprint != fingerprint(editing):
        notes.append("表样在这份工作簿写出以后改过；两边改的不是同一处，都保留了。")
    if path.with_name(f"~${path.name}").exists():
        notes.append(f"{path.name} 好像还开着。没有保存的改动读不到，请保存后再收回一次。")
    keys = {(one.change.line.ident, one.change.entry.key) for one in typed}
    for one in typed:
        line, entry = one.change.line, one.change.entry
        alone = line.part is EditPart.PARAMETERS and entry.key == "value" and (line.ident, "source") not in keys
        if alone and one.change.new != entry.inherited:
            source = line.entries["source"]
            notes.append(f"{one.place} {line.name}的值改了，依据没有改，请核对：{shown(source, source.now)}")
    return notes
