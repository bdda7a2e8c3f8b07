"""What changed here, as a file for the system that a list came from."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from employer_app.domain.clock import now
from employer_app.domain.table_file import FileKind, table_file
from employer_app.domain.write_back import Whose, format_for, formats
from employer_app.queries import write_back as queries
from employer_app.web.files import answer_file, wanted_kind
from employer_app.web.filters import here
from employer_app.web.viewer import viewer

blueprint = Blueprint("write_back", __name__, url_prefix="/write-back")


@blueprint.get("")
def index() -> ResponseReturnValue:
    return render_template(
        "write_back/index.html",
        sources=queries.sources(viewer()),
        formats=[(one.key, one.name) for one in formats().values()],
        format_for=format_for,
        kinds=list(FileKind),
        Whose=Whose,
    )


@blueprint.get("/<int(max=2147483647):source_id>/file")
def file(source_id: int) -> ResponseReturnValue:
    """Without a mark in front of the CSV: the other system would take it for a part of a name."""
    name = queries.source_name(viewer(), source_id)
    wanted = request.args.get("as", "")
    columns = formats().get(wanted) or format_for(name)
    whose = Whose.ALL if request.args.get("whose") == Whose.ALL else Whose.KNOWN
    rows = (columns.cells(done) for done in queries.changed(viewer(), source_id, whose))
    kind = wanted_kind()
    title = re.sub(r"[^\w-]+", "-", f"{name[:60]} {now().astimezone(here()).date()}").strip("-")
    return answer_file(title, kind, table_file(kind, columns.header, rows, name))
