"""Every page, in five states, at two widths: one h1, plain words, no sideways scroll, no axe finding.

The states: empty, one row, 500 rows, an error, no rights. A page that is missing in the table fails a test.
With EMPLOYER_PICTURES=1 pictures of all go to test-results/pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import product
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from employer_app.web.gate import OPEN, OWN
from tests.browser import looking
from tests.browser.seen import WORLDS, Seen, State
from tests.browser.sites import Sites

pytestmark = pytest.mark.browser

FULL = (State.ONE, State.MANY)
BAD = "?job=none&reason=none&stage=none&owner=none&from=never&to=never&by=none&state=none&view=none&show=none"

PAGES = (
    Seen("waiting.index", "/?whose=mine", error="&" + BAD[1:], main=True),
    Seen("waiting.index", "/?whose=nobody", name="nobodys", only=(State.EMPTY, State.ONE)),
    Seen("waiting.index", "/?whose=all", name="all", only=FULL),
    Seen("waiting.index", "/?whose=all&job={job}&reason=silent", name="unfolded", only=FULL),
    Seen("waiting.index", "/?whose=all&job={job}&address=yes&pick=all", name="filtered", only=FULL),
    Seen("saved_filters.index", "/saved-filters", error="?page=none"),
    Seen("jobs.index", "/jobs", error=BAD, main=True),
    Seen("jobs.new", "/jobs/new", form="main form"),
    Seen("jobs.show", "/jobs/{job}?view=table", error="&owed=none&after=none&stage=none", main=True),
    Seen("jobs.show", "/jobs/{job}?view=board", name="board", only=(State.EMPTY, *FULL)),
    Seen("jobs.edit", "/jobs/{job}/edit", form="main form"),
    Seen("jobs.stages", "/jobs/{job}/stages", form="aside form"),
    Seen("applications.show", "/applications/{application}", error="?open=none", main=True),
    *(
        Seen("applications.show", f"/applications/{{application}}?open={act}", name=act, only=(State.ONE,))
        for act in ("decide", "move", "move-job", "interview", "letter", "promise", "note", "owner",
                    "no-answer-needed")
    ),
    Seen("applications.show", "/applications/{application}?open=call", form="#act form", name="call",
         only=(State.ONE, State.ERROR)),
    Seen("channels.call", "/applications/{application}/call", error="?about=none&language=none", main=True),
    Seen("channels.letter", "/applications/{application}/letter", form="form[action$='/letter/pdf']"),
    Seen("channels.short_text", "/applications/{application}/short-text", form="main form[method=post]"),
    Seen("manager_asks.new", "/jobs/{job}/ask-manager?again={ask}", form="main form"),
    Seen("manager_asks.new", "/jobs/{job}/ask-manager", name="nobody", only=(State.EMPTY,)),
    Seen("manager_asks.show", "/manager-asks/{ask}", form="form[action$='/confirm']", main=True),
    Seen("manager_asks.by_link", "/manager/{ask_token}", form="main form", who="stranger", main=True),
    Seen("manager_asks.by_link", "/manager/wrong", who="stranger", name="spent", only=(State.EMPTY,),
         status=HTTPStatus.NOT_FOUND),
    Seen("candidates.new", "/jobs/{job}/applicants/new", form="main form"),
    Seen("candidates.edit", "/candidates/{candidate}", form="main form"),
    Seen("candidates.edit", "/candidates/{kept}", name="merged", only=(State.ONE,)),
    Seen("merges.index", "/candidates/same", error="?after=none"),
    Seen("merges.compare", "/candidates/{candidate}/same/{twin}", error="?after=none"),
    Seen("imports.index", "/import", form="main form", main=True),
    Seen("imports.show", "/import/{list}", error="?show=none&from=-1", main=True),
    Seen("imports.show", "/import/{done_list}", name="done", only=FULL),
    Seen("imports.show", "/import/{doubt}", form="form.letters", name="in doubt", only=(State.MANY,)),
    Seen("write_back.index", "/write-back", error="?format=none&whose=none"),
    Seen("batches.close_out", "/jobs/{job}/close-out", form="main form", main=True),
    Seen("batches.update", "/jobs/{job}/update", form="main form"),
    Seen("batches.several_of", "/send-lists/close-out?whose=all&job={job}&counted=1", form="main form",
         only=FULL),
    Seen("batches.write", "/applications/{application}/write", error="?language=none"),
    Seen("batches.text", "/plans/{plan}/text", form="#texts", main=True),
    Seen("batches.text", "/plans/{update_plan}/text", name="update", only=(State.MANY,)),
    Seen("batches.review", "/plans/{plan}/review", error="?view=none", main=True),
    Seen("batches.confirm", "/plans/{plan}/confirm", form="aside form", main=True),
    Seen("batches.show", "/batches/{batch}", error="?show=none", main=True),
    Seen("batches.correct", "/batches/{batch}/correct", error="?name=" + "x" * 300),
    Seen("batches.show", "/batches/{pilot}", name="pilot", only=(State.MANY,)),
    Seen("batches.releases", "/releases", error="?at=none"),
    Seen("batches.release", "/releases/{request}", error="?view=none", main=True,
         only=(State.MANY, State.ERROR)),
    Seen("batches.release", "/releases/{request}", name="own", who="bob", only=(State.MANY,)),
    Seen("messages.index", "/outbox", error=BAD, main=True, needs=("message",)),
    Seen("messages.index", "/outbox", name="nothing", only=(State.EMPTY,)),
    *(
        Seen("messages.index", f"/outbox?state={box}", name=box, only=(State.MANY,))
        for box in ("in-doubt", "stopped", "failed", "queued", "later", "sent", "cancelled", "all")
    ),
    *(
        Seen("messages.show", f"/messages/{{{name}}}", name=name, only=(State.MANY,))
        for name in ("doubt_message", "held_message", "failed_message", "later_message")
    ),
    Seen("restore.index", "/outbox/restored?had_left={restored}", form="main form:has(#go)", main=True,
         only=(State.MANY, State.ERROR)),
    Seen("restore.index", "/outbox/restored", name="nothing", only=(State.EMPTY, State.NO_RIGHTS)),
    Seen("picture.index", "/picture", error=BAD, main=True),
    Seen("picture.people", "/picture/people?waiting=1", error="&bucket=none&when=none&wait=none&list=x"),
    Seen("picture.people", "/picture/people?when=later&grave=1", name="nobody", only=(State.MANY,)),
    Seen("rescue.index", "/rescue", form="form[action$='/change']", main=True),
    Seen("messages.show", "/messages/{message}", error="?view=none", main=True),
    Seen("audit.index", "/audit", error=BAD, main=True),
    Seen("audit.people", "/audit/due", error=BAD),
    Seen("audit.people", "/audit/answered", name="answered", only=FULL),
    Seen("templates.index", "/templates", error="?language=none&kind=none"),
    Seen("templates.index", "/templates?language=pl&kind=holding_note", name="none", only=(State.EMPTY,)),
    Seen("templates.index", "/templates?kind=filled", name="own", only=FULL, needs=("own_letter",)),
    Seen("templates.show", "/templates/{starter}", main=True),
    Seen("templates.show_own", "/templates/own/{own_letter}", main=True),
    Seen("templates.show_own", "/templates/own/{odd_letter}", name="at fault, put away", only=(State.MANY,)),
    Seen("templates.show_version", "/templates/own/{own_letter}/1"),
    Seen("templates.new_own", "/templates/own/new", form="#letter"),
    Seen("templates.edit_own", "/templates/own/{own_letter}/edit", form="#letter", main=True),
    Seen("search.index", "/search?q=a", error="&q=" + "x" * 300),
    Seen("search.index", "/search", name="nothing", only=(State.MANY,)),
    Seen("settings.index", "/settings", form="main form", main=True),
    Seen("settings.places", "/settings/places"),
    Seen("settings.add_place", "/settings/places/new", form="main form"),
    Seen("settings.edit_place", "/settings/places/{place}", form="main form"),
    Seen("settings.people", "/settings/people", form="main form:has([name=email])"),
    Seen("settings.sending", "/settings/sending"),
    Seen("wording.index", "/settings/wording", form="main form:has([name=why])"),
    Seen("sending_check.index", "/settings/sending/check"),
    Seen("settings.confirm_safe_mode_off", "/settings/sending/safe-mode-off"),
    Seen("settings.confirm_demo_removal", "/settings/demo", only=(*FULL, State.NO_RIGHTS),
         needs=("application",)),
    Seen("account.index", "/account", form="main form"),
    Seen("account.password", "/account/password", form="main form"),
    Seen("account.confirm", "/account/confirm", form="main form"),
    Seen("account.sign_in_page", "/sign-in", form="main form", who="stranger", main=True),
    Seen("account.link_page", "/sign-in/link/{newcomer}", who="stranger"),
    Seen("account.link_page", "/sign-in/link/wrong", who="stranger", name="spent", only=(State.EMPTY,),
         status=HTTPStatus.NOT_FOUND),
)  # fmt: skip

#: these answer something other than a page: files, a part of a page, a mail in its frame, words for machines
NO_PAGES = {
    "static",
    "audit.people_csv",
    "batches.mail_preview",
    "batches.messages_csv",
    "batches.progress",
    "batches.release_mail_preview",
    "batches.skipped_csv",
    "imports.bad_rows",
    "jobs.people_csv",
    "merges.same_csv",
    "messages.live",
    "messages.mail_preview",
    "messages.outbox_csv",
    "system.metrics",
    "picture.pdf",
    "picture.people_csv",
    "system.alive",
    "system.outbox_health",
    "system.ready",
    "system.robots",
    "templates.mail_preview",
    "waiting.csv",
    "write_back.file",
}


@pytest.fixture(scope="module")
def sites(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    found = Sites(chromium, tmp_path_factory.mktemp("sites"))
    yield found
    found.close()


def address(sites: Sites, seen: Seen, state: State) -> tuple[str, str] | None:
    """World and path of a page in a state; None when that state has no such page."""
    for world in WORLDS[state]:
        sites.world(world)
        ids = sites.ids[world]
        try:
            path = seen.path.format_map(ids)
        except KeyError:
            continue
        if all(need in ids for need in seen.needs):
            return world, path
    return None


def cases() -> Iterator[tuple[Seen, State]]:
    for seen, state in product(PAGES, State):
        if state not in seen.only or (state is State.ERROR and not (seen.error or seen.form)):
            continue
        if state is State.NO_RIGHTS and (seen.endpoint in OPEN | OWN or seen.name):
            continue
        yield seen, state


@pytest.mark.parametrize(
    ("seen", "state"), [pytest.param(*case, id=f"{case[0].title}-{case[1].value}") for case in cases()]
)
def test_page(sites: Sites, seen: Seen, state: State) -> None:
    found = address(sites, seen, state)
    if found is None:
        assert state is State.EMPTY, "the seeds lack what this page needs"
        return  # an empty house has no such page
    world, path = found
    who = "charlie" if state is State.NO_RIGHTS else seen.who
    with sites.window(world, who) as page:
        problems = look_at(page, seen, state, path)
    assert not problems, "\n".join(problems)


def look_at(page: Page, seen: Seen, state: State, path: str) -> list[str]:
    """What is wrong with the page in this state, at both widths."""
    wanted = HTTPStatus.FORBIDDEN if state is State.NO_RIGHTS else seen.status
    problems: list[str] = []
    with looking.watched(page) as trouble:
        page.set_viewport_size(looking.DESK)
        answer = page.goto(path + (seen.error if state is State.ERROR else ""))
        assert answer is not None
        if answer.status != wanted:
            problems.append(f"status {answer.status}, not {wanted}")
        if urlsplit(page.url).path != urlsplit(path).path:
            problems.append(f"led elsewhere: {page.url}")
        if state is State.ERROR and seen.form:
            problems += send_blank(page, seen.form)
        # everybody without a role sees the same refusal: looking closely at one is enough
        deep = state is not State.NO_RIGHTS or seen.main
        for size in (looking.DESK, looking.PHONE) if deep else (looking.DESK,):
            page.set_viewport_size(size)
            dark = seen.main and size is looking.DESK and state in FULL
            wide = size["width"]
            # what axe finds on a narrow window and not on a wide one, it finds with one row as with many
            closely = deep and (size is looking.DESK or state in {State.ONE, State.ERROR})
            seen_now = looking.look(page, dark=dark, deep=closely, all_rows=size is looking.DESK)
            problems += [f"at {wide}: {one}" for one in seen_now]
            if deep:
                looking.picture(page, state.value, f"{seen.title}-{wide}")
        problems += looking.words(page)
    return problems + trouble


def send_blank(page: Page, form: str) -> list[str]:
    """Send the form with nothing in it, as a browser without its own checks would."""
    with page.expect_navigation():
        page.evaluate(_SEND_BLANK, form)
    said = page.locator(".errors, .form-error, .note").first
    return [] if said.is_visible() else ["a blank form was refused without a word"]


_SEND_BLANK = """(selector) => {
    const form = document.querySelector(selector);
    form.noValidate = true;
    for (const field of form.querySelectorAll('input, textarea')) {
        if (['checkbox', 'radio'].includes(field.type)) field.checked = false;
        else if (!['hidden', 'submit', 'button'].includes(field.type)) field.value = '';
    }
    const buttons = [...form.querySelectorAll('[type=submit]')].filter((one) => one.getClientRects().length);
    const send = buttons.find((one) => one.classList.contains('btn-primary')) ?? buttons[0];
    send.disabled = false;
    form.requestSubmit(send);
}"""


@pytest.mark.parametrize(
    "seen", [pytest.param(each, id=each.title) for each in PAGES if each.endpoint.startswith("settings.")]
)
def test_settings_are_for_administrators(sites: Sites, seen: Seen) -> None:
    found = address(sites, seen, State.ONE)
    assert found is not None
    with sites.window(found[0], "bob") as page:
        answer = page.goto(found[1])
        assert answer is not None
        assert (answer.status, page.locator("h1").count()) == (HTTPStatus.FORBIDDEN, 1)


def test_a_stranger_gets_to_sign_in_from_every_page(sites: Sites) -> None:
    with sites.window("one", "stranger") as page:
        for seen in PAGES:
            found = address(sites, seen, State.ONE)
            if seen.endpoint not in OPEN and found and found[0] == "one":
                page.goto(found[1])
                assert urlsplit(page.url).path == "/sign-in", seen.path


def test_every_page_stands_in_the_table(sites: Sites) -> None:
    rules = sites.world("nothing").app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or set())}
    assert pages == {seen.endpoint for seen in PAGES} | NO_PAGES
