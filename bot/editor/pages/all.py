"""Every page of the editor's, and its address."""

from __future__ import annotations

from bot.editor.desk import Desk
from bot.editor.pages.changes import Changes
from bot.editor.pages.documents import Documents
from bot.editor.pages.going_back import GoingBack
from bot.editor.pages.overview import Overview
from bot.editor.pages.trying import Trying
from bot.editor.pages.working import Working
from bot.editor.routes import EditorEdge


def add_pages(edge: EditorEdge, desk: Desk) -> None:
    """Add all pages to the edge."""
    overview, documents, trying = Overview(desk), Documents(desk), Trying(desk)
    changes, back = Changes(desk), GoingBack(desk)
    edge.add("GET", "/redaktor", overview.home)
    edge.add("GET", "/redaktor/vem", overview.ask_name)
    edge.add("POST", "/redaktor/vem", overview.keep_name)
    edge.add("GET", "/redaktor/logg", overview.log)
    edge.add("GET", "/redaktor/ladda-upp", documents.ask_file)
    edge.add("POST", "/redaktor/ladda-upp", documents.take_file, takes_file=True)
    edge.add("GET", "/redaktor/arbete/{item}", documents.show)
    edge.add("POST", "/redaktor/arbete/{item}", documents.change)
    edge.add("GET", "/redaktor/arbete/{item}/prov", trying.show)
    edge.add("POST", "/redaktor/arbete/{item}/prov", trying.start)
    edge.add("POST", "/redaktor/arbete/{item}/lagg-ut", trying.publish)
    edge.add("GET", "/redaktor/pagar/{jobb}", Working(desk).show)
    edge.add("GET", "/redaktor/tillbaka", back.show)
    edge.add("POST", "/redaktor/tillbaka", back.take_back)
    edge.add("GET", "/redaktor/andra/ruta", changes.ask_row)
    edge.add("POST", "/redaktor/andra/ruta", changes.take_row)
    edge.add("GET", "/redaktor/andra/giltighet", changes.ask_term)
    edge.add("POST", "/redaktor/andra/giltighet", changes.take_term)
    edge.add("GET", "/redaktor/andra/lokalt", changes.ask_local)
    edge.add("POST", "/redaktor/andra/lokalt", changes.take_local)
