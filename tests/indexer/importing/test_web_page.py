"""Web pages as they are read."""

from __future__ import annotations

from indexer.importing.document import Paragraph
from tests.indexer.importing.office import only_table, paragraphs, text

PAGE = """<!DOCTYPE html><html><head><title>Titel</title><style>p{}</style></head><body>
<nav>Meny</nav><div role=dialog>Kakor<button>Nej</button></div>
<h1>Ansvar</h1><p>Vi <b>delar</b> på&nbsp;ansvaret.<br>Alltid.</p>
<ul><li>ett<li>två</ul><script>alert(1)</script><div hidden>dolt</div>
<h2>Tabell</h2>
<table><tr><th rowspan=2>Uppgift</th><th colspan="2">Region</th></tr><tr><th>Vård</th><th>Klinik</th></tr>
<tr><td>Samtal</td><td><input type=checkbox checked></td><td><img alt="x" src="a.png"></td></tr></table>
<footer>Sidfot</footer></body></html>"""


def test_a_page_is_headings_text_lists_and_tables() -> None:
    """Menus, footers, scripts and what is hidden are left out."""
    document = text(PAGE, "sida.txt")
    assert document.format == "html"
    assert paragraphs(document) == ["Ansvar", "Vi delar på ansvaret.\nAlltid.", "ett", "två", "Tabell"]
    assert [b.listed for b in document.blocks if isinstance(b, Paragraph)] == [False, False, True, True, False]
    table = only_table(document)
    assert table.texts == (("Uppgift", "Region", "Region"), ("Uppgift", "Vård", "Klinik"), ("Samtal", "☑", "x"))
    assert table.rows[2][1].spot.label == "Tabell, cell B3"


def test_elements_that_never_close_do_no_harm() -> None:
    """Thousands of levels are read like few."""
    document = text("<html><body>" + "<div><p>rad" * 5000)
    assert len(document.blocks) == 5000


def test_a_table_in_a_table_is_read_once() -> None:
    """A table that lies in a cell is a table of its own."""
    page = "<table><tr><td>A</td><td>B<table><tr><td>c</td><td>d</td></tr></table></td></tr></table>"
    assert [table.texts for table in text(page).tables] == [(("A", "B"),), (("c", "d"),)]


def test_a_sign_beside_its_word_is_not_read_twice() -> None:
    """What is drawn for the eye stands aside for what is said, where anything is said."""
    page = "<table><tr><td><i aria-hidden=true>●</i><b>ja</b></td><td><i aria-hidden=true>●</i></td></tr></table>"
    assert only_table(text(page)).texts == (("ja", "●"),)


def test_a_term_stands_with_its_meaning() -> None:
    """A list of terms gives an item for each."""
    page = "<html><dl><dt>Vårdtagare<dd>Den som får vård.<dt>Brukare</dt><dt>Klient</dt><dd>Den som får stöd.</dd></dl>"
    assert paragraphs(text(page)) == ["Vårdtagare: Den som får vård.", "Brukare / Klient: Den som får stöd."]
