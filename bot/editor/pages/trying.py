"""A piece of work tried out, and made live."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from bot.editor.desk import Desk, plain, wanted
from bot.editor.item import LIVE, OPEN, Item
from bot.editor.jobs import Report
from bot.editor.pages.working import fault_of, on_the_way, start_trial, trial_page
from bot.editor.visit import Go, Page, Reply, Visit
from bot.render.card import render_card
from bot.render.card_view import card_nodes
from indexer.history import Publication
from knowledge.comparing import Difference

LINES_SHOWN = 400


class Trying:
    """The pages that show what a piece of work changes, and publish it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, visit: Visit) -> Reply:
        """Show what was found when it was tried out; after it was published, what happened."""
        item = self._desk.bench.items[visit.place["item"]]
        if item.state == LIVE:
            return self._desk.page(visit, "live", item=item)
        return self._page(visit, item, {}, {})

    def start(self, visit: Visit) -> Reply:
        """Try it out, or see which answers to the question cases change."""
        item = wanted(self._desk, visit)
        if visit.said("gor") == "fragor":
            job = self._desk.jobs.start("questions", trial_page(item), lambda report: self._ask(item, report))
            return on_the_way(job)
        return on_the_way(start_trial(self._desk, item, visit))

    def _ask(self, item: Item, report: Report) -> str:
        self._desk.changed[item.id] = (item.version, self._desk.bench.changed_answers(item, report))
        return f"{trial_page(item)}#fragor"

    def publish(self, visit: Visit) -> Reply:
        """Make it live, once it is known who decided, where that can be read, and that the editor means it."""
        item = wanted(self._desk, visit)
        say = self._desk.shell.say
        errors = {
            name: say(f"editor.error.{code}")
            for name, code in (("vem", "no_decider"), ("referens", "no_reference"), ("ja", "no_yes"))
            if not visit.said(name)
        }
        errors |= personal_in(self._desk, visit)
        tried = self._desk.tried(item)
        if tried is None or tried.problems:
            return Go(trial_page(item))
        if errors:
            return self._page(visit, item, plain(visit.fields), errors)

        def work(report: Report) -> str:
            done = self._desk.bench.publish(
                item, visit.said("vem"), visit.said("referens"), visit.who, visit.now, report, tried=tried.revision
            )
            return trial_page(done)

        return on_the_way(self._desk.jobs.start("publish", trial_page(item), work))

    def _page(self, visit: Visit, item: Item, values: dict[str, str], errors: dict[str, str]) -> Page:
        desk = self._desk
        trial = desk.tried(item) if item.state == OPEN else None
        cards = []
        for shown in trial.shown if trial else ():
            after = card_nodes(render_card(shown.after, desk.shell.bot))
            before = card_nodes(render_card(shown.before, desk.shell.bot)) if shown.before else None
            cards.append({"question": shown.question, "on": shown.on, "before": before, "after": after, "shown": shown})
        asked = desk.changed.get(item.id)
        return desk.page(
            visit,
            "trial",
            400 if errors else 200,
            item=item,
            is_open=item.state == OPEN,
            trial=trial,
            cards=cards,
            by_group=by_group(trial.differences) if trial else {},
            fault=fault_of(desk, visit),
            files=_file_lines(desk.bench.file_changes(item)) if trial and not trial.problems else {},
            changed=asked[1] if asked and asked[0] == item.version else None,
            values={"vem": (item.taking.by or "") if item.taking else "", **values},
            errors=errors,
        )


def personal_in(desk: Desk, visit: Visit) -> dict[str, str]:
    """Return the errors of fields that hold an address or a telephone number: what is noted there is kept for ever."""
    given = {"vem": Publication(who=visit.said("vem")), "referens": Publication(reference=visit.said("referens"))}
    return {name: desk.shell.say("editor.error.personal") for name, one in given.items() if one.personal}


def by_group(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """Return differences under their headings, in their order."""
    groups: dict[str, list[Difference]] = {}
    for one in found:
        groups.setdefault(one.group.heading, []).append(one)
    return groups


def _file_lines(files: Mapping[str, tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Return the changed lines of each file: (sort, text), with some lines around them."""
    return {name: list(_lines(*texts)) for name, texts in files.items()}


def _lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    for number, line in enumerate(found):
        if number < 2:
            continue
        if number > LINES_SHOWN:
            yield "cut", ""
            return
        sort = {"+": "new", "-": "gone", "@": "place"}.get(line[:1], "same")
        yield sort, line[1:] if sort != "place" else ""
