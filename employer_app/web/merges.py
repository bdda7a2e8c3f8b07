"""Records that may be one person: the list, two beside each other, merge, undo, or say that they are two."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import merges as verbs
from employer_app.actions.underway import OnItsWay
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.one_person import left_out, together
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.merges import MergeForm, TwoPeopleForm, UnmergeForm
from employer_app.queries.merges import Comparison, compare, merge_behind
from employer_app.queries.same_people import STEP, like, same_people
from employer_app.web.files import answer_table
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

blueprint = Blueprint("merges", __name__)

ID = "int(max=2147483647)"
TWO = f"/candidates/<{ID}:kept_id>/same/<{ID}:merged_id>"


@blueprint.get("/candidates/same")
def index() -> ResponseReturnValue:
    after = request.args.get("after", "")
    return render_template("candidates/same.html", page=same_people(viewer(), after), after=after, step=STEP)


@blueprint.get("/candidates/same.csv")
def same_csv() -> Response:
    require(viewer(), Verb.EXPORT)
    table = [
        (one.name, one.address, one.phone, other.name, other.address, other.phone,
         ". ".join(t(f"people.why.{reason.likeness}", value=reason.value) for reason in pair.why))
        for pair in same_people(viewer(), limit=None).pairs
        for one, other in [(pair.one, pair.other)]
    ]  # fmt: skip
    header = ("Name", "E-mail", "Phone", "Other name", "Other e-mail", "Other phone", "Why")
    return answer_table("same-person", header, table)


@blueprint.get(TWO, endpoint="compare")
def side_by_side(kept_id: int, merged_id: int) -> ResponseReturnValue:
    seen = compare(viewer(), kept_id, merged_id)
    if (elsewhere := _of_today(seen)) is not None:
        return redirect(elsewhere, 303)
    form = MergeForm(formdata=None)
    form.kept_version.data, form.merged_version.data = seen.kept.version, seen.merged.version
    return _compare_page(seen, form)


@blueprint.post(TWO)
def merge(kept_id: int, merged_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.EDIT)
    seen = compare(viewer(), kept_id, merged_id)
    form = MergeForm()
    if not form.sent():
        return _compare_page(seen, form), 422
    try:
        verbs.merge(
            actor=viewer(),
            kept_id=kept_id,
            merged_id=merged_id,
            kept_version=form.kept_version.data or 0,
            merged_version=form.merged_version.data or 0,
            chosen=form.chosen(),
            force=form.forced,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        seen = compare(viewer(), kept_id, merged_id)
        form.kept_version.data, form.merged_version.data = seen.kept.version, seen.merged.version
        return _compare_page(seen, form, refused), 422
    flash("The two records are one now. You can undo this below.", "done")
    return redirect(url_for("candidates.edit", candidate_id=kept_id), 303)


@blueprint.post(f"{TWO}/two-people")
def two_people(kept_id: int, merged_id: int) -> ResponseReturnValue:
    form = TwoPeopleForm()
    if not form.sent():
        abort(400)
    verbs.not_the_same(actor=viewer(), one_id=kept_id, other_id=merged_id)
    flash("Kept as two people. You are not asked about them again.", "done")
    back = own_path(form.back.data or "")
    return redirect(back if back != "/" else url_for("merges.index"), 303)


@blueprint.post(f"/candidates/merges/<{ID}:merge_id>/undo")
def undo(merge_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.EDIT)
    past = merge_behind(viewer(), merge_id)
    form = UnmergeForm()
    if not form.sent():
        return _undo_page(merge_id), 422
    try:
        verbs.unmerge(
            actor=viewer(), merge_id=merge_id, kept_version=form.version.data or 0, force=form.forced
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        return _undo_page(merge_id, refused), 422
    flash("The two records are two again, each with its own applications.", "done")
    return redirect(url_for("candidates.edit", candidate_id=past.kept_id), 303)


def _undo_page(merge_id: int, refused: Refused | None = None) -> str:
    return render_template(
        "candidates/unmerge.html",
        past=merge_behind(viewer(), merge_id),
        refused=refused,
        on_its_way=refused if isinstance(refused, OnItsWay) else None,
    )


def _of_today(seen: Comparison) -> str | None:
    """Where to go when one of the two stands for somebody else, or no longer for itself."""
    kept, merged = seen.kept.stands_for, seen.merged.stands_for
    if kept == merged:
        return url_for("candidates.edit", candidate_id=kept)
    if (kept, merged) != (seen.kept.id, seen.merged.id):
        return url_for("merges.compare", kept_id=kept, merged_id=merged)
    return None


def _compare_page(seen: Comparison, form: MergeForm, refused: Refused | None = None) -> str:
    kept, merged = seen.kept.record, seen.merged.record
    form.offer(seen.choices, kept, merged)
    ids = {seen.kept.id, seen.merged.id}
    pairs = [pair for pair in like(viewer(), seen.kept.id) if {pair.one.id, pair.other.id} == ids]
    after = together(kept, merged, form.chosen())
    return render_template(
        "candidates/compare.html",
        seen=seen,
        form=form,
        pair=pairs[0] if pairs else None,
        after=after,
        no_room=left_out(kept, merged, after),
        refused=refused,
        on_its_way=refused if isinstance(refused, OnItsWay) else None,
    )
