"""The same question on the same day to the same knowledge gives the same bytes, and each answer its own receipt."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.answering import receipt_code
from knowledge.loader import revision
from tests.corpus import World

ROOT = Path(__file__).parents[2]
ELSEWHERE = """
import hashlib, json, sys
from pathlib import Path
from bot.evaluate import load_cases
from bot.service import answer_turns, open_serving
from indexer.publish import ensure
serving = open_serving(ensure(Path(sys.argv[1]), Path(sys.argv[2])).path)
for case in load_cases(Path(sys.argv[3])):
    for reply in answer_turns(serving, list(case.turns), case.profile, case.on):
        print(hashlib.sha256(json.dumps(reply.as_json(), ensure_ascii=False).encode()).hexdigest())
"""


def digest(data: dict[str, object]) -> str:
    """Return the hash of an answer's bytes."""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()


def test_the_same_question_gives_the_same_bytes(world: World) -> None:
    """Asked again, after thousands of other questions, each case's answers are the same to the byte."""
    for asked in world.corpus[::7]:
        if asked.first:
            again = world.ask(asked.text, asked.on, asked.municipality)
            assert digest(again.as_json()) == digest(asked.answer.as_json()), asked.id


def test_another_index_elsewhere_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    """A copy of the knowledge in another folder, indexed by another process with other hashes, answers alike."""
    shutil.copytree(ROOT / "knowledge", tmp_path / "kunskap", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    command = [
        sys.executable,
        "-c",
        ELSEWHERE,
        str(tmp_path / "kunskap" / "dalarna"),
        str(tmp_path / "data"),
        str(ROOT / "tests/questions"),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C.UTF-8",
    }
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    if revision(ROOT / "knowledge" / "dalarna") != world.knowledge.revision:
        pytest.skip("the knowledge was changed while the tests ran")
    here = [digest(asked.answer.as_json()) for asked in world.corpus if asked.group == "fall"]
    there = ran.stdout.split()
    cases = [asked.id for asked in world.corpus if asked.group == "fall"]
    assert len(here) == len(there)
    assert [id_ for id_, one, other in zip(cases, here, there, strict=True) if one != other] == []


def test_a_receipt_is_its_answers_own(world: World) -> None:
    """The same answer has the same code, and no two different answers in the corpus share one."""
    by_code: dict[str, str] = {}
    for asked in world.corpus:
        bare = digest({**asked.answer.as_json(), "receipt": ""})
        assert by_code.setdefault(asked.answer.receipt, bare) == bare, asked.id
    assert len(by_code) == len({digest({**asked.answer.as_json(), "receipt": ""}) for asked in world.corpus})


def test_a_receipt_changes_with_any_part_of_the_answer(world: World) -> None:
    """Another day, revision, fact or word is another answer, and has another code."""
    reply = world.ask("Vem ansvarar för abstinensvård?")
    others = [
        reply.with_(text=reply.text + " "),
        reply.with_(revision="annan"),
        reply.with_(facts=reply.facts[1:]),
        reply.with_(on=reply.on.replace(day=20)),
        reply.with_(citations=reply.citations[1:]),
        reply.with_(suggestions=()),
    ]
    codes = [receipt_code(each.with_(receipt="")) for each in (reply, *others)]
    assert len(set(codes)) == len(codes) and codes[0] == reply.receipt
