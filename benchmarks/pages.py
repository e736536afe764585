"""How soon the pages of a report show something, and how heavy they are, in Debian's Chromium.

Run as a script on a report folder it writes pages.md beside this file. The browser is new for every page, so that
nothing is warm; the file is read from disk. First paint is the browser's own first-contentful-paint.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROUNDS = 5
PAINT = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()[0].startTime))
  .observe({type: "paint", buffered: true}))"""


def first_paint(browser: Browser, page: Path) -> float:
    """Return the milliseconds until the browser has painted something of a page."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        opened.goto(page.as_uri(), wait_until="commit")
        return float(opened.evaluate(PAINT))


def main(report: Path) -> None:
    """Measure every page and write pages.md."""
    lines = [
        "# The pages of a report: weight and first paint", "",
        f"Report of cut {report.name}; Chromium ({platform.machine()}), {ROUNDS} openings each, from disk.", "",
        "| page | kB | first paint, median ms | slowest ms |", "|---|---|---|---|",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for page in sorted(report.glob("*.html")):
            each = [first_paint(browser, page) for _ in range(ROUNDS)]
            size = page.stat().st_size / 1000
            lines.append(f"| {page.name} | {size:.0f} | {statistics.median(each):.0f} | {max(each):.0f} |")
        browser.close()
    text = "\n".join([*lines, ""])
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
