"""Files: bytes, encodings, separators, quotes, lines; a file cut off, emptied, mixed up or lost; what cut.yaml says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator
from damage.mangles import months_off, one_of, typo, years_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

DOMAINS = ("dm", "ex", "ds", "qs", "lb", "cp", "ae", "cm", "dv")


def _bytes(title: str, edit: Callable[[bytes, Random], bytes | None], unseen: str = "") -> Operator:
    """Edit the bytes of a file once all else is done; the edit is drawn when the damage is."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain = rng.choice([name for name in DOMAINS if made.look(name).records])
        seed = rng.random()

        def once(data: bytes) -> bytes | None:
            return edit(data, type(rng)(seed))

        made.edits.append((domain, once))
        return Damage(domain, frozenset())

    return Operator(title, apply, unseen)


def lines_of(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def within(data: bytes, rng: Random) -> int:
    """Return a place below the header."""
    return rng.randrange(data.index(b"\n") + 1, len(data))


def put(data: bytes, rng: Random, what: bytes) -> bytes:
    at = within(data, rng)
    return data[:at] + what + data[at:]


def _cut_off(data: bytes, rng: Random) -> bytes:
    """End a file within a line, so that its last field is not the last of the header."""
    lines = lines_of(data)
    keep = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    whole, last = b"".join(lines[:keep]), lines[keep]
    return whole + last[: rng.randrange(1, max(2, last.rindex(b",")))]


def _cut_at_line(data: bytes, rng: Random) -> bytes:
    lines = lines_of(data)
    return b"".join(lines[: rng.randrange(2, len(lines))]) if len(lines) > 2 else data


def _separators(data: bytes, rng: Random) -> bytes:
    return data.replace(b",", rng.choice((b";", b"\t", b"|", b", ")))


def _encoding(data: bytes, rng: Random) -> bytes:
    """Write a word in an encoding that is not UTF-8."""
    at = data.rindex(b"\n", 0, within(data, rng)) + 1
    at = data.index(b",", at) + 1
    text = rng.choice(("\u53d1\u70ed".encode("gb18030"), "M\u00fcller".encode("latin-1"), b"\xff\xfe", b"\xc3\x28"))
    return data[:at] + text + data[at:]


def _utf16(data: bytes, rng: Random) -> bytes:
    return data.decode("utf-8").encode(rng.choice(("utf-16", "utf-16-le", "utf-32")))


def _field_more(data: bytes, rng: Random) -> bytes:
    """Put a separator into a line, or take one out; of the header where another damage left nothing else."""
    lines = lines_of(data)
    at = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    commas = [place for place, byte in enumerate(lines[at]) if byte == 44]
    place = rng.choice(commas)
    lines[at] = lines[at][:place] + rng.choice((b",,", b"")) + lines[at][place + 1 :]
    return b"".join(lines)


def _quote(data: bytes, rng: Random) -> bytes:
    return put(data, rng, b'"')


def _two_quotes(data: bytes, rng: Random) -> bytes:
    """Open a quote at a field and close it at another one lines later."""
    lines = lines_of(data)
    if len(lines) < 4:
        return put(data, rng, b'"')
    first = rng.randrange(1, len(lines) - 2)
    second = min(len(lines) - 1, first + rng.randint(1, 4))
    # with as many separators before as behind, a reader takes the lines between for one field
    fields = lines[first].split(b",")
    at = rng.randrange(len(fields))
    lines[first] = b",".join([*fields[:at], b'"' + fields[at], *fields[at + 1 :]])
    later = lines[second].split(b",")
    later[at] = later[at].rstrip(b"\n") + b'"' + (b"\n" if later[at].endswith(b"\n") else b"")
    lines[second] = b",".join(later)
    return b"".join(lines)


def _control(data: bytes, rng: Random) -> bytes:
    return put(data, rng, rng.choice((b"\0", b"\x07", b"\x1a", b"\x1b", b"\x0b", b"\x7f")))


def _flipped(data: bytes, rng: Random) -> bytes:
    """Flip one bit."""
    at = within(data, rng)
    return data[:at] + bytes((data[at] ^ (1 << rng.randrange(8)),)) + data[at + 1 :]


def _overwritten(data: bytes, rng: Random) -> bytes:
    """Overwrite some bytes by those of another place."""
    at, of = within(data, rng), within(data, rng)
    length = rng.randint(60, 400)
    return data[:at] + data[of : of + length] + data[at + length :]


def _line_ends(data: bytes, _: Random) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _marked(data: bytes, _: Random) -> bytes:
    return b"\xef\xbb\xbf" + data


def _returns(data: bytes, _: Random) -> bytes:
    return data.replace(b"\n", b"\r")


def _header_again(data: bytes, rng: Random) -> bytes:
    lines = lines_of(data)
    lines.insert(rng.randrange(1, len(lines) + 1), lines[0])
    return b"".join(lines)


def _twice(data: bytes, rng: Random) -> bytes:
    """Append the file to itself, with its header or without."""
    return data + (data if rng.random() < 0.5 else b"".join(lines_of(data)[1:]))


def _remark(data: bytes, rng: Random) -> bytes:
    """Put a line of words on top or at the end."""
    words = rng.choice((b"Export of 2015-10-02\n", b"# comment\n", b"705 rows selected.\n", b"\n\n", b",,,\n"))
    return words + data if rng.random() < 0.5 else data + words


def _empty_line(data: bytes, rng: Random) -> bytes:
    lines = lines_of(data)
    lines.insert(rng.randrange(1, len(lines) + 1), rng.choice((b"\n", b" \n", b"," * lines[0].count(b",") + b"\n")))
    return b"".join(lines)


def _header_lost(data: bytes, _: Random) -> bytes:
    return b"".join(lines_of(data)[1:])


def _nothing(data: bytes, rng: Random) -> bytes:
    return rng.choice((b"", b"\n", b" ", b"\0" * len(data)))


def _joined(data: bytes, rng: Random) -> bytes:
    """Lose the end of a line, so that two become one; of the last, nothing is lost."""
    lines = lines_of(data)
    if len(lines) < 3:
        return data[:-1] + b","
    at = rng.randrange(1, len(lines) - 1)
    lines[at] = lines[at].rstrip(b"\n") + rng.choice((b"", b" ", b","))
    return b"".join(lines)


def _mixed_up(made: Made, rng: Random) -> Damage | None:
    """Put the content of one domain into the file of another."""
    first, second = rng.sample(DOMAINS, 2)
    content = made.base[second].render()
    made.edits.append((first, lambda _: content))
    return Damage(first, frozenset())


def _lost(among: tuple[str, ...], title: str, unseen: str = "") -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        domain = rng.choice(among)
        made.edits.append((domain, lambda _: None))
        return Damage(domain, frozenset())

    return Operator(title, apply, unseen)


def _header_alone(made: Made, rng: Random) -> Damage | None:
    domain = rng.choice([name for name in DOMAINS if made.look(name).records])
    made.table(domain).records.clear()
    return Damage(domain, frozenset())


def _info(title: str, key: str, change: Callable[[str, Random], str | None], unseen: str = "") -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        after = change(made.info[key], rng)
        if after is None or after == made.info[key]:
            return None
        made.info[key] = after
        return Damage("cut.yaml", frozenset({key}), (), frozenset(), frozenset({after}))

    return Operator(title, apply, unseen)


OPERATORS = (
    _bytes("file: cut off within a line", _cut_off),
    _bytes("file: cut off at the end of a line", _cut_at_line,
           "What is left is whole: only the seal tells, which a sealed cut has."),
    _bytes("file: other separators", _separators),
    _bytes("file: a word in another encoding", _encoding),
    _bytes("file: UTF-16 or UTF-32", _utf16),
    _bytes("file: a separator more or less in a line", _field_more),
    _bytes("file: a quote somewhere", _quote),
    _bytes("file: a quote that closes lines later", _two_quotes),
    _bytes("file: a control character somewhere", _control),
    _bytes("file: one bit flipped", _flipped,
           "Half of all flips turn a digit or letter into another one; only the seal tells those that stay legal."),
    _bytes("file: some bytes overwritten by others of it", _overwritten),
    _bytes("file: ends of lines of another system", _line_ends),
    _bytes("file: a mark of byte order", _marked),
    _bytes("file: carriage returns alone", _returns),
    _bytes("file: its header once more", _header_again),
    _bytes("file: twice", _twice),
    _bytes("file: a line of words", _remark),
    _bytes("file: an empty line", _empty_line),
    _bytes("file: without its header", _header_lost),
    _bytes("file: nothing in it", _nothing),
    _bytes("file: two lines joined", _joined),
    Operator("file: another domain's content", _mixed_up),
    _lost(("dm", "ex"), "file: lost, of a domain without which nothing can be done"),
    _lost(("qs", "lb", "cp", "ae", "cm", "ds", "dv"), "file: lost, of another domain",
          "A cut may lack a domain; every page that needs it says that it is not available."),
    Operator("file: its header alone", _header_alone),
    _info("cut.yaml: another study", "study", typo),
    _info("cut.yaml: cut date earlier", "cut_date", lambda text, rng: months_off(text, rng.choice((-1, -2, -12)))),
    _info("cut.yaml: cut date years later", "cut_date", lambda text, rng: years_off(text, rng.choice((1, 10, 90)))),
    _info("cut.yaml: cut date no date", "cut_date",
          one_of("2015-02-30", "01/10/2015", "0001-01-01", "9999-12-31", "2262-04-11",
          "today", "42278")),
)  # fmt: skip
