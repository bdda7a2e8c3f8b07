"""The pages of jobs: the list, the form, the stages, one job with its people. Their addresses stand here."""

from __future__ import annotations

from flask import Blueprint

from employer_app.web.jobs import editing, listing, people, stages

blueprint = Blueprint("jobs", __name__)

_ID = "<int(max=2147483647):job_id>"
_STAGE = "<int(max=2147483647):stage_id>"

blueprint.add_url_rule("/jobs", "index", listing.index)
blueprint.add_url_rule("/jobs/new", "new", editing.new, methods=["GET", "POST"])
blueprint.add_url_rule(f"/jobs/{_ID}", "show", people.show)
blueprint.add_url_rule(f"/jobs/{_ID}/people.csv", "people_csv", people.people_csv)
blueprint.add_url_rule(f"/jobs/{_ID}/move", "move", people.move, methods=["POST"])
blueprint.add_url_rule(
    f"/jobs/{_ID}/picked/<any('close-out',update):what>", "picked", people.picked, methods=["POST"]
)
blueprint.add_url_rule(f"/jobs/{_ID}/edit", "edit", editing.edit, methods=["GET", "POST"])
blueprint.add_url_rule(
    f"/jobs/{_ID}/<any(open,close,reopen,finish):step>", "step", editing.step, methods=["POST"]
)
blueprint.add_url_rule(f"/jobs/{_ID}/stages", "stages", stages.index, methods=["GET", "POST"])
blueprint.add_url_rule(
    f"/jobs/{_ID}/stages/{_STAGE}/<any(rename,mark,up,down,delete):act>",
    "change_stage",
    stages.change,
    methods=["POST"],
)
