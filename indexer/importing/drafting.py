"""A document → all drafts that it gives."""

from __future__ import annotations

from indexer.importing.document import Document
from indexer.importing.drafts import Drafts
from indexer.importing.glossary import term_drafts
from indexer.importing.matrices import matrix_drafts
from indexer.importing.municipalities import local_drafts
from indexer.importing.routes import route_drafts
from indexer.importing.validity import validity_drafts
from knowledge.model import Knowledge


def draft(document: Document, knowledge: Knowledge) -> Drafts:
    """Return what a document seems to say. The knowledge only helps to know its words; it may be nearly empty."""
    return Drafts(
        matrix_drafts(document, knowledge),
        validity_drafts(document, knowledge),
        route_drafts(document, knowledge),
        local_drafts(document, knowledge),
        term_drafts(document, knowledge),
    )
