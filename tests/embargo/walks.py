"""What there is in the real app, found by walking it and not by reading a list of ours."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from employer_app import web
from employer_app.cli import main
from employer_app.domain.channel_choice import Way
from employer_app.domain.message import Kind
from employer_app.extensions import huey
from employer_app.web import files

#: what the pages answer files with, in web/files.py, and what makes a file or a table of rows
_ANSWERS = {"answer_table", "answer_file", "answer_pdf"}
_WRITES = {"neutral_csv", "table_file", "as_csv", "write_bytes", "write_text"}


def routes(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def commands(app: Flask) -> dict[str, click.Command]:
    """By the words that are typed. The tables' own commands, `db`, are one."""
    context = click.Context(main, obj=ScriptInfo(create_app=lambda: app))
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if words == ("db",) or not isinstance(command, click.Group):
            found[" ".join(words)] = command
            return
        if command.invoke_without_command and words:
            found[" ".join(words)] = command
        for name in command.list_commands(context):
            there = command.get_command(context, name)
            assert there is not None
            walk(there, (*words, name))

    walk(main, ())
    return found


def tasks() -> set[str]:
    return {name.rpartition(".")[2] for name in huey._registry._registry}


def kinds() -> set[str]:
    return {kind.value for kind in Kind}


def ways() -> set[str]:
    return {way.value for way in Way}


def exports(app: Flask) -> set[str]:
    pages = {name for name, view in app.view_functions.items() if _called(view) & _ANSWERS}
    printed = {
        f"employer-app {words}"
        for words, command in commands(app).items()
        if words != "db" and _writes(command.callback, set())
    }
    return pages | printed


def hidden_answers(app: Flask) -> set[str]:
    """Functions of the pages that answer with a file and are no view: `exports` would not see them."""
    views = {(view.__module__, view.__name__) for view in map(inspect.unwrap, app.view_functions.values())}
    found = set()
    for path in sorted(Path(web.__path__[0]).rglob("*.py")):
        name = ".".join(("employer_app", "web", *path.relative_to(web.__path__[0]).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and set(_calls(node)) & _ANSWERS:
                found.add((name.removesuffix(".__init__"), node.name))
    return {f"{module}.{name}" for module, name in found - views if module != files.__name__}


def _called(view: object) -> set[str]:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))  # type: ignore[arg-type]
    return set(_calls(ast.parse(source)))


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _writes(function: object, seen: set[object]) -> bool:
    """The function, or one of the command line's that it calls by name."""
    called = inspect.unwrap(function)  # type: ignore[arg-type]
    if called in seen or not called.__module__.startswith("employer_app.cli"):
        return False
    seen.add(called)
    names = _called(called)
    if names & _WRITES:
        return True
    known = [called.__globals__.get(name) for name in names]
    return any(_writes(one, seen) for one in known if inspect.isfunction(one))
