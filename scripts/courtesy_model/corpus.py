"""What the model learns from: sentences with what they sound like.

Law: invented sentences and our own letters alone. What people published is for measuring, and is not read
here.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

from employer_app.domain.courtesy.lexicon import lexicon, pieces, without_denied, without_harmless
from employer_app.domain.courtesy.model import HONEST
from employer_app.domain.courtesy.reading import MASK, normal
from employer_app.domain.merge import TOKENS, Template, compile_text, samples
from employer_app.domain.phone_script import phone_scripts
from employer_app.domain.starter import starters

HERE = Path(__file__).parent / "corpus"
TESTS = Path(__file__).parents[2] / "tests" / "domain" / "courtesy"
DATA = Path(__file__).parents[2] / "employer_app" / "domain" / "data"

#: what a rule of the tests sounds like; of the others only what they leave alone is learnt
LABELS: Mapping[str, str] = {
    "C8": "silence",
    "C12": "open",
    "C14-silence": "silence",
    "C14-vague": "vague",
    "T1": "belittling",
    "T4": "self_pity",
    "T5": "joke",
    "T6": "advice",
    "T8": "marketing",
    "L1": "trait",
    "L2": "age",
    "L3": "fit",
    "L4": "origin",
    "L5": "comparison",
    "L6": "keeping",
    "L7": "again",
    "L8": "hope",
    "L10": "checks",
    "L11": "others",
    "L12": "pay",
}
FEWEST = 8
"""So many sentences a frame makes, if it has as many."""
FRAMES = "frames"
OURS = "letters"
"""The writer of what we ship, and of sentences that no rule may trouble: nothing of it is ever flagged."""
_GAP = re.compile(r"[{}]")
_GOOD = {"C1", "C7", "C8-route", "T7"}
_MASKED = {
    "greeting_name",
    "full_name",
    "role_title",
    "company",
    "contact_name",
    "sender_name",
    "interviewers",
}


@dataclass(frozen=True)
class Example:
    text: str
    """Masked as the wording check masks what it reads; a sentence, or a few that belong together."""
    label: str
    writer: str
    """Whose they are: what one wrote is held out whole when the model is tried."""


def languages() -> list[str]:
    return sorted({path.stem.split(".")[0] for path in HERE.glob("*.jsonl")})


def examples(language: str) -> list[Example]:
    """In a fixed order, each text once."""
    found: dict[str, Example] = {}
    for text, label, writer in chain(
        _written(language), _framed(language), _phrases(language), _letters(language), _said(language)
    ):
        masked = _masked(language, text)
        known = found.setdefault(masked, Example(masked, label, writer))
        if known.label == HONEST != label:  # two see it differently: it is no example of honesty
            found[masked] = Example(masked, label, writer)
    return [one for one in found.values() if len(one.text.split()) > 1]


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in pieces(text)]


def _masked(language: str, text: str) -> str:
    words = lexicon(language)
    return without_denied(words, without_harmless(words, normal(text))) if words else normal(text)


def _written(language: str) -> Iterator[tuple[str, str, str]]:
    for path in sorted(HERE.glob(f"{language}*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            yield one["text"], one["label"], path.stem


def _framed(language: str) -> Iterator[tuple[str, str, str]]:
    path = HERE / f"{language}.frames.toml"
    if not path.is_file():
        return
    for label, frames in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for frame in frames:
            yield from ((text, label, FRAMES) for text in expanded(frame))


def expanded(frame: str) -> list[str]:
    """Each way of filling a gap at least once, and some of the ways of filling all: always the same."""
    parts = [part.split("|") for part in _GAP.split(frame)]
    longest = max(map(len, parts))
    texts = []
    for number in range(max(FEWEST, longest)):
        row = 0 if number < longest else number
        places = [number - row + crc32(f"{row}.{place}{frame}".encode()) for place in range(len(parts))]
        texts.append("".join(ways[at % len(ways)] for ways, at in zip(parts, places, strict=True)))
    return list(dict.fromkeys(texts))


def _phrases(language: str) -> Iterator[tuple[str, str, str]]:
    entries = tomllib.loads((TESTS / "phrases" / f"{language}.toml").read_text(encoding="utf-8"))
    for code, entry in entries.items():
        label = HONEST if code in _GOOD else LABELS.get(code)
        yield from ((text, label, "phrases") for text in entry["positives"] if label)
        yield from ((text, HONEST, "phrases") for text in entry["negatives"])
    honest = tomllib.loads((TESTS / "honest.toml").read_text(encoding="utf-8"))
    yield from ((text, HONEST, OURS) for text in honest.get(language, ()))


def _letters(language: str) -> Iterator[tuple[str, str, str]]:
    """Every sentence of the letters, reasons and short texts that we ship."""
    texts = [one.body for one in starters(language)] + list(_strings(_file("short_texts", language)))
    for source in texts:
        for text in _filled(compile_text(source), language):
            for sentence in sentences_of(text):
                yield sentence, HONEST, OURS
    for sentence in _strings(_file("reasons", language)):
        yield sentence.replace("{criterion}", MASK), HONEST, OURS


def _filled(template: Template, language: str) -> Iterator[str]:
    """With every optional field, with none, and with each alone there or lacking."""
    values = _values(language)
    ways = [template.optional, frozenset[str]()]
    for name in sorted(template.optional):
        ways += [frozenset({name}), template.optional - {name}]
    for there in dict.fromkeys(ways):
        text = template.shape(template.required | there)
        for name, token in TOKENS.items():
            text = text.replace(token, values[name])
        yield text


def _said(language: str) -> Iterator[tuple[str, str, str]]:
    """Every sentence of the phone scripts."""
    for informal in (False, True):
        for script in phone_scripts(language, informal=informal).values():
            for words in script.filled(_values(language)).values():
                yield from ((sentence, HONEST, OURS) for sentence in sentences_of(words))


def _values(language: str) -> dict[str, str]:
    return {name: MASK if name in _MASKED else value for name, value in samples(language).items()}


def _strings(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for inner in entry.values():
            yield from _strings(inner)


def _file(folder: str, language: str) -> Mapping[str, str]:
    path = DATA / folder / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
