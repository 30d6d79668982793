"""A page taken apart, to see what a browser would: elements, attributes, texts."""

from __future__ import annotations

from html.parser import HTMLParser


class Parsed(HTMLParser):
    """``elements``: name and attributes in order; ``texts``: what stands between them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self._rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def rows(self) -> list[list[str]]:
        """The rows of all tables without their headings, as texts."""
        return self._rows[1:]

    def links(self) -> list[str]:
        return [attributes["href"] for name, attributes in self.elements if name == "a" and "href" in attributes]


def harmless(text: str) -> None:
    """Nothing in the page runs or loads anything but our own script and style."""
    own = {"script": "/static/page.js", "link": "/static/page."}
    for name, attributes in Parsed(text).elements:
        assert name not in ("iframe", "object", "embed", "base", "style", "img", "marquee", "template"), name
        assert not [key for key in attributes if key.startswith("on") or key == "style"], attributes
        if name in own:
            assert (attributes.get("src") or attributes["href"]).startswith(own[name]), attributes
        for key in ("href", "action", "src", "formaction"):
            assert attributes.get(key, "/").startswith(("/", "?", "#")), attributes
            assert not attributes.get(key, "/").startswith("//"), attributes
