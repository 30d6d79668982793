"""The 自评报告 of one department: the template with the figures, texts, tables and official forms of its return.

Imports ``blank``, ``letter``, ``official_table``, ``word_xml``, ``report_template``. What the department has not said is highlighted and named;
nothing is made up, no blank becomes 0. Every official form has a section of its own: narrow margins, across where the form is.
"""

from __future__ import annotations

import copy
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xltool import expr, notation
from xltool.engine.evaluation import Evaluation
from xltool.expr.functions.decimals import GENERAL
from xltool.form import Form, Key
from xltool.form.definition.model import FieldType, PrintSheet
from xltool.form.definition.paper import to_fill
from xltool.report.documents import letter, placeholders, word_xml
from xltool.report.documents.blank import Blank, Filling, alone, blank_of
from xltool.report.documents.letter import LetterError
from xltool.report.documents.official_table import Paper, PaperTable
from xltool.report.documents.report_template import NAME, TABLE, table_name
from xltool.report.documents.word_xml import W

_WIDE, _TALL = 21.0, 29.7  # cm, A4
_SIDE, _TOP = 1.5, 1.8  # cm, the margins of an official form
_LARGEST, _SMALLEST = 10.5, 7.5  # points of the type in a table
_AFTER = 120  # twentieths of a point below a table among text
_ENDS = "。；;"
_SAID, _PHRASE = re.compile(r"\{([^{}]+)\}"), 4
_P, _SECT = f"{{{W}}}p", f"{{{W}}}sectPr"
_NOTHING = "无"


def write_report(template: bytes, name: str, paper: Paper, *, public: bool = False) -> bytes:
    """Return the report as a Word document.

    Args:
        template: the bureau's template.
        name: its name, for messages.
        paper: the filled form, with what is missing in it.
        public: leave out what the form calls internal.

    Raises:
        LetterError: the template cannot be used.
    """
    form = paper.form
    hidden = frozenset(form.ids[name] for name in form.spec.report.internal) if public else frozenset()
    paper = Paper(paper.evaluation, paper.missing, hidden)
    filling = Filling(_checked(template, name, form))
    tables = _tables(form)
    asked = {named for spot, _ in filling.spots for named in spot.names if named not in tables}
    texts = {named: _text(paper, form.ids[named]) for named in asked}
    led = _leads(form)
    own = {str(table.id) for table in form.spec.report.tables}
    for spot, paragraph in filling.spots:
        (first, *_) = spot.names or ("",)
        if first.startswith(TABLE):
            sheet = tables[first]
            made = paper.tables(sheet)
            _put_tables(filling, paragraph, made) if str(sheet.id) in own else _put_forms(filling, paragraph, made)
        elif spot.alone:
            _put_text(paragraph, texts[first])
        else:
            placeholders.put(paragraph, {key: _within(text, led.get(key, "")) for key, text in texts.items()})
    _close(filling.body)
    _highlight(filling.body)
    owner = form.ids.get(str(form.spec.official.department_name), "")
    return filling.to_bytes((said(paper.evaluation, form, owner) if owner else "") + NAME)


def check_template(template: bytes, name: str, form: Form) -> None:
    """See whether a template can be filled for a form.

    Raises:
        LetterError: it cannot; says what and where.
    """
    _checked(template, name, form)


@lru_cache(maxsize=8)
def _checked(template: bytes, name: str, form: Form) -> Blank:
    document = letter.opened(template, name)
    spots = placeholders.spots(document)
    known = {str(i.field.name): "" for i in form.fields.values() if not i.per_project and not i.table}
    known |= dict.fromkeys(_tables(form), "")
    for spot in spots:
        letter.check(spot, name, known, frozenset(), inside=False)
        wanted = [named for named in spot.names if named.startswith(TABLE)]
        if wanted and not alone(spot):
            raise LetterError(
                f"{name} 的{spot.where}里，{{{{{wanted[0]}}}}} 要单独成一段，放在正文里。请移到单独的一段。"
            )
    return blank_of(document, spots)


def _tables(form: Form) -> dict[str, PrintSheet]:
    """The tables a template may ask for, by their names there."""
    return {table_name(str(sheet.title)): sheet for sheet in (*form.spec.report.tables, *form.spec.prints)}


def _text(paper: Paper, ident: str) -> str:
    return "" if ident in paper.hidden else said(paper.evaluation, paper.form, ident)


def said(evaluation: Evaluation, form: Form, ident: str) -> str:
    """Return a field of the department as a sentence says it: all its digits, or what is missing."""
    item, value = form.fields[ident].field, evaluation.value(Key(0, ident))
    if isinstance(value, Decimal):
        unit = form.spec.units.get(item.unit)
        shown = expr.formatted(value, unit.format if unit is not None else GENERAL)
        plain = notation.read_number(shown, item.unit).value
        exact = plain == value or item.compute or value != round(value, 6)
        return shown if exact else _exact(value, item.unit)
    reading = evaluation.filled.reading(Key(0, ident))
    if value and value != notation.UNREADABLE:
        return reading.typed.strip() if reading.typed and item.is_input else str(value)
    if item.type is FieldType.LONG and not item.required:
        return _NOTHING
    return to_fill(str(item.name))


def _exact(value: Decimal, unit: str) -> str:
    if unit == "%":
        return f"{(value * 100).normalize():f}%"
    return f"{value.normalize():f}"


def _within(text: str, lead: str) -> str:
    """A text inside a sentence: its last full stop is the sentence's, and so are the words before it (``lead``)."""
    text = text.strip()
    return (text.removeprefix(lead) if lead else text).rstrip(_ENDS) or text


def _leads(form: Form) -> dict[str, str]:
    """The words of the form's sentences before a text: 差异产生的主要原因是. People begin the text with them, too."""
    found = {}
    for sentence in form.spec.official.sentences:
        pieces = _SAID.split(str(sentence.say))
        for before, name in zip(pieces[::2], pieces[1::2], strict=False):
            words = re.split(r"[，。；：、]", before)[-1]
            if len(words) >= _PHRASE and not form.field(name).is_number:
                found[name] = words
    return found


def _put_text(paragraph: Any, text: str) -> None:
    """A text by itself: a paragraph for every line, looking like the placeholder's."""
    lines = [line.strip() for line in text.split("\n") if line.strip()] or [text]
    for line in lines:
        made = copy.deepcopy(paragraph)
        paragraph.addprevious(made)
        names = placeholders.names_in(made)
        placeholders.put(made, dict.fromkeys(names, line))
    paragraph.getparent().remove(paragraph)


def _put_tables(filling: Filling, paragraph: Any, tables: list[PaperTable]) -> None:
    """Tables among the text, as wide as it."""
    width = _text_width(filling.body.find(_SECT))
    for table in tables:
        before = paragraph.getprevious()
        if before is not None and before.tag == _P and not table.titled:  # where people sign: never alone on a page
            before.get_or_add_pPr().get_or_add_keepNext()
        paragraph.addprevious(filling.later(word_xml.table(table, width, _LARGEST, inside=True)))
        for element in word_xml.parsed(_small(_AFTER if table.titled else 0)):
            paragraph.addprevious(element)
    paragraph.getparent().remove(paragraph)


def _put_forms(filling: Filling, paragraph: Any, tables: list[PaperTable]) -> None:
    """Official forms, each on pages of its own."""
    page = filling.body.find(_SECT)
    for table in tables:
        before = paragraph.getprevious()
        if before is not None and before.find(f".//{_SECT}") is None:
            paragraph.addprevious(_ending(copy.deepcopy(page)))
        across = table.landscape
        width = (_TALL if across else _WIDE) - 2 * _SIDE
        paragraph.addprevious(filling.later(word_xml.table(table, width, _size(table, width))))
        paragraph.addprevious(_ending(_section(copy.deepcopy(page), across)))
    paragraph.getparent().remove(paragraph)


def _close(body: Any) -> None:
    """If the document ends with an official form, its section is the document's last: no empty page behind it."""
    own = body.find(_SECT)
    last = own.getprevious() if own is not None else None
    while (
        last is not None
        and last.tag == _P
        and not "".join(last.itertext()).strip()
        and last.find(f".//{_SECT}") is None
    ):
        last, gone = last.getprevious(), last
        if last is None or last.tag != _P or last.find(f".//{_SECT}") is None:
            return
        body.remove(gone)
    section = last.find(f".//{_SECT}") if last is not None and last.tag == _P else None
    if section is not None:
        section.getparent().remove(section)
        body.remove(own)
        body.append(section)


def _section(section: Any, across: bool) -> Any:
    """Pages for an official form: A4, narrow margins, across where the form is."""
    size, margins = section.find(f"{{{W}}}pgSz"), section.find(f"{{{W}}}pgMar")
    wide, tall = (_TALL, _WIDE) if across else (_WIDE, _TALL)
    size.set(f"{{{W}}}w", str(round(wide * 567)))
    size.set(f"{{{W}}}h", str(round(tall * 567)))
    if across:
        size.set(f"{{{W}}}orient", "landscape")
    for side, length in (
        ("top", _TOP),
        ("bottom", _TOP),
        ("left", _SIDE),
        ("right", _SIDE),
        ("footer", 0.8),
        ("header", 0.8),
    ):
        margins.set(f"{{{W}}}{side}", str(round(length * 567)))
    return section


def _ending(section: Any) -> Any:
    """A paragraph, as low as can be, that ends a section."""
    (made,) = word_xml.parsed(_small())
    made.get_or_add_pPr().append(section)
    return made


def _small(after: int = 0) -> str:
    """A paragraph as low as can be. ``after``: room below it, in twentieths of a point."""
    return (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="{after}" w:line="20" w:lineRule="exact"/><w:ind w:firstLine="0"/>'
        '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def _text_width(section: Any) -> float:
    """The width of the text on a page, cm."""
    size, margins = section.find(f"{{{W}}}pgSz"), section.find(f"{{{W}}}pgMar")
    sides = sum(int(margins.get(f"{{{W}}}{side}")) for side in ("left", "right"))
    return (int(size.get(f"{{{W}}}w")) - sides) / 567


def _size(table: PaperTable, width: float) -> float:
    """The size of type at which the form's columns hold as many characters as it says, in half points."""
    fits = width / 2.54 * 72 / sum(table.widths) * 1.85
    return max(_SMALLEST, min(_LARGEST, int(fits * 2) / 2))


def _highlight(body: Any) -> None:
    """What is missing in a paragraph of the template stands out."""
    for node in [node for node in body.iter(f"{{{W}}}t") if "〔待补" in (node.text or "")]:
        pieces = [piece for piece in word_xml.MISSING.split(node.text) if piece]
        run = node.getparent()
        if len(pieces) == 1 and run.find(f"{{{W}}}rPr/{{{W}}}highlight") is not None:
            continue
        others = [child for child in run if child is not node and not child.tag.endswith("}rPr")]
        if others:  # lines and tabs in one run: split at them
            for child in list(run):
                if child.tag.endswith("}rPr"):
                    continue
                alone = run.makeelement(run.tag)
                if (look := run.find(f"{{{W}}}rPr")) is not None:
                    alone.append(copy.deepcopy(look))
                run.addprevious(alone)
                alone.append(child)
            run.getparent().remove(run)
            run = node.getparent()
        for piece in pieces:
            made = copy.deepcopy(run)
            text = made.find(f"{{{W}}}t")
            text.text = piece
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            if word_xml.MISSING.fullmatch(piece):
                look = made.get_or_add_rPr()
                look.highlight_val = 7  # yellow
            run.addprevious(made)
        run.getparent().remove(run)
