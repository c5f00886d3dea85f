"""Web pages → blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from indexer.importing.blocks import Blocks, Raw, spread
from indexer.importing.document import Spot

_LEFT_OUT = frozenset({"script", "style", "template", "noscript", "nav", "footer", "head", "svg", "iframe", "button"})
_MENUS = frozenset({"navigation", "dialog", "alertdialog"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "main",
        "ul",
        "ol",
        "dl",
        "li",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "header",
        "aside",
    }
    | {"figure", "figcaption", "address", "details", "summary", "fieldset", "hr", "body", "html", "form", "caption"}
)
_CELLS = frozenset({"td", "th"})
_TERMS = frozenset({"dt", "dd"})
_PARTS = frozenset({"table", "tr", "td", "th"})
_PLACE = Spot()


def read(text: str, blocks: Blocks) -> None:
    """Add the blocks of a page. Menus, footers and what is hidden are left out."""
    _Page(blocks).read(BeautifulSoup(text, "html.parser"))


class _Page:
    """Gathers running text until a block ends it."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._text: list[str] = []
        self._listed = False

    def read(self, soup: Tag) -> None:
        for node, opens in _walk(soup, self._enters):
            if isinstance(node, str):
                self._text.append(node)
            elif node.name in _BLOCKS:
                self._end()
                self._listed = opens and node.name == "li"
        self._end()

    def _enters(self, tag: Tag) -> bool:
        """Add what is a block of its own; return whether to go into anything else."""
        if tag.name in _HEADINGS:
            self._end()
            self._blocks.paragraph(_text(tag).replace("\n", " "), _PLACE, _HEADINGS[tag.name])
            return False
        if tag.name in ("table", "dl"):
            self._end()
            (self._table if tag.name == "table" else self._terms)(tag)
            return False
        return True

    def _end(self) -> None:
        self._blocks.paragraph("".join(self._text), _PLACE, listed=self._listed)
        self._text.clear()
        self._listed = False

    def _terms(self, terms: Tag) -> None:
        """Add a list of terms: each with its meaning, as one item."""
        names: list[str] = []
        for part in terms.find_all(["dt", "dd"]):
            if part.find_parent("dl") is not terms or _is_left_out(part):
                continue
            if part.name == "dt":
                names.append(_text(part).replace("\n", " "))
            else:
                named = f"{' / '.join(names)}: " if names else ""
                self._blocks.paragraph(named + _text(part), _PLACE, listed=True)
                names.clear()

    def _table(self, table: Tag) -> None:
        caption = table.find("caption")
        if isinstance(caption, Tag) and caption.find_parent("table") is table:
            self._blocks.paragraph(_text(caption), _PLACE)
        rows = [
            [(Raw(_text(cell)), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in _within(row, _CELLS, "tr")]
            for row in _within(table, {"tr"}, "table")
        ]
        self._blocks.table(spread(rows, self._blocks), _PLACE)
        for inner in table.find_all("table"):
            if inner.find_parent("table") is table:
                self._table(inner)


def _walk(root: Tag, enters: Callable[[Tag], bool]) -> Iterator[tuple[Tag | str, bool]]:
    """Yield texts, and each element when it opens and when it closes.

    Not by recursion: pages whose elements are never closed lie thousands of levels deep.
    """
    open_: list[tuple[Tag, Iterator[object]]] = [(root, iter(root.children))]
    while open_:
        tag, children = open_[-1]
        child = next(children, None)
        if child is None:
            open_.pop()
            yield tag, False
        elif isinstance(child, Tag):
            yield from _standing_for(child)
            if not _is_left_out(child) and enters(child):
                yield child, True
                open_.append((child, iter(child.children)))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield " ".join(str(child).split("\n")), True


def _standing_for(tag: Tag) -> Iterator[tuple[str, bool]]:
    """Yield what stands in the text for an element without text of its own."""
    if tag.name == "br":
        yield "\n", True
    elif tag.name == "input" and tag.get("type") in ("checkbox", "radio"):
        yield "☑" if tag.has_attr("checked") else "☐", True
    elif tag.name == "img":
        yield str(tag.get("alt") or ""), True


def _text(root: Tag) -> str:
    """Return the text of an element, a line for each block in it; tables and cells in it are none of it."""
    return _shown(root, {"aria-hidden": "true"}) or _shown(root, {})


def _shown(root: Tag, unsaid: Mapping[str, str]) -> str:
    """Return the text without what has an attribute: a sign that is drawn beside the word for it."""

    def enters(tag: Tag) -> bool:
        ends = tag.name in _PARTS or (tag.name in _TERMS and root.name in _TERMS)  # the one before was never closed
        return not ends and not any(tag.get(name) == value for name, value in unsaid.items())

    pieces = [
        node if isinstance(node, str) else "\n" if node.name in _BLOCKS or node.name in _HEADINGS else ""
        for node, _ in _walk(root, enters)
    ]
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _within(tag: Tag, names: set[str] | frozenset[str], parent: str) -> Iterator[Tag]:
    """Yield the rows of a table or the cells of a row, not those of a table in it."""
    for found in tag.find_all(list(names)):
        if found.find_parent(parent) is tag and not _is_left_out(found):
            yield found


def _is_left_out(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return tag.name in _LEFT_OUT or tag.get("role") in _MENUS or tag.has_attr("hidden") or "display:none" in style


def _span(cell: Tag, name: str) -> int:
    digits = str(cell.get(name) or "1").strip()[:6]
    return int(digits) if digits.isdecimal() else 1
