"""The drawing of a large flow in Chromium, software rendering: opening it, dragging a node, panning; how much script travels.

A copy with simulated telephony is started for it, and a flow of `count` nodes put in: menus with three ways each, so that
there are more edges than nodes. Opening is told from the navigation to the first frame with the drawing on it; a frame is
the time between two of the browser's own. Beside both stands the CPU of the page's own thread, which a busy machine does not
change and which no frame can be shorter than, and that of the whole browser with what draws (without a graphics card) among
it. Script counts as it travels compressed.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.machine import of_baselines

FRAMES = """() => { window.frames_ = []; let last = performance.now();
  const next = (now) => { window.frames_.push(now - last); last = now; window.going_ = requestAnimationFrame(next) };
  window.going_ = requestAnimationFrame(next) }"""
TAKEN = "() => { cancelAnimationFrame(window.going_); return window.frames_.slice(1) }"
OPENED = """() => { const seen = () => document.querySelector('.react-flow__node') && document.querySelector('.react-flow__edge');
  const look = () => { if (seen()) requestAnimationFrame(() => { window.opened_ ??= performance.now() }); else requestAnimationFrame(look) };
  requestAnimationFrame(look) }"""
STEPS = 90
ROUNDS = 3


def measure(count: int = 500) -> dict[str, Any]:
    """The table and its figures."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, sign_in
    from tests.product import RunningCopy
    from tests.product_api import Api

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        copy = RunningCopy(Path(folder), telephony="simulated")
        copy.start()
        try:
            flow = Api(copy)("POST", "/flows", large(count))["id"]
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en", base_url=copy.url).new_page()
            page.set_default_timeout(60_000)
            scripts: dict[str, int] = {}
            page.on("response", lambda got: scripts.update({got.url: packed(got)}))
            sign_in(page, copy.key)
            page.wait_for_load_state("networkidle")
            list_bytes = sum(scripts.values())
            page.goto(f"/flows/{flow}")
            page.locator(".react-flow__node").first.wait_for()
            page.wait_for_load_state("networkidle")
            canvas_bytes = sum(scripts.values())
            page.add_init_script(f"({OPENED})()")
            clock = chromium.new_browser_cdp_session()
            opened, spent = [], []
            for _ in range(3):
                before = _cpu(clock)
                page.goto(f"/flows/{flow}")
                page.wait_for_function("() => window.opened_ > 0")
                opened.append(page.evaluate("() => window.opened_"))
                spent.append(_since(before, _cpu(clock)))
            page.wait_for_load_state("networkidle")
            rows = []
            for _ in range(ROUNDS):
                rows += [_dragged(page, clock, "drag where it opens"), _panned(page, clock, "pan where it opens")]
            page.keyboard.press("f")
            page.wait_for_function(f"() => document.querySelectorAll('.react-flow__node').length === {count}")
            for _ in range(ROUNDS):
                rows += [_dragged(page, clock, "drag, all in view"), _panned(page, clock, "pan, all in view")]
            chromium.close()
        finally:
            copy.stop()
    return {
        "rows": rows, "nodes": count, "open_seconds": sorted(opened)[1] / 1000, "open_cpu_seconds": sorted(main for main, _ in spent)[1],
        "drag_p50_ms": rows[0]["p50 ms"], "drag_p95_ms": rows[0]["p95 ms"], "drag_cpu_ms": min(row["CPU ms a step"] for row in rows if row["what"] == "drag where it opens"),
        "load": os.getloadavg()[0], "list_script_kb_gz": list_bytes / 1000, "canvas_script_kb_gz": canvas_bytes / 1000, "this_machine_of_baselines": of_baselines(),
    }  # fmt: skip


def large(count: int) -> dict[str, Any]:
    """A flow of many menus in ranks of fifteen (all of it fits the canvas at the smallest zoom), each with ways to three of the next rank."""
    wide = 15
    nodes: dict[str, Any] = {}
    for number in range(count):
        below = [target for target in range(number + wide - 1, number + wide + 2) if target < count]
        nodes[f"n{number}"] = {
            "type": "menu", "name": f"Menu {number}", "at": [number % wide * 480, number // wide * 140],
            "config": {"prompt": {"en": f"This is menu {number}."}, "choices": [{"key": str(key), "label": f"Way {key}"} for key in (1, 2, 3)]},
            "outlets": {str(key): f"n{target}" for key, target in enumerate(below, 1)},
        }  # fmt: skip
    return {"callweave": 1, "name": f"Flow of {count}", "languages": ["en"], "start": "n0", "nodes": nodes}


def packed(response: Any) -> int:
    """The bytes of a script, compressed."""
    if not response.url.split("?")[0].endswith(".js") or response.status != 200:
        return 0
    return len(gzip.compress(response.body(), 9))


def _cpu(clock: Any) -> dict[int, tuple[float, float]]:
    """Seconds of CPU by process: of a page's own thread (0 where it is no page), and of all threads."""
    processes = clock.send("SystemInfo.getProcessInfo")["processInfo"]
    return {one["id"]: (_own_thread(one["id"]) if one["type"] == "renderer" else 0.0, one["cpuTime"]) for one in processes}


def _own_thread(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:  # it ended between two looks
        return 0.0


def _since(before: dict[int, tuple[float, float]], after: dict[int, tuple[float, float]]) -> tuple[float, float]:
    """What the pages' own threads took, and all of the browser."""
    spent = [(now[0] - before.get(pid, (0, 0))[0], now[1] - before.get(pid, (0, 0))[1]) for pid, now in after.items()]
    return sum(own for own, _ in spent), sum(all_ for _, all_ in spent)


def _dragged(page: Any, clock: Any, what: str) -> dict[str, Any]:
    box = page.locator(".react-flow__node[data-id=n0] .hd").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y + 4)
    before = _cpu(clock)
    page.evaluate(FRAMES)
    for step in range(STEPS):
        page.mouse.move(x + 4 + step * 2, y + 4 + step)
    taken = page.evaluate(TAKEN)
    spent = _since(before, _cpu(clock))
    page.mouse.up()
    page.keyboard.press("Control+z")
    return _row(what, taken, spent)


def _panned(page: Any, clock: Any, what: str) -> dict[str, Any]:
    page.mouse.move(700, 450)
    before = _cpu(clock)
    page.evaluate(FRAMES)
    for step in range(STEPS):  # there and back: the next drag finds its card where the last one did
        page.mouse.wheel(*(6, 6) if step < STEPS / 2 else (-6, -6))
    taken = page.evaluate(TAKEN)
    return _row(what, taken, _since(before, _cpu(clock)))


def _row(what: str, frames: list[float], spent: tuple[float, float]) -> dict[str, Any]:
    ordered = sorted(frames)
    return {
        "what": what, "frames": len(frames), "p50 ms": ordered[len(ordered) // 2], "p95 ms": ordered[int(len(ordered) * 0.95)],
        "worst ms": ordered[-1], "CPU ms a step": spent[0] * 1000 / STEPS, "of all threads": spent[1] * 1000 / STEPS,
    }  # fmt: skip
