"""What every page must pass in a real browser, whatever it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ENGLISH_WORDS = re.compile(r"\b[A-Z]?[a-z]{2,}(?:[ ,’'-]+[a-z]{2,}){2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VISIBLE_TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const left = "script, style, template, code, kbd, [lang]:not(html), [data-content], " +
    "details:not([open]) > :not(summary)";
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
    const parent = walker.currentNode.parentElement;
    if (text && !parent.closest(left)) found.push(text);
  }
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (each.closest("[lang]:not(html), [data-content]")) continue;
    for (const name of ["aria-label", "placeholder", "title"]) {
      if (each.getAttribute(name)) found.push(each.getAttribute(name).trim());
    }
  }
  return found;
}"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const beyond = (each) => each.getBoundingClientRect().right > width + 1;
  const wide = [...document.querySelectorAll("body *")].filter(beyond);
  const fixed = (each) => each && (getComputedStyle(each).position === "fixed" || fixed(each.parentElement));
  const causes = wide.filter((each) => !fixed(each) && ![...each.children].some(beyond));
  return (causes.length ? causes : wide)
    .map((each) => `${each.tagName} ${each.getAttribute("class")}`)
    .slice(0, 5);
}"""

# Contrast is judged by what is on the screen: a changed colour starts a transition in the next
# frame, however short, and shows its old value until that has ended.
SETTLED = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const changing = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(changing.map((each) => each.finished));
}"""


@cache
def catalogue() -> dict[str, set[str]]:
    """Chinese texts by English source string, over all catalogues."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "src" / "yunhe").rglob("zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                for source in ids:
                    if source:
                        found.setdefault(source, set()).update(filter(None, texts))
    return found


def untranslated(texts: Iterable[str], language: str) -> list[str]:
    """Texts of the interface that are in the other language; names and documents are content."""
    words = catalogue()
    if language == "en":
        chinese = {text for texts in words.values() for text in texts if CHINESE.search(text)}
        return [text for text in texts if text in chinese]
    sources = {
        source for source, texts in words.items() if source not in texts and source[:1].isalpha()
    }
    return [
        text
        for text in texts
        if text in sources or (ENGLISH_WORDS.search(text) and not CHINESE.search(text))
    ]


def overflowing(page: Page) -> list[str]:
    """Elements that make the page wider than the window."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found


def axe_failures(page: Page) -> list[str]:
    """Serious accessibility failures: contrast, labels, names, roles."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    page.evaluate(SETTLED)
    result = page.evaluate(
        "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"][:5]
    ]


def failures(page: Page, language: str, console: list[str]) -> list[str]:
    """Everything wrong with the page as it stands, in words."""
    texts: list[str] = page.evaluate(VISIBLE_TEXTS)
    return [
        *(f"console: {line}" for line in console),
        *(f"overflow: {line}" for line in overflowing(page)),
        *(f"untranslated: {text}" for text in untranslated(texts, language)),
        *(f"axe: {line}" for line in axe_failures(page)),
    ]
