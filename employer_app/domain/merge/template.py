"""Compiling a text into a template: fields and questions of presence, or refused with the place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import liquid
from liquid.ast import BlockNode, ConditionalBlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path
from liquid.builtin.expressions.logical import LogicalAndExpression, LogicalOrExpression
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.token import Token

from employer_app.domain.errors import Refused
from employer_app.domain.merge.fields import FIELDS, HOLES, TOKENS, present

MAX_SOURCE = 20_000
"""Characters. Longer than any letter, short enough that compiling stays quick."""

_HOLE_OF: Mapping[str, str] = {hole: name for name, hole in HOLES.items()}
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SPACES = re.compile(r"(?<=\S)[ \t]{2,}")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]+(?=\n|\Z)")
_BLANK_LINES = re.compile(r"\n{3,}")


class TemplateProblem(Refused):
    """The text cannot be used as a template; `line` and `column` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message, field="body")
        self.line = line
        self.column = column


class _Hole(liquid.Undefined):
    """Absent: false in a condition, and a visible mark where it would be printed."""

    def __str__(self) -> str:
        return HOLES[self.name]


class _Environment(liquid.Environment):
    block_nesting_limit = 8
    loop_iteration_limit = 1
    local_namespace_limit = 0
    output_stream_limit = 4 * MAX_SOURCE

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for name in set(self.tags) - _KEPT_TAGS:
            del self.tags[name]
        self.filters.clear()


_KEPT_TAGS = frozenset({"content", "output", "illegal", "if", "unless"})
_ENVIRONMENT = _Environment(undefined=_Hole, tolerance=liquid.Mode.STRICT, strict_filters=True)


class Template:
    """Compiled source. Make one with `compile_text`; equal sources share one object."""

    def __init__(self, source: str, bound: liquid.BoundTemplate, uses: Sequence[tuple[str, bool]]) -> None:
        self.source = source
        self.fields: tuple[str, ...] = tuple(dict.fromkeys(name for name, _ in uses))
        """Every field named, in the order of first use."""
        printed_bare = frozenset(name for name, guarded in uses if not guarded)
        self.required = printed_bare
        self.optional = frozenset(self.fields) - printed_bare
        """Fields that stand only inside an `{% if %}` of their own, or only in conditions."""
        self._bound = bound
        self._named = frozenset(self.fields)
        self._shapes: dict[frozenset[str], str] = {}

    def shape(self, names: frozenset[str]) -> str:
        """The text with one character of `TOKENS` per value and one of `HOLES` per value that is lacking."""
        names &= self._named
        found = self._shapes.get(names)
        if found is None:
            found = _tidy(self._bound.render({name: TOKENS[name] for name in names}))
            self._shapes[names] = found
        return found

    def missing(self, values: Mapping[str, str | None]) -> tuple[str, ...]:
        """The fields that this text would print and that have no value, in the order of the text."""
        return holes(self.shape(frozenset(present(values))))


def holes(shape: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_HOLE_OF[char] for char in shape if char in _HOLE_OF))


def _tidy(text: str) -> str:
    """Close the gaps that a removed sentence leaves behind."""
    text = _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("", text)).strip()


@lru_cache(maxsize=1024)
def compile_text(source: str) -> Template:
    """Raises TemplateProblem, with the place and what to do, for anything a letter cannot be made of."""
    if len(source) > MAX_SOURCE:
        raise TemplateProblem(1, 1, f"The text is too long: {MAX_SOURCE:,} characters are enough.")
    raw = _RAW.search(source)
    if raw:
        raise TemplateProblem(*_place(source, raw.start()), _ONLY_CONDITIONS)
    strange = _PRIVATE_USE.search(source)
    if strange:
        raise TemplateProblem(*_place(source, strange.start()), "This character cannot be sent by mail.")
    try:
        bound = _ENVIRONMENT.from_string(source)
    except LiquidError as error:
        raise _problem(source, error) from None
    return Template(source, bound, list(_uses(source, bound.nodes, frozenset())))


def _uses(source: str, nodes: Sequence[Node], guards: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """(field, whether it is only asked for or printed under its own condition) for each use, in order."""
    for node in nodes:
        if isinstance(node, ContentNode):
            continue
        if isinstance(node, OutputNode):
            name = _printed(source, node.expression)
            yield name, name in guards
        elif isinstance(node, (IfNode, UnlessNode)):
            yield from _uses_of_choice(source, node, guards)
        elif isinstance(node, BlockNode):
            yield from _uses(source, node.nodes, guards)
        else:
            raise TemplateProblem(*_place_of(source, node.token), _ONLY_CONDITIONS)


def _uses_of_choice(
    source: str, node: IfNode | UnlessNode, guards: frozenset[str]
) -> Iterator[tuple[str, bool]]:
    asked, sure = _asked(source, node.condition)
    yield from ((name, True) for name in asked)
    first = guards | sure if isinstance(node, IfNode) else guards
    yield from _uses(source, node.consequence.nodes, first)
    for other in node.alternatives:
        assert isinstance(other, ConditionalBlockNode)  # noqa: S101 - narrows a loosely typed list
        asked, sure = _asked(source, other.expression)
        yield from ((name, True) for name in asked)
        yield from _uses(source, other.block.nodes, guards | sure)
    if node.default:
        yield from _uses(source, node.default.nodes, guards)


def _printed(source: str, expression: Expression) -> str:
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        raise TemplateProblem(*_place_of(source, expression.token), _ONLY_FIELDS)
    if expression.filters:
        raise TemplateProblem(
            *_place_of(source, expression.filters[0].token), "A field is printed as it is: leave out the “|”."
        )
    return _field(source, expression.left)


def _asked(source: str, condition: Expression) -> tuple[tuple[str, ...], frozenset[str]]:
    """The fields a condition asks for, and those that are surely there when it holds."""
    if isinstance(condition, BooleanExpression):
        return _asked(source, condition.expression)
    if isinstance(condition, Path):
        name = _field(source, condition)
        return (name,), frozenset({name})
    if isinstance(condition, (LogicalAndExpression, LogicalOrExpression)):
        left, sure_left = _asked(source, condition.left)
        right, sure_right = _asked(source, condition.right)
        both = isinstance(condition, LogicalAndExpression)
        return left + right, (sure_left | sure_right) if both else (sure_left & sure_right)
    raise TemplateProblem(
        *_place_of(source, condition.token), "A condition may only ask if a field is there."
    )


def _field(source: str, path: Path) -> str:
    name = path.path[0]
    if len(path.path) != 1 or not isinstance(name, str):
        raise TemplateProblem(*_place_of(source, path.token), _ONLY_FIELDS)
    if name in FIELDS:
        return name
    near = difflib.get_close_matches(name, FIELDS, n=1)
    hint = f" Did you mean “{near[0]}”?" if near else " Choose one from the list of fields."
    raise TemplateProblem(*_place_of(source, path.token), f"There is no field “{name}”.{hint}")


_ONLY_FIELDS = "Only the name of a field may stand between {{ and }}."
_ONLY_CONDITIONS = "Only “if”, “else” and “unless” may stand between {% and %}."


def _problem(source: str, error: LiquidError) -> TemplateProblem:
    """The library speaks to programmers, but its place is exact: the source there says what was meant."""
    index = error.token.start_index if error.token else -1
    if index < 0:  # the end of the text came first: what was opened last is what is still open
        index = max(source.rfind("{%"), 0)
    line, column = _place(source, index)
    opened = max(source.rfind("{{", 0, index + 2), source.rfind("{%", 0, index + 2))
    word = _TAG.match(source, max(opened, 0))
    if word is None:
        return TemplateProblem(line, column, f"This cannot be read as a field. {_ONLY_FIELDS}")
    if word[1] not in _WORDS_OF_CONDITIONS:
        return TemplateProblem(line, column, _ONLY_CONDITIONS)
    return TemplateProblem(line, column, "This condition is not complete: {% if field %} … {% endif %}.")


_TAG = re.compile(r"{%-?\s*(\w*)")
_WORDS_OF_CONDITIONS = frozenset({"if", "unless", "else", "elsif", "endif", "endunless"})
_RAW = re.compile(r"{%-?\s*raw\b")


def _place_of(source: str, token: Token) -> tuple[int, int]:
    return _place(source, max(token.start_index, 0))


def _place(source: str, index: int) -> tuple[int, int]:
    before = source[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
