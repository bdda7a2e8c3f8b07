"""Laws that no linter has. Each names the law and the place that breaks it."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from employer_app import schema
from employer_app.extensions import Base, UTCDateTime, db

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "employer_app"
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
STATUS_COLUMNS = {"status", "depth", "decided_at", "told_at", "told_how", "waived", "final_owed_since"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources("employer_app", "tests", "scripts")
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in sources("employer_app")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_only_transaction_commits() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sources("employer_app")
        if re.search(r"\bcommit\(", path.read_text("utf-8")) and path.name != "extensions.py"
    ]
    assert found == []


def test_only_the_ledger_writes_what_the_fold_says() -> None:
    """`application.status = …` anywhere but in ledger/ would be a status that no fact explains."""
    broken = []
    for path in sources("employer_app"):
        if path.parent.name == "ledger":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            broken += [
                f"{path.relative_to(ROOT)}:{target.lineno}"
                for target in targets
                if isinstance(target, ast.Attribute)
                and target.attr in STATUS_COLUMNS
                and isinstance(target.value, ast.Name)
                and target.value.id == "application"
            ]
    assert broken == []


def public_functions(floor: str) -> Iterator[tuple[str, inspect.Signature]]:
    for path in sorted((PACKAGE / floor).rglob("*.py")):
        if path.name == "__init__.py":
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = import_module(name)
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == name and not function_name.startswith("_"):
                yield f"{name}.{function_name}", inspect.signature(function)


def opens_transaction(qualified: str) -> bool:
    module, _, name = qualified.rpartition(".")
    return "with transaction()" in inspect.getsource(getattr(import_module(module), name))


#: verbs of the machine and of start-up: nobody is signed in when they run
NO_ACTOR = {
    "employer_app.actions.imports.lists.keep_asked",  # acts for whoever asked, with their rights of now
    "employer_app.actions.manager_answers.answer",  # of a manager without an account: the link is the right
    "employer_app.actions.settings.ensure_organisation",
    "employer_app.actions.users.first_administrator_link",
    "employer_app.actions.users.set_up",
    "employer_app.actions.users.use_sign_in_link",
    "employer_app.actions.users.end_sessions",
}


def test_every_verb_takes_its_actor() -> None:
    missing = [
        name
        for name, signature in public_functions("actions")
        if opens_transaction(name) and "actor" not in signature.parameters and name not in NO_ACTOR
    ]
    assert [name for name in missing if ".sign_in." not in name] == []


def test_models_and_migrations_agree(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _same_kind, "target_metadata": Base.metadata}
        )
        assert compare_metadata(context, Base.metadata) == []


def _same_kind(
    _context: object, _column: object, _metadata: object, _found: object, wanted: sa.types.TypeEngine[object]
) -> bool | None:
    return False if isinstance(wanted, UTCDateTime) else None


def test_there_is_one_migration_head_and_the_app_expects_it() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"), version_locations=[str(ROOT / "migrations/versions")])
    assert scripts.get_heads() == [schema.head()]


def test_a_running_app_loads_no_migrations() -> None:
    """They cost ten megabytes in every worker."""
    code = "import sys; from employer_app.cli import main; print('alembic' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


FORBIDDEN = re.compile(r"(?i:pypi\.org|pythonhosted|registry\.npmjs|\.\./shared)|\b(?:TODO|FIXME)\b")


@pytest.mark.parametrize("folder", ["employer_app", "templates", "docs", "migrations", "scripts"])
def test_committed_text_speaks_of_the_product(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".md", ".toml"}
        and (match := FORBIDDEN.search(path.read_text("utf-8")))
    ]
    assert found == []
