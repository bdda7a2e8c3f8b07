"""Lines without a header: logs of Postfix and Exim, and whatever has an address and a date on one line."""

import re
from collections.abc import Iterator

from employer_app.domain.applicant_list.mail_log.entry import Found
from employer_app.domain.applicant_list.mail_log.words import failure_in, state_of, why_not

LONGEST_LINE = 4_000

_ISO = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_CLOCK = rf"(?:[T ,]+{_HOUR}(?: ?(?:Z|UTC|[+-]\d{{2}}:?\d{{2}})\b)?)?"
_DATE = re.compile(
    rf"(?<![\w.@/-])(?:{_ISO}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2}}(?:\d{{2}})?"
    rf"|\d{{1,2}}\.? [^\W\d_]{{3,10}}\.? \d{{4}}|[^\W\d_]{{3,10}}\.? \d{{1,2}},? \d{{4}}){_CLOCK}(?![\w@/-])"
)
_POSTFIX = re.compile(r"\bto=<([^<>]*)>")
_STATUS = re.compile(r"\bstatus=([\w-]+)")
_SAME_MACHINE = re.compile(r"\brelay=(?:127\.0\.0\.1|localhost|\[::1\])[\[:,]")
_EXIM = re.compile(rf"({_ISO}{_CLOCK})(?: \[\d+\])? \S+ (=>|->|\*\*|==|<=|>>|\*>) (.*)")
_EXIM_END = re.compile(r"(?: | <[^<>]*> )(?:[A-Z]+=|\[)|: ")
_NO_YEAR = re.compile(r"[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} ")
_ADDRESS = re.compile(r"<[^<>@\s]+@[^<>@\s]+>|[^\s<>@,;|:\"()]+@[^\s<>@,;|:\"()]+")
_PIECES = re.compile(r"[;,\t|]")

_NOT_OURS = "The line is about a message that came in, or its sender."
_NO_ADDRESS = "The line names no address."


def read_lines(text: str) -> Iterator[Found]:
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if line:
            yield _found(number, line)


def _found(number: int, line: str) -> Found:
    if len(line) > LONGEST_LINE:
        return Found(number, line, why="The line is far too long to be one of a mail log.")
    postfix = _POSTFIX.search(line)
    if postfix:
        return _postfix(number, line, postfix[1])
    exim = _EXIM.match(line)
    if exim:
        return _exim(number, line, exim)
    if "from=<" in line:
        return Found(number, line, why=_NOT_OURS)
    return _free(number, line)


def _postfix(number: int, line: str, recipient: str) -> Found:
    status = _STATUS.search(line)
    if status is None:
        return Found(number, line, why="The line does not say whether the message arrived.")
    if status[1].lower() != "sent":
        return Found(number, line, recipient, why=why_not(status[1]) or "The message did not arrive.")
    if _SAME_MACHINE.search(line):
        return Found(number, line, why="The message was only handed on within the same machine.")
    return _dated(number, line, recipient, line[: line.index("to=<")])


def _exim(number: int, line: str, found: re.Match[str]) -> Found:
    moment, sign, rest = found.groups()
    if sign == "<=":
        return Found(number, line, why=_NOT_OURS)
    if sign not in {"=>", "->"}:
        return Found(number, line, why="The message did not arrive.")
    end = _EXIM_END.search(rest)
    addresses = _ADDRESS.findall(rest[: end.start()] if end else rest)
    if not addresses:
        original = re.match(r"\S+ (<[^<>]*>)", rest)  # a local name, with the address it stands for
        addresses = [original[1]] if original else []
    return Found(number, line, addresses[0] if addresses else rest[:80], moment)


def _free(number: int, line: str) -> Found:
    addresses = _ADDRESS.findall(line)
    if not addresses:
        return Found(number, line, why=_NO_ADDRESS)
    rest = _ADDRESS.sub(" ", line)
    pieces = [piece.strip(" <>\"'") for piece in _PIECES.split(rest)]
    pieces = [piece for piece in pieces if piece]
    states = [(piece, state_of(piece)) for piece in pieces if not _DATE.fullmatch(piece)]
    bad = next((piece for piece, state in states if state and state != "sent"), "")
    status = _STATUS.search(rest)
    if status and state_of(status[1]) != "sent":
        bad = status[1]
    if not bad and len(pieces) < 2:  # no signs between the parts: any word may be the state
        bad = failure_in(rest)
    if bad:
        return Found(number, line, ",".join(addresses), why=why_not(bad))
    return _dated(number, line, ",".join(addresses), rest)


def _dated(number: int, line: str, recipients: str, where: str) -> Found:
    dates = set(_DATE.findall(where))
    if len(dates) == 1:
        return Found(number, line, recipients, dates.pop())
    if dates:
        return Found(number, line, why="The line has more than one date.")
    if _NO_YEAR.match(line):
        return Found(number, line, why="The date of the line has no year. Write it as year-month-day.")
    return Found(number, line, why="The line has no date that can be read.")
