"""Smaller SVG, the same picture: no comments, dates, needless ids or digits, and each style said once."""

from __future__ import annotations

import re
from functools import cache

HEAD = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
GEOMETRY = re.compile(r'( (?:d|x|y)="|translate\()([^")]*)')
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
USE_AT = re.compile(r'(<use [^>]*)transform="translate\(([-0-9.]+) 0\)"')
GLYPH = re.compile(r'( d=")([^"]*)(" transform="scale\()0\.015625\)')
NUMBER = re.compile(r"-?\d+")
STEP = re.compile(r"([MLQCZz])([^MLQCZz]*)")
GROUP = re.compile(r"<g(?: [^>]*)?>|</g>")
# outlines come in 64ths of a unit of the font; eighths of it differ by less than a hundredth of a point on the page
COARSER = 8
COMMAND = re.compile(r"\s*([A-Za-z])\s*")
# a rectangle from corner to corner, the sides along the axes
BOX = re.compile(r'"M([-0-9.]+) ([-0-9.]+)L([-0-9.]+) \2L\3 ([-0-9.]+)L\1 \4(?:L\1 \2)?z?"')
PATH = re.compile(r' d="([^"]*)"')
STYLE = re.compile(r' style="([^"]*)"')
ID = re.compile(r' id="([^"]*)"')
REFERENCE = re.compile(r'(href="#|url\(#)([^")]*)([")])')
BETWEEN = re.compile(r">\s+<")
SHEET_END = "</style>"
SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([0-9.]+)(?:pt|px)?"[^>]*?\bheight="([0-9.]+)(?:pt|px)?"', re.DOTALL)


def size_of(text: str) -> tuple[float, float]:
    """Return width and height of a drawing of this package, in points.

    Raises
    ------
    ValueError
        It does not say them.
    """
    match = SIZE.search(text)
    if match is None:
        raise ValueError("a drawing gives no width and height; a page needs them to hold the place free")
    return float(match[1]), float(match[2])


def shrink_svg(text: str) -> str:
    """Return the drawing without what does not show: positions to a hundredth of a point, styles as classes."""
    text = GEOMETRY.sub(lambda match: match[1] + LONG_NUMBER.sub(_hundredths, match[2]), HEAD.sub("", text))
    text = USE_AT.sub(r'\1x="\2"', text)
    text = PATH.sub(lambda match: f' d="{COMMAND.sub(_bare, match[1]).strip()}"', text)
    text = GLYPH.sub(_coarser, BETWEEN.sub("><", text).strip())
    text = BOX.sub(r'"M\1 \2H\3V\4H\1z"', text)
    return _styles_as_classes(_unwrap(_shorten_ids(text.replace("xlink:href=", "href="))))


def _hundredths(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _coarser(match: re.Match[str]) -> str:
    return f"{match[1]}{_outline(match[2])}{match[3]}0.125)"


@cache
def _outline(path: str) -> str:
    """Return the outline of a letter on the coarser grid, each point as its distance from the one before."""
    said, start, here = [], (0, 0), (0, 0)
    for sign, text in STEP.findall(path):
        if sign in "Zz":
            said.append("z")
            here = start
            continue
        numbers = [round(int(number) / COARSER) for number in NUMBER.findall(text)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        said.append(_step(sign, [(x - here[0], y - here[1]) for x, y in points]))
        here = points[-1]
        start = here if sign == "M" else start
    return "".join(said)


def _step(sign: str, offsets: list[tuple[int, int]]) -> str:
    """Return one step of an outline; a line along an axis needs one number."""
    if sign == "L" and len(offsets) == 1 and 0 in offsets[0]:
        x, y = offsets[0]
        return f"h{x}" if y == 0 else f"v{y}"
    numbers = " ".join(f"{x} {y}" for x, y in offsets)
    return f"{sign.lower()}{numbers.replace(' -', '-')}"


def _unwrap(text: str) -> str:
    """Take away groups that say nothing, each with the end that belongs to it."""
    is_kept: list[bool] = []

    def keep(match: re.Match[str]) -> str:
        tag = match[0]
        if tag.endswith("/>"):
            return tag
        if tag == "</g>":
            return tag if is_kept.pop() else ""
        is_kept.append(tag != "<g>")
        return tag if is_kept[-1] else ""

    return GROUP.sub(keep, text)


def _bare(match: re.Match[str]) -> str:
    return match[1]


def _shorten_ids(text: str) -> str:
    """Give the ids that something refers to short names, in the order of their first use, and drop the others."""
    found = dict.fromkeys(name for _, name, _ in REFERENCE.findall(text))
    names = {name: f"i{i}" for i, name in enumerate(found)}
    text = ID.sub(lambda match: f' id="{names[match[1]]}"' if match[1] in names else "", text)
    return REFERENCE.sub(lambda match: match[1] + names[match[2]] + match[3], text)


def _styles_as_classes(text: str) -> str:
    """Move each distinct style into the drawing's own sheet, named in the order of its first use."""
    names = {style: f"s{i}" for i, style in enumerate(dict.fromkeys(STYLE.findall(text)))}
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    text = STYLE.sub(lambda match: f' class="{names[match[1]]}"', text)
    return text.replace(SHEET_END, f"{rules}{SHEET_END}", 1)
