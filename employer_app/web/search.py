"""Find a person or a job."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from employer_app.queries.search import LONGEST, MOST, find
from employer_app.web.viewer import viewer

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    text = request.args.get("q", "")[:LONGEST]
    return render_template("search/index.html", q=text, found=find(viewer(), text), most=MOST)
