"""A document: sent in, read, settled and ticked."""

from __future__ import annotations

from dataclasses import replace

from bot.editor.desk import Desk, plain, wanted
from bot.editor.faults import words_or_reference
from bot.editor.guessing import guessed
from bot.editor.item import OPEN, BenchError, Item
from bot.editor.jobs import Report
from bot.editor.pages.working import on_the_way, start_trial
from bot.editor.proposals import groups_of, quick_choice
from bot.editor.source_view import page_count, source_blocks
from bot.editor.visit import Go, Page, Reply, Upload, Visit, is_day
from indexer.adoption import Taking
from knowledge.model import DocumentStatus, Knowledge

UPLOAD = "/redaktor/ladda-upp"
QUICK = ("lika", "utan-tvivel", "inga")
TITLE_LIMIT = 200


def item_page(item: Item) -> str:
    """Return the address of a piece of work."""
    return f"/redaktor/arbete/{item.id}"


class Documents:
    """The form that takes a file, and the page of a piece of work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask_file(self, visit: Visit) -> Reply:
        """Show the form; after a file that could not be read, with what was wrong."""
        job = visit.asked("jobb")
        if job in self._desk.jobs and (fault := self._desk.jobs[job].fault) is not None:
            text, _ = words_or_reference(fault, self._desk.shell)
            return self._form(visit, dict(self._desk.jobs[job].values), {"fil": text})
        return self._form(visit, {"status": str(DocumentStatus.IN_FORCE)}, {})

    def take_file(self, visit: Visit) -> Reply:
        """Take a file up; reading it may take its time."""
        say, values = self._desk.shell.say, plain(visit.fields)
        errors: dict[str, str] = {}
        upload = visit.upload
        if upload is None or (upload.whole and not upload.body):
            errors["fil"] = say("editor.error.no_file")
        elif not upload.whole:
            errors["fil"] = say("editor.error.file_large", file=upload.name)
        if visit.said("status") not in {str(status) for status in DocumentStatus}:
            errors["status"] = say("editor.error.no_status")
        if visit.said("datum") and not is_day(visit.said("datum")):
            errors["datum"] = say("editor.error.bad_day")
        if errors or upload is None:
            return self._form(visit, values, errors)
        job = self._desk.jobs.start("upload", UPLOAD, lambda report: self._receive(visit, upload, report), values)
        return on_the_way(job)

    def _receive(self, visit: Visit, upload: Upload, report: Report) -> str:
        item = self._desk.bench.receive(
            upload.name,
            upload.body,
            DocumentStatus(visit.said("status")),
            visit.said("titel")[:TITLE_LIMIT],
            visit.said("datum") or None,
            visit.who,
            visit.now,
            lambda done, total: report("document", done, total),
        )
        return item_page(item)

    def _form(self, visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Page:
        statuses = [str(status) for status in DocumentStatus]
        return self._desk.page(visit, "upload", 400 if errors else 200, values=values, errors=errors, statuses=statuses)

    def show(self, visit: Visit) -> Reply:
        """Show a piece of work: a document with its drafts, or a change that a form asked for."""
        item = self._desk.bench.items[visit.place["item"]]
        return self._page(visit, item, {}, {})

    def change(self, visit: Visit) -> Reply:
        """Keep all that the form holds, and then do what its button says."""
        item = wanted(self._desk, visit)
        if item.state != OPEN:
            raise BenchError("not_open")
        what = visit.said("gor")
        if what == "bort":
            self._desk.bench.drop(item, visit.who, visit.now)
            return Go("/redaktor?klart=dropped")
        if item.document is not None:
            knowledge = self._desk.bench.knowledge()
            errors = self._errors(visit, knowledge)
            if errors:
                return self._page(visit, item, plain(visit.fields), errors)
            item = self._settled(visit, item, knowledge)
            item = self._chosen(visit, item, what)
            item = self._desk.bench.update(item, visit.who, visit.now)
        if what == "prova":
            return on_the_way(start_trial(self._desk, item, visit))
        return Go(f"{item_page(item)}?sparat=1#{'forslag' if item.taking else 'om'}")

    def _errors(self, visit: Visit, knowledge: Knowledge) -> dict[str, str]:
        say = self._desk.shell.say
        errors: dict[str, str] = {}
        for name in ("beslutat", "fran"):
            if visit.said(name) and not is_day(visit.said(name)):
                errors[name] = say("editor.error.bad_day")
        if visit.said("fran") and not visit.said("beslutat"):
            errors["beslutat"] = say("editor.error.no_decision")
        if visit.said("avtal") and visit.said("avtal") not in knowledge.agreements:
            errors["avtal"] = say("editor.error.no_agreement", value=visit.said("avtal"))
        for name in visit.fields:
            day = name.endswith(("/fran", "/till", "/beslutat", "/observerat"))
            if name.startswith("avgor:") and day and visit.said(name) and not is_day(visit.said(name)):
                errors[name] = say("editor.error.bad_day")
        return errors

    def _settled(self, visit: Visit, item: Item, knowledge: Knowledge) -> Item:
        by = visit.said("vem-beslutade")
        body = next((body.id for body in knowledge.bodies.values() if body.name.casefold() == by.casefold()), None)
        taking = None
        if agreement := visit.said("avtal"):
            taking = Taking(
                self._desk.bench.source_of(item),
                agreement,
                visit.said("beslutat") or None,
                visit.said("fran") or None,
                by or None,
                body,
            )
        settled = {
            name.removeprefix("avgor:"): visit.said(name)
            for name in visit.fields
            if name.startswith("avgor:") and visit.said(name)
        }
        return replace(item, taking=taking, settled=settled if item.taking else item.settled)

    def _chosen(self, visit: Visit, item: Item, what: str) -> Item:
        offers = self._desk.bench.offers(item)
        if what in QUICK:
            return replace(item, chosen=quick_choice(offers, what))
        ticked = set(visit.all("ta"))
        free = [offer.proposal.id for offer in offers if not offer.proposal.locked]
        return replace(item, chosen=tuple(id_ for id_ in free if id_ in ticked))

    def _page(self, visit: Visit, item: Item, values: dict[str, str], errors: dict[str, str]) -> Page:
        desk = self._desk
        if item.document is None or item.drafts is None:
            return desk.page(
                visit, "change", item=item, files=desk.bench.file_changes(item) if item.state == OPEN else {}
            )
        knowledge = desk.bench.knowledge()
        is_open = item.state == OPEN
        groups = groups_of(item, desk.bench.offers(item), knowledge, desk.shell.say) if item.taking and is_open else []
        guess = guessed(item.document, item.drafts, knowledge)
        taking = item.taking or guess
        given = {
            "avtal": taking.agreement if taking else "",
            "beslutat": (taking.decided if taking else None) or "",
            "fran": (taking.valid_from if taking else None) or "",
            "vem-beslutade": (taking.by if taking else None) or "",
        }
        ticks = [tick for group in groups for tick in group.all]
        blocks, left_out = source_blocks(item.document, [tick.anchor for tick in ticks])
        return desk.page(
            visit,
            "document",
            400 if errors else 200,
            item=item,
            document=item.document,
            is_open=is_open,
            agreements=list(knowledge.agreements.values()),
            bodies=[body.name for body in knowledge.bodies.values()],
            values={**given, **values},
            errors=errors,
            is_guess=item.taking is None and guess is not None,
            groups=groups,
            ticks=ticks,
            count=sum(tick.chosen for tick in ticks),
            left=sum(bool(q.doubts) and not q.value for group in groups for q in group.questions),
            blocks=blocks,
            pages=page_count(item.document),
            left_out=left_out,
            saved=visit.asked("sparat") == "1",
        )
