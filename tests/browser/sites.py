"""The worlds of seeds.py as real sites, each made when it is first looked at, and who is signed in where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from employer_app.actions.settings import ensure_organisation
from tests.browser import asks, letters, second_look, seeds
from tests.browser.served import Served


@dataclass
class Sites:
    """The worlds as they are served, each made when first asked for, and who is signed in where."""

    browser: Browser
    folder: Path
    served: dict[str, Served] = field(default_factory=dict)
    ids: dict[str, seeds.Ids] = field(default_factory=dict)
    links: dict[tuple[str, str], str] = field(default_factory=dict)
    contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    windows: dict[tuple[str, str], Page] = field(default_factory=dict)

    def world(self, name: str) -> Served:
        if name not in self.served:
            site = self.served[name] = Served(self.folder / name, {"SEND_WINDOW": "always"}).__enter__()
            with site.context():
                ensure_organisation()
                people = seeds.accounts()
                self.links |= {(name, who): seeds.link_of(person) for who, person in people.items()}
                ids = {**seeds.WORLDS[name](people["alice"]), "starter": seeds.STARTER}
                ids |= second_look.large_lists(name, people["bob"])
                ids |= letters.of_our_own(name, people["alice"])
                self.ids[name] = {**ids, **asks.of_managers(name, ids, people["alice"])}
        return self.served[name]

    def open(self, world: str, who: str) -> Page:
        """A new window of this person's browser."""
        site = self.world(world)
        if (world, who) not in self.contexts:
            context = self.browser.new_context(base_url=site.url, reduced_motion="reduce")
            context.set_default_timeout(20_000)
            if who != "stranger":
                page = context.new_page()
                page.goto(self.links[world, who])
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url(lambda url: "/sign-in" not in url)
                page.close()
            self.contexts[world, who] = context
        return self.contexts[world, who].new_page()

    @contextmanager
    def window(self, world: str, who: str) -> Iterator[Page]:
        """This person's window, for one page after the other: a new one costs Chromium more than most pages.

        Whoever fails in it keeps it; the next one gets another.
        """
        page = self.windows.pop((world, who), None) or self.open(world, who)
        yield page
        self.windows[world, who] = page

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()
        for site in self.served.values():
            site.__exit__(None, None, None)
