"""The run: from moment to moment until three weeks have passed; then what is told, line by line, and a table."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from examples.hospital.run import told
from examples.hospital.run.clock import SEEN_AFTER
from examples.hospital.run.stage import Stage
from examples.hospital.run.watch import Watch
from examples.hospital.story import BEGINS, CHINA, DAYS, Story
from examples.hospital.threads import spin
from examples.hospital.town.phones import Phones


def main(*, seed: int, threads: int, folder: Path | None = None) -> told.Result:
    """Run it in a folder, by default one that is removed in the end, and print what happened."""
    story = spin(seed, threads)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="callweave-hospital-") as own:
        place = folder or Path(own)
        place.mkdir(parents=True, exist_ok=True)
        _say(f"Three weeks from {BEGINS:%A %d %B %Y}: {len(story.patients)} patients, seed {seed}.")
        with Stage(place, story, threads=threads) as stage:
            seconds = time.monotonic() - began
            _say(f"Callweave, Asterisk, connector, FHIR server and information system are up after {seconds:.0f} s.")
            result = asyncio.run(_play(stage, story))
    _tell(result)
    _say(f"{DAYS} days in {time.monotonic() - began:.0f} s.")
    return result


async def _play(stage: Stage, story: Story) -> told.Result:
    end = BEGINS + timedelta(days=DAYS)
    phones = Phones(story, peer_port=stage.copy.sip_peer_port, sip_port=stage.copy.sip_port, now=stage.clock.now)
    async with phones:
        watch = Watch(stage, phones)
        await watch.settle()
        seen = (0, 0, 0)
        waiting = list(story.initiatives)
        while (moment := await asyncio.to_thread(watch.next_moment, end)) < end:
            stage.clock.to(moment)
            await asyncio.sleep(SEEN_AFTER)
            now = [one for one in waiting if one.at <= moment]
            waiting = [one for one in waiting if one.at > moment]
            phones.begin([one for one in now if one.call])
            for one in now:
                if one.text:
                    stage.texts.write(one.phone, one.text)
            if not stage.campaigns and moment >= story.survey_at:
                await asyncio.to_thread(stage.begin_survey)
            began = time.monotonic()
            await watch.settle()
            when = moment.astimezone(CHINA).strftime("%a %d %b %H:%M")
            seen = _progress(when, time.monotonic() - began, stage, phones, seen)
        stage.clock.to(end)
        await asyncio.sleep(SEEN_AFTER)
        await watch.settle()
        return await asyncio.to_thread(told.Teller(stage, phones, watch.late).compare)


def _progress(
    when: str, seconds: float, stage: Stage, phones: Phones, before: tuple[int, int, int]
) -> tuple[int, int, int]:
    """A line for a moment at which something happened."""
    seen = stage.database.told(), len(phones.came) + len(phones.made), len(stage.texts.sent)
    events, calls, texts = (now - then for now, then in zip(seen, before, strict=True))
    words = [
        f"{count} {word}{'s' * (count != 1)}"
        for count, word in ((events, "event"), (calls, "call"), (texts, "text"))
        if count
    ]
    if words:
        _say(f"  {when}  {', '.join(words)}{'':2}({seconds:.0f} s)")
    return seen


def _tell(result: told.Result) -> None:
    _say()
    name = ""
    for each in result.told:
        who = each.expected.patient
        shown = f"{who.patient_no} {who.name}" if who.patient_no != name else ""
        name = who.patient_no
        verdict = "WRONG" if each.wrong else "right"
        _say(f"  {_wide(shown, 18)} {_wide(each.expected.title, 50)} {_wide(each.said, 34)} {verdict}")
        for wrong in each.wrong:
            _say(f"  {'':18}   {wrong}")
    _say()
    for wrong in result.wrong:
        _say(f"  WRONG  {wrong}")
    for what, value in result.figures:
        _say(f"  {what:<34}{value}")
    right = sum(not each.wrong for each in result.told)
    _say(f"  {'stories told right':<34}{right} of {len(result.told)}")


def _wide(text: str, columns: int) -> str:
    """The text filled up to so many columns; a Chinese sign takes two."""
    return text + " " * max(0, columns - sum(2 if ord(sign) > 0x2E7F else 1 for sign in text))


def _say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
