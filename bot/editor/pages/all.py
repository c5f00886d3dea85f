"""Every page of the editor's, and its address."""

from __future__ import annotations

from dataclasses import dataclass

from bot.editor.desk import Desk
from bot.editor.pages.changes import Changes
from bot.editor.pages.documents import Documents
from bot.editor.pages.going_back import GoingBack
from bot.editor.pages.overview import Overview
from bot.editor.pages.trying import Trying
from bot.editor.pages.working import Working
from bot.editor.visit import View


@dataclass(frozen=True, slots=True)
class Address:
    """A page by its method and path."""

    method: str
    path: str
    view: View
    takes_file: bool = False


def all_pages(desk: Desk) -> tuple[Address, ...]:
    """Return all pages of a desk."""
    overview, documents, trying = Overview(desk), Documents(desk), Trying(desk)
    changes, back = Changes(desk), GoingBack(desk)
    return (
        Address("GET", "/redaktor", overview.home),
        Address("GET", "/redaktor/vem", overview.ask_name),
        Address("POST", "/redaktor/vem", overview.keep_name),
        Address("GET", "/redaktor/logg", overview.log),
        Address("GET", "/redaktor/arbetsbok", overview.workbook),
        Address("GET", "/redaktor/ladda-upp", documents.ask_file),
        Address("POST", "/redaktor/ladda-upp", documents.take_file, takes_file=True),
        Address("GET", "/redaktor/arbete/{item}", documents.show),
        Address("POST", "/redaktor/arbete/{item}", documents.change),
        Address("GET", "/redaktor/arbete/{item}/prov", trying.show),
        Address("POST", "/redaktor/arbete/{item}/prov", trying.start),
        Address("POST", "/redaktor/arbete/{item}/lagg-ut", trying.publish),
        Address("GET", "/redaktor/pagar/{jobb}", Working(desk).show),
        Address("GET", "/redaktor/tillbaka", back.show),
        Address("POST", "/redaktor/tillbaka", back.take_back),
        Address("GET", "/redaktor/andra/ruta", changes.ask_row),
        Address("POST", "/redaktor/andra/ruta", changes.take_row),
        Address("GET", "/redaktor/andra/giltighet", changes.ask_term),
        Address("POST", "/redaktor/andra/giltighet", changes.take_term),
        Address("GET", "/redaktor/andra/lokalt", changes.ask_local),
        Address("POST", "/redaktor/andra/lokalt", changes.take_local),
    )
