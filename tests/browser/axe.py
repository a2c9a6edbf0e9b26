"""Whether people who cannot see, or have no mouse, can use a page: axe-core's findings by WCAG 2.2 A and AA.

    scan(page)                       # the page as it is now, with its open drawers and dialogs
    scan(page, within=".fp-panel")   # a part of it
    scan(page, rules=COLOURS)        # what another theme can change; WORDS: what another language can

axe runs in the page by the debugger's door, which no content security policy shuts. Serious and critical findings fail
with the places they are at; the lesser ones are the eye's to judge.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from engine.host.settings import PROJECT

AXE = PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
EVERY: dict[str, Any] = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS: dict[str, Any] = {"type": "rule", "values": ["color-contrast"]}
WORDS: dict[str, Any] = {"type": "rule", "values": [
    "aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "aria-dialog-name", "button-name",
    "document-title", "html-has-lang", "html-lang-valid", "html-xml-lang-mismatch", "image-alt", "input-button-name",
    "label", "label-title-only", "link-name", "select-name", "summary-name", "svg-img-alt", "valid-lang",
]}  # fmt: skip
SEVERE = {"serious", "critical"}
_RUN = """
async ([within, rules]) => {
  const context = within === null ? document : {include: [within]};
  const found = await window.axe.run(context, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map((one) => ({
    rule: one.id, impact: one.impact, help: one.help,
    nodes: one.nodes.map((node) => ({at: node.target.flat().join(" "), html: node.html, why: node.failureSummary})),
  }));
}
"""
_STILL = """
() => document.getAnimations().every((one) => {
  const timing = one.effect?.getComputedTiming();
  return one.playState !== "running" || timing === undefined || timing.endTime === Infinity;
})
"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def findings(page: Page, within: str | None = None, rules: dict[str, Any] = EVERY) -> list[dict[str, Any]]:
    """All that axe finds, when nothing fades in or out any more: half-transparent words have half their contrast."""
    page.wait_for_function(_STILL, timeout=30_000)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source() + "\n;undefined")
    found: list[dict[str, Any]] = page.evaluate(_RUN, [within, rules])
    return found


def scan(page: Page, within: str | None = None, rules: dict[str, Any] = EVERY) -> None:
    """Fail with every serious or critical finding and its place."""
    severe = [one for one in findings(page, within, rules) if one["impact"] in SEVERE]
    assert not severe, f"axe, {page.url}:\n" + "\n".join(_words(one) for one in severe)


def _words(finding: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['at']}\n      {node['html'][:300]}\n      {node['why']}" for node in finding["nodes"][:8])
    more = len(finding["nodes"]) - 8
    return f"  {finding['impact']} {finding['rule']}: {finding['help']}\n{places}" + (f"\n    and {more} more" if more > 0 else "")
