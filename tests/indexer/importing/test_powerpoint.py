"""Presentations as they are read."""

from __future__ import annotations

from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Cm

from indexer.importing.document import Paragraph
from tests.indexer.importing.office import HEAD, TASKS, box, fill, only_table, paragraphs, powerpoint, slide


def test_a_table_names_its_slide_and_title() -> None:
    """A cell's place is the slide, its title and the cell."""

    def build(presentation: Any) -> None:
        slide(presentation, "Inledning")
        shapes = slide(presentation, "Vem gör vad").shapes
        fill(shapes.add_table(4, 4, Cm(1), Cm(5), Cm(20), Cm(8)).table, (HEAD, *TASKS))

    table = only_table(powerpoint(build))
    assert table.texts == (HEAD, *TASKS)
    assert table.rows[2][2].spot.label == "bild 2, Vem gör vad, cell C3"


def test_merged_cells_repeat_their_text() -> None:
    """What a merged cell covers bears its text."""

    def build(presentation: Any) -> None:
        table = slide(presentation, "Rutor").shapes.add_table(3, 3, Cm(1), Cm(5), Cm(20), Cm(8)).table
        fill(table, (("Uppgift", "Region", ""), ("", "Vård", "Klinik"), ("Samtal", "x", "")))
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))

    table = only_table(powerpoint(build))
    assert table.texts[:2] == (("Uppgift", "Region", "Region"), ("Uppgift", "Vård", "Klinik"))
    assert [cell.covered for row in table.rows[:2] for cell in row] == [False, False, True, True, False, False]


def test_shapes_come_as_they_are_read() -> None:
    """From the top down, from left to right where they stand beside each other, groups at their place."""

    def build(presentation: Any) -> None:
        shapes = slide(presentation, "Väg").shapes
        box(shapes, "tredje", 2, 12)
        group = shapes.add_group_shape()
        box(group.shapes, "andra till höger", 12, 8.1)
        box(group.shapes, "andra till vänster", 2, 8.2)
        box(shapes, "första", 2, 5)

    found = powerpoint(build)
    assert paragraphs(found) == ["Väg", "första", "andra till vänster", "andra till höger", "tredje"]
    assert {block.spot.heading for block in found.blocks} == {"Väg"}


def test_a_slide_without_title_has_no_heading() -> None:
    """The title of the slide before is not that of the next."""

    def build(presentation: Any) -> None:
        slide(presentation, "Först")
        box(slide(presentation).shapes, "Ensam", 2, 2)

    assert powerpoint(build).blocks[-1].spot.label == "bild 2"


def test_notes_and_hidden_slides_are_left_out() -> None:
    """What is not shown is not read; a hidden slide is told of."""

    def build(presentation: Any) -> None:
        slide(presentation, "Synlig").notes_slide.notes_text_frame.text = "Säg inte detta"
        slide(presentation, "Dold").element.set("show", "0")

    document = powerpoint(build)
    assert paragraphs(document) == ["Synlig"]
    assert document.left_out == ("bild 2 är dold och lästes inte",)


def test_items_below_items_are_listed() -> None:
    """Bullets of a body are items of a list, line breaks within one stay."""

    def build(presentation: Any) -> None:
        added = presentation.slides.add_slide(presentation.slide_layouts[1])
        added.shapes.title.text = "Steg"
        frame = added.placeholders[1].text_frame
        frame.text = "Ett\vandra raden"
        frame.add_paragraph().text = "Två"

    items = [block for block in powerpoint(build).blocks if isinstance(block, Paragraph) and block.listed]
    assert [item.text for item in items] == ["Ett\nandra raden", "Två"]


DIAGRAM = (
    '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst><dgm:pt modelId="0" type="doc"/>'
    + "".join(
        f'<dgm:pt modelId="{number}"><dgm:t><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for number, words in ((3, "Domstol"), (1, "Cheferna på plats"), (2, "Länets chefer"))
    )
    + "</dgm:ptLst><dgm:cxnLst>"
    + "".join(f'<dgm:cxn modelId="9{n}" srcId="0" destId="{n}" srcOrd="{n}" destOrd="0"/>' for n in (2, 3, 1))
    + "</dgm:cxnLst></dgm:dataModel>"
)
FRAME = (
    '<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<p:nvGraphicFramePr><p:cNvPr id="77" name="d"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
    '<p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">'
    '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="{}"/>'
    "</a:graphicData></a:graphic></p:graphicFrame>"
)


def test_a_diagram_is_read_in_its_order() -> None:
    """The boxes of SmartArt come in the order in which they are drawn, not in which they were made."""

    def build(presentation: Any) -> None:
        added = slide(presentation, "Väg")
        kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
        part = Part(PackURI("/ppt/diagrams/data1.xml"), kind, presentation.part.package, DIAGRAM.encode())
        relation = added.part.relate_to(part, RELATIONSHIP_TYPE.DIAGRAM_DATA)
        added.shapes._spTree.append(parse_xml(FRAME.format(relation)))

    assert paragraphs(powerpoint(build)) == ["Väg", "Cheferna på plats", "Länets chefer", "Domstol"]


def test_arrows_tell_the_order() -> None:
    """A way that turns back is read along its arrows, two ways beside each other one after the other."""

    def build(presentation: Any) -> None:
        shapes = slide(presentation, "Väg").shapes
        places = {"ett": (2, 5), "två": (10, 5), "tre": (10, 9), "fyra": (2, 9), "A": (18, 5), "B": (18, 9)}
        boxes = {}
        for words, (left, top) in places.items():
            box(shapes, words, left, top)
            boxes[words] = shapes[-1]
        for first, second in (("ett", "två"), ("två", "tre"), ("tre", "fyra"), ("A", "B")):
            arrow = shapes.add_connector(1, 0, 0, 9, 9)
            arrow.begin_connect(boxes[first], 0)
            arrow.end_connect(boxes[second], 0)

    assert paragraphs(powerpoint(build)) == ["Väg", "ett", "två", "tre", "fyra", "A", "B"]
