"""What all readings start from, and the grammar that they share.

The ids named here are cues of `knowledge/svenska/cues`, the grammar of questions; nothing of any
region stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.question import Question
from indexer.lexicon import Lexicon
from knowledge.model import EscalationStep, Fact, Knowledge, ResponsibilityMatrix, RouteLevel, Task

# Words that only frame a question: no reading has to answer them.
FRAMING = frozenset(
    {
        "betydelse",
        "vilka",
        "gor",
        "lanet",
        "rok",
        "kommunen",
        "regionen",
        "huvudman",
        "parter",
        "kritik",
        "direkt",
        "andra-aktorer",
        "star-for",
        "samverkan-struktur",
        "anmala",
        "nagon-kommun",
        "alla-kommuner",
        "alla-uppgifter",
    }
)
PEOPLE = frozenset({"barn", "vuxna", "aldre", "gravida", "anhoriga", "unga-vuxna", "den-enskilde"})
MATTER = frozenset({"behandling", "stod", "lakemedel", "information-rad", "utreda-ord"})
ACTIONS = frozenset({"utreda-ord", "diagnostisera", "avgifta", "trappa-ner", "forebygga", "upptacka", "samtalsstod"})
DISPUTE = frozenset(
    {"tvist", "ansvarsgrans", "folja-rok", "patala-brist", "patala", "en-eskalera", "tvist-lokal", "tvist-regional"}
)
DEVIATION = frozenset({"avvikelse", "avvikelse-ord"})
COURT = "domstol"
ASKING_WHO = frozenset({"ansvar", "en-ansvar", "ansvarsgrans", "matris", "ansvarstabell"})


@dataclass(frozen=True, slots=True)
class Frame:
    """The knowledge, its lexicon, and who asks."""

    knowledge: Knowledge
    lexicon: Lexicon
    facts: Mapping[str, Fact]
    facts_by_concept: Mapping[str, tuple[str, ...]]
    vocabulary: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    own_actor: str | None = None
    municipality: str | None = None
    workplaces: frozenset[str] = frozenset()

    @property
    def matrix(self) -> ResponsibilityMatrix | None:
        """The matrix that is meant where no agreement is named, with the rows that are in force."""
        return self.knowledge.main_matrix

    @property
    def matter(self) -> frozenset[str]:
        """What the main agreement is about all through: beside a task it needs no answer of its own."""
        return MATTER.union(self.knowledge.main.covers)

    def routes(self, *levels: RouteLevel) -> frozenset[str]:
        """Return the ids of the routes of some levels."""
        return frozenset(route.id for route in self.knowledge.routes.values() if route.level in levels)

    @property
    def deviation(self) -> frozenset[str]:
        """What names a deviation: the general words for it, the region's route and that route's first step."""
        routes = (route for route in self.knowledge.routes.values() if route.level is RouteLevel.DEVIATION)
        return DEVIATION.union(*({route.id, route.steps[0].id} for route in routes))

    @property
    def dispute(self) -> frozenset[str]:
        """What names a dispute: the general words for it and the region's routes."""
        return DISPUTE | self.routes(RouteLevel.LOCAL, RouteLevel.REGIONAL)

    @property
    def courts(self) -> frozenset[str]:
        """The general word for a court, and the steps that are one."""
        steps = (step for route in self.knowledge.routes.values() for step in route.steps)
        return frozenset({COURT, *(step.id for step in steps if is_court(step, self.knowledge))})

    @property
    def about_substances(self) -> bool:
        """Whether the main agreement is about substances, so that naming one asks for nothing more."""
        cues = self.knowledge.cues
        return any(group in cues and cues[group].role == "substance" for group in self.knowledge.main.groups)

    @property
    def divided(self) -> frozenset[str]:
        """The agreements whose matrix is known."""
        return frozenset(matrix.agreement for matrix in self.knowledge.matrices.values())

    def matrix_of(self, agreements: Iterable[str]) -> ResponsibilityMatrix | None:
        """Return the matrix of the first of some agreements that has one, else the one that is meant without."""
        for agreement in agreements:
            for matrix in self.knowledge.matrices.values():
                if matrix.agreement == agreement:
                    return matrix
        return self.matrix

    def apart(self, matrix: ResponsibilityMatrix) -> tuple[Task, ...]:
        """Return the rows of a matrix that have not begun, or are gone: they are asked for too."""
        return self.knowledge.apart.get(matrix.id, ())

    def role(self, concept: str) -> str:
        """Return what kind of thing a concept is."""
        entry = self.lexicon.entries.get(concept)
        return entry.role if entry else ""

    def actor_of(self, concept: str) -> str | None:
        """Return the actor that a concept is or belongs to."""
        entry = self.lexicon.entries.get(concept)
        if entry is None:
            return None
        return entry.id if entry.role == "actor" else entry.parent if entry.role == "unit" else None


def is_court(step: EscalationStep, knowledge: Knowledge) -> bool:
    """Return whether a step of a route is a court, whatever its id is."""
    cue = knowledge.cues.get(f"{COURT}-ord")
    word = (cue.name if cue else None) or COURT
    return step.id == COURT or any(word in name.casefold() for name in (step.name, *step.aliases))


def actors_named(question: Question, frame: Frame) -> tuple[str, ...]:
    """Return the actors that the question names, themselves or by a unit, in order of appearance."""
    found = (frame.actor_of(concept) for concept in question.concepts)
    return tuple(dict.fromkeys(actor for actor in found if actor))


def _combined(
    tasks: tuple[Task, ...], concepts: set[str] | frozenset[str]
) -> list[tuple[int, int, str, tuple[str, ...]]]:
    """Return (words, row, task, combination) for each combination of concepts that means a task."""
    return [
        (len(when), row, task.id, when)
        for row, task in enumerate(tasks)
        for when in task.when
        if all(concept in concepts for concept in when)
    ]


def tasks_named(question: Question, frame: Frame) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the tasks that the question names, in row order, and the concepts that name them.

    They are of one matrix: that of the agreement that the question names, else the main one, else another.
    A row that is not in force is named by its own words, or by a combination that means no row in force.
    """
    first = frame.matrix_of(question.of_role("agreement"))
    if first is None:
        return (), frozenset()
    found = _in_matrix(question, first, frame)
    if found[0] or len(frame.knowledge.matrices) == 1:
        return found
    others = (_in_matrix(question, matrix, frame) for matrix in frame.knowledge.matrices.values())
    return next((other for other in others if other[0]), found)


def _in_matrix(
    question: Question, matrix: ResponsibilityMatrix, frame: Frame
) -> tuple[tuple[str, ...], frozenset[str]]:
    in_force, rows = _named(question, matrix.tasks), frame.apart(matrix)
    if not rows:
        return in_force
    called = {task.id for task in rows} & set(question.concepts)
    if in_force[0] and not called:
        return in_force
    if called and not any(task.id in question.concepts for task in matrix.tasks):
        in_force = (), frozenset()  # it is called by its name, and needs no combination beside that
    apart = _named(question, tuple(task for task in rows if not called or task.id in called))
    return (*in_force[0], *apart[0]), in_force[1] | apart[1]


def _named(question: Question, tasks: tuple[Task, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    concepts = set(question.concepts)
    named = {task.id for task in tasks if task.id in concepts}
    named = named & question.asked or named  # what is asked, where the story names another: "han är orolig"
    by = set(named)
    if named & question.asked:
        concepts &= question.asked | named
    combined = _combined(tasks, concepts & question.asked) or [
        found for found in _combined(tasks, concepts) if not question.asks_subject or question.asks(*found[3])
    ]
    # A task called by its name needs no combination beside it. Else the combination that uses most
    # words is what was meant, and of two such the later row, which is the more special one:
    # [barn, stod, missbruk] is children's right before it is support to relatives.
    chosen = max(combined, default=None)
    for _, _, task_id, when in combined:
        best = not by and chosen is not None and task_id == chosen[2]
        # "utredning, diagnos och abstinensvård": an action of its own is a task beside those that are named.
        if task_id in named or best or (by and question.lists and ACTIONS & set(when)):
            named.add(task_id)
    for _, _, task_id, when in combined:
        if task_id in named:
            by.update(when)
    by.update(c for task in tasks if task.id in named for when in task.when for c in when if c in ACTIONS)
    return tuple(task.id for task in tasks if task.id in named), frozenset(by)
