"""A listener that is killed between receipt and answer: nothing is lost and nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.host.settings import PROJECT
from engine.sources.keeping import unpacked
from engine.sources.place import Place
from engine.store import spool
from tests.sources.hl7_messages import admission
from tests.sources.hl7_sender import NpmSender

COUNT = 8
KILLED = [(3, "before"), (2, "after"), (0, "")]
"""Each run's message at which it is killed, and whether that one is kept; the last lives."""


def test_kill_9_between_receipt_and_answer(tmp_path: Path) -> None:
    port, sender = 0, None
    for at, when in KILLED:
        command = [sys.executable, "-m", "tests.sources.hl7_child", str(tmp_path), str(port), str(at), when]
        child = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdin is not None and child.stdout is not None
        port = int(child.stdout.readline())
        if sender is None:
            sender = NpmSender(port)
            sender.send(admission(f"C{number}") for number in range(COUNT))
        try:
            if when:
                assert child.wait(30) == -9
            else:
                answers = sender.answers(COUNT)
        except BaseException:
            child.kill()
            sender.close()
            raise
        finally:
            child.stdin.close()
            child.wait(30)
            child.stdout.close()
    assert sender is not None
    sender.close()
    assert [(answer["id"], answer["code"]) for answer in answers] == [(f"C{number}", "AA") for number in range(COUNT)]
    assert sum(answer["tries"] > 1 for answer in answers) >= 2
    place = Place(tmp_path)
    records = [unpacked(row.body).data for row in place.head(100)]
    with place.store.read() as connection:
        assert spool.count_faulty(connection, "his") == 0
    place.close()
    assert records == [{"admission_no": f"C{number}", "name": "张三"} for number in range(COUNT)]
