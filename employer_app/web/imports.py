"""Take in a list of applicants: drop a file, look at what it means, import it. Looking writes nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from employer_app import tasks
from employer_app.actions.imports import lists as verbs
from employer_app.actions.imports import undo as undo_verbs
from employer_app.actions.imports.judging import InDoubt
from employer_app.actions.imports.look import Look
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.sheet import MOST_BYTES
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.role import Verb, may, require
from employer_app.domain.words import t
from employer_app.forms.ids import number
from employer_app.forms.import_choices import posted_columns, posted_pairs
from employer_app.forms.import_reading import ReadingForm
from employer_app.forms.imports import ListForm, UploadForm
from employer_app.queries import imports as queries
from employer_app.queries.imports import ListRow
from employer_app.web import import_asks as asking
from employer_app.web import import_looks as looks
from employer_app.web import import_meanings as meanings
from employer_app.web import import_readings as readings
from employer_app.web import import_uploads as uploads
from employer_app.web.files import answer_table
from employer_app.web.viewer import viewer

blueprint = Blueprint("imports", __name__, url_prefix="/import")

ID = "int(max=2147483647)"
_NAME_IN_BODY = re.compile(rb'; filename="([^"\r\n]{1,800})"')


@blueprint.get("")
def index() -> ResponseReturnValue:
    return _index_page(UploadForm(formdata=None, data={"job_id": number(request.args.get("job"))}))


@blueprint.post("")
def upload() -> ResponseReturnValue:
    """One file leads to its page. Of several, each is a list of its own; one that is no list is said."""
    require(viewer(), Verb.IMPORT)
    form = UploadForm()
    files = [file for file in request.files.getlist("file") if file.filename]
    if not form.sent():
        return _index_page(form), 422
    taken: list[int] = []
    refusals: list[tuple[str, Refused]] = []
    for filename, data in uploads.together([(file.filename or "", file.read()) for file in files]):
        try:
            job_id = form.job_id.data
            taken.append(verbs.upload(filename=filename, data=data, actor=viewer(), job_id=job_id))
        except NotAllowed:
            raise
        except Refused as refused:
            refusals.append((verbs.plain_filename(filename), refused))
    if refusals:
        return _index_page(form, refusals), 422
    there = url_for("imports.show", list_id=taken[0]) if len(taken) == 1 else url_for("imports.index")
    if len(taken) > 1:
        flash(f"{len(taken)} lists are here. Look at each of them; nobody was imported yet.", "done")
    return redirect(there, 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Said before anything of the file was read, but for its name."""
    if not may(viewer(), Verb.IMPORT):
        return error
    found = _NAME_IN_BODY.search(request.environ["wsgi.input"].read(8192))
    filename = found[1].decode("utf-8", "replace") if found else ""
    refused = Refused(
        f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.",
        "Delete the columns you do not need, or split the list.",
        "file",
    )
    return _index_page(UploadForm(formdata=None), [(verbs.plain_filename(filename), refused)]), 413


def _index_page(form: UploadForm, refusals: Sequence[tuple[str, Refused]] = ()) -> str:
    before = number(request.args.get("before"))
    return render_template(
        "imports/index.html",
        form=form,
        refusals=refusals,
        page=queries.lists(viewer(), before),
        before=before,
        waiting=queries.waiting(viewer()),
    )


@blueprint.get(f"/<{ID}:list_id>")
def show(list_id: int) -> ResponseReturnValue:
    row = queries.list_of(viewer(), list_id)
    if row.imported_at or not row.stored:
        obstacle = undo_verbs.obstacle(list_id=list_id, actor=viewer()) if row.can_be_undone else None
        following = queries.waiting(viewer())
        return render_template("imports/done.html", row=row, obstacle=obstacle, following=following)
    if row.asked_at:
        return render_template("imports/under_way.html", row=row, progress=tasks.import_progress(list_id))
    try:
        found = verbs.look(list_id=list_id, actor=viewer())
    except InDoubt as doubt:
        return readings.ask(row, doubt)
    return _look_page(row, found, _form_of(found))


@blueprint.post(f"/<{ID}:list_id>")
def choose(list_id: int) -> ResponseReturnValue:
    """Look again, with what was chosen."""
    row = queries.list_of(viewer(), list_id)
    there = redirect(url_for("imports.show", list_id=list_id), 303)
    if row.imported_at or row.asked_at:
        return there
    return _choose(row, verbs.look(list_id=list_id, actor=viewer())) or there


def _choose(row: ListRow, found: Look) -> ResponseReturnValue | None:
    """Keep what the page chose; the page again when that cannot be."""
    form = _form_of(found, posted=True)
    refused = None
    if form.sent():
        try:
            choices = _chosen(form, found)
            verbs.choose(list_id=row.id, choices=choices, actor=viewer())
        except (NotAllowed, NotFound):
            raise
        except Refused as problem:
            refused = problem
        else:
            return None
    typed = posted_columns(request.form), posted_pairs(request.form, "label", "stage")
    return _look_page(row, found, form, refused, *typed), 422


def _chosen(form: ListForm, found: Look) -> ListChoices:
    """Raises Refused for a mail log that cannot be read."""
    choices = form.choices(found.choices, meanings.shown(found), request.form)
    if request.form.get("forget_mail_log"):
        told = replace(choices.told, log={}, log_names=(), log_ignored=())
        choices = replace(choices, told=told)
    return uploads.with_mail_log(
        choices, request.form.get("mail_log", ""), request.files.get("mail_log_file")
    )


@blueprint.post(f"/<{ID}:list_id>/import")
def keep(list_id: int) -> ResponseReturnValue:
    """Import it. What was chosen on the page but not looked at yet is looked at first."""
    row = queries.list_of(viewer(), list_id)
    there = redirect(url_for("imports.show", list_id=list_id), 303)
    if row.imported_at or row.asked_at:
        return there
    found = verbs.look(list_id=list_id, actor=viewer())
    form = _form_of(found, posted=True)
    if _chosen(form, found) != found.choices:
        answer = _choose(row, found)
        if answer is None:
            flash("Nothing was imported yet: you changed something, and this is what it means now.", "soon")
        return answer or there
    digest, good_only = form.digest.data or "", form.good_only.data == "yes"
    try:
        if found.judged.rows > verbs.SMALL:
            verbs.ask(list_id=list_id, digest=digest, actor=viewer(), good_only=good_only)
            tasks.import_list(list_id)
        else:
            verbs.keep(list_id=list_id, digest=digest, actor=viewer(), good_only=good_only)
    except (NotAllowed, NotFound):
        raise
    except Changed as changed:
        flash(str(changed), "late")
    except Refused as refused:
        return _look_page(row, found, form, refused), 422
    return there


@blueprint.post(f"/<{ID}:list_id>/undo")
def undo(list_id: int) -> ResponseReturnValue:
    row = queries.list_of(viewer(), list_id)
    try:
        gone = undo_verbs.undo(list_id=list_id, actor=viewer())
    except (NotAllowed, NotFound):
        raise
    except Refused as refused:
        flash(str(refused), "late")
    else:
        people = t("page.people", n=gone)
        flash(
            f"The import of {row.filename} was undone: {people} taken out again, nobody was written to.",
            "done",
        )
    return redirect(url_for("imports.show", list_id=list_id), 303)


@blueprint.get(f"/<{ID}:list_id>/bad-rows.csv")
def bad_rows(list_id: int) -> ResponseReturnValue:
    row = queries.list_of(viewer(), list_id)
    header, rows = verbs.look(list_id=list_id, actor=viewer()).bad_rows_table()
    stem = row.filename.rpartition(".")[0] or row.filename
    return answer_table(f"{stem} - rows to mend", header, rows)


@blueprint.post(f"/<{ID}:list_id>/throw-away")
def throw_away(list_id: int) -> ResponseReturnValue:
    row = queries.list_of(viewer(), list_id)
    verbs.throw_away(list_id=list_id, actor=viewer())
    said = "What was imported of it stays." if row.imported_at else "Nobody was imported."
    flash(f"The file {row.filename} was thrown away. {said}", "done")
    return redirect(url_for("imports.index"), 303)


def _form_of(found: Look, *, posted: bool = False) -> ListForm:
    form = ListForm() if posted else ListForm.of(found.choices, listed=found.listed)
    form.offer([(job.id, job.name) for job in queries.open_jobs(viewer())], listed=found.listed)
    return form


def _look_page(
    row: ListRow,
    found: Look,
    form: ListForm,
    refused: Refused | None = None,
    typed_columns: Mapping[int, Field | None] | None = None,
    typed_stages: Mapping[str, str] | None = None,
) -> str:
    shown = request.args.get("show", "")
    only = looks.Verdict(shown) if shown in set(looks.Verdict) else None
    page = looks.row_page(found, only, number(request.args.get("from")) or 0)
    shown_columns = looks.columns(found, typed_columns or {})
    jobs, states = meanings.job_lines(found), meanings.state_lines(found, {})
    stages, down = meanings.stage_lines(found, typed_stages or {}), asking.turned_down(found)
    stage_options, state_options = meanings.stage_options(found), meanings.state_options()
    return render_template(
        "imports/look.html",
        row=row,
        found=found,
        form=form,
        reading=ReadingForm.of(found.choices.reading, found.sheet.sheet_names),
        refused=refused or _said_of_jobs(found),
        asks=asking.asks(found, shown_columns, jobs, stages, states, down),
        down=down,
        columns=shown_columns,
        fields=looks.field_choices(),
        jobs=jobs,
        open_jobs=queries.open_jobs(viewer()),
        stages=stages,
        stage_options=stage_options,
        stage_words=dict(stage_options),
        states=states,
        state_options=state_options,
        state_words=dict(state_options),
        following=queries.waiting(viewer(), but=row.id),
        endings=meanings.endings(found),
        mailed=meanings.mailed(found),
        counts=looks.counts(found),
        only=only,
        page=page,
        pages=_pages(row, only, page),
        waits=looks.waits(found, now().date()),
    )


def _said_of_jobs(found: Look) -> Refused | None:
    """Trouble with the one job that was chosen; that no job was chosen yet is said beside the button."""
    chosen = found.choices.job_id or found.choices.job_title
    return found.job_trouble if found.jobs.one and chosen else None


def _pages(row: ListRow, only: looks.Verdict | None, page: looks.RowPage) -> dict[str, object]:
    """As macros/pager.html reads it."""

    def there(start: int) -> str:
        values = {"from": start, **({"show": only.value} if only else {})}
        return url_for("imports.show", list_id=row.id, _anchor="rows", **values)  # type: ignore[arg-type]

    return {
        "shown": len(page.lines),
        "total": page.total,
        "next": there(page.next) if page.next else "",
        "previous": there(max(0, page.start - looks.PAGE)) if page.start else "",
    }
