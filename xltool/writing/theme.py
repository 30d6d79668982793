"""The theme of our workbooks: the colours and fonts of Office, plain fills and lines, nothing for scripts nobody here writes.

XlsxWriter's own is three times as large, in every workbook that is mailed. Our cells name their fonts and colours; the theme
is there for what people draw or chart themselves.
"""

from __future__ import annotations

_COLOURS = {
    "dk2": "1F497D", "lt2": "EEECE1", "accent1": "4F81BD", "accent2": "C0504D", "accent3": "9BBB59", "accent4": "8064A2",
    "accent5": "4BACC6", "accent6": "F79646", "hlink": "0000FF", "folHlink": "800080",
}  # fmt: skip
_SYSTEM = '<a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1>'
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'


def _font(kind: str, latin: str) -> str:
    others = '<a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" typeface="宋体"/>'
    return f'<a:{kind}><a:latin typeface="{latin}"/>{others}</a:{kind}>'


def _three(name: str, one: str) -> str:
    return f"<a:{name}>{one * 3}</a:{name}>"


THEME = "".join(
    (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"><a:themeElements>'
        f'<a:clrScheme name="Office">{_SYSTEM}',
        *(f'<a:{name}><a:srgbClr val="{rgb}"/></a:{name}>' for name, rgb in _COLOURS.items()),
        f'</a:clrScheme><a:fontScheme name="Office">{_font("majorFont", "Cambria")}{_font("minorFont", "Calibri")}',
        '</a:fontScheme><a:fmtScheme name="Office">',
        _three("fillStyleLst", _FILL),
        _three("lnStyleLst", f'<a:ln w="9525">{_FILL}</a:ln>'),
        _three("effectStyleLst", "<a:effectStyle><a:effectLst/></a:effectStyle>"),
        _three("bgFillStyleLst", _FILL),
        "</a:fmtScheme></a:themeElements></a:theme>",
    )
)
