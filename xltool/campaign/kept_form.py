"""The form of a campaign: where it is looked for, and the composed one that is kept with the campaign as it was issued.

Imports ``settings`` and ``form``. Whoever reads what came back asks ``form_of``: the kept one, so that neither a later
version of the tool nor a later hand on the form changes what last year's files mean. Only what issues asks ``current``.
A newcomer would look the id up in the library, where it may have become something else, or be gone.
"""

from __future__ import annotations

from pathlib import Path

from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import UnusableFileError, read_own, safe_name, write_atomic
from xltool.form import DefinitionError, Form, composed_of, find_form, form_from, library, sources_of
from xltool.form.definition.extend import FILE

FOLDER, KEPT = "表样", "存档"
_BYTES = 8_000_000  # what a form of the largest size comes to with everything it extends


def folder_of(campaign: Campaign) -> Path:
    """Return where a campaign has forms of its own."""
    return campaign.folder / FOLDER


def kept_path(campaign: Campaign) -> Path:
    """Return where the composed form lies."""
    return folder_of(campaign) / KEPT / f"{safe_name(campaign.form)}.yaml"


def form_of(campaign: Campaign) -> Form:
    """Return the form as it was issued last; before anything was issued, the one that would be.

    Raises:
        DefinitionError: there is none, or it cannot be used.
        CampaignError: the kept one cannot be read.
    """
    return _kept(campaign) or find_form(campaign.form, [folder_of(campaign)])


def current(campaign: Campaign) -> Form:
    """Return the form that ``generate`` issues: the campaign's own as it stands now, else the kept one, else the others.

    A form of the library stays the one the campaign began with, whatever version of the tool comes.

    Raises:
        DefinitionError, CampaignError: as ``form_of``.
    """
    own = (folder_of(campaign) / campaign.form / FILE).is_file()
    found = (None if own else _kept(campaign)) or find_form(campaign.form, [folder_of(campaign)])
    if str(found.id) != campaign.form:
        where = folder_of(campaign) / campaign.form / FILE
        raise CampaignError(f"{where} 里写的编号是“{found.id}”，文件夹叫“{campaign.form}”。请改成一样的。")
    return found


def keep(campaign: Campaign, form: Form) -> None:
    """Keep a form with the campaign, composed, before anything is issued by it.

    Raises:
        TargetLockedError: it cannot be written.
    """
    path, data = kept_path(campaign), composed_of(form).encode("utf-8")
    if not path.is_file() or path.read_bytes() != data:
        write_atomic(path, data)


def changed(campaign: Campaign, form: Form) -> bool:
    """Return whether another form was kept than the one given."""
    kept = _kept(campaign)
    return kept is not None and kept.composed != composed_of(form)


def newer(campaign: Campaign) -> str:
    """Return what to say where the library's form has become another than the one the campaign keeps; ``""`` if not."""
    kept = _kept(campaign)
    if kept is None or (folder_of(campaign) / campaign.form / FILE).is_file():
        return ""
    try:
        found = find_form(campaign.form)
        same = composed_of(found) == kept.composed
    except DefinitionError:
        return ""
    told = (
        f"表样“{campaign.form}”现在是第 {found.spec.version} 版，和本批次存档的（第 {kept.spec.version} 版）内容不同，"
    )
    return "" if same else f"{told}仍按存档的生成。要换用现在的，请删除 {kept_path(campaign)} 再生成，并重新下发。"


def adopt(folder: Path, form: Form, source: Path) -> Path | None:
    """Copy a form somebody wrote, with the bases that are not the library's, into the 表样 of a campaign's folder.

    Returns:
        Where it lies now, so that it can be changed for this campaign; None for a form of the library.

    Raises:
        DefinitionError, UnusableFileError: it cannot be read.
        TargetLockedError: it cannot be written.
    """
    target = folder / FOLDER / str(form.id) / FILE
    ours = library().resolve()
    if source.resolve().is_relative_to(ours):
        return None
    for path in sources_of(source, [folder / FOLDER]):
        name = str(form.id) if path == source.resolve() else path.parent.name
        copy = folder / FOLDER / name / FILE
        if not path.is_relative_to(ours) and path != copy.resolve():
            write_atomic(copy, read_own(path, _BYTES))
    return target


def _kept(campaign: Campaign) -> Form | None:
    path = kept_path(campaign)
    if not path.exists():
        return None
    try:
        form = form_from(read_own(path, _BYTES).decode("utf-8"), f"{FOLDER}/{KEPT}/{path.name}")
    except (UnusableFileError, UnicodeDecodeError):
        raise CampaignError(f"{path} 读不出来。请从备份恢复；没有备份的，删除它，再运行 xltool generate。") from None
    if str(form.id) != campaign.form:
        raise CampaignError(f"{path} 里是表样“{form.id}”，不是“{campaign.form}”。请从备份恢复。")
    return form
