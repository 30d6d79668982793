"""Who sends the workbook out: what 填报说明 says about deadline, contact and where to hand in. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """The bureau as the campaign's settings name it; what is not said is ``""``."""

    bureau: str = ""
    contact: str = ""
    phone: str = ""
    return_to: str = ""
    deadline: str = ""

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What stands under 报送, label and text; for what the settings do not say, the notice that came along."""
        contact = "，".join(filter(None, (self.contact, f"电话 {self.phone}" if self.phone else "")))
        return (
            ("截止日期", self.deadline or "见财政局通知"),
            ("报给", self.bureau or "下发本表的财政局"),
            ("联系人", contact or "见财政局通知"),
            ("收件方式", self.return_to or "见财政局通知"),
            ("报送什么", "本文件（填好保存，不改文件名也不另存其他格式），和打印后签字盖章的正式表"),
        )

    def sentence(self) -> str:
        """What the cover says below 填报状态: until when, to whom; ``""`` where the settings say nothing of it.

        >>> Sender("县财政局", "王科长", "0734-5812345", "", "2023-03-31").sentence()
        '请于 2023-03-31 前报给县财政局。有问题请联系王科长，电话 0734-5812345。'
        >>> Sender(phone="5812345").sentence(), Sender().sentence()
        ('有问题请打电话 5812345。', '')
        """
        until = f"请于 {self.deadline} 前报" if self.deadline else "请报" if self.bureau else ""
        to = f"给{self.bureau}。" if self.bureau else "送。" if until else ""
        if self.contact:
            ask = f"有问题请联系{self.contact}{f'，电话 {self.phone}' if self.phone else ''}。"
        else:
            ask = f"有问题请打电话 {self.phone}。" if self.phone else ""
        return until + to + ask


NOBODY = Sender()
"""A workbook outside a campaign."""
