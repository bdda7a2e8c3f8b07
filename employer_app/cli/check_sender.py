"""`employer-app check-sender`: does the domain let our mail arrive? Asks the DNS and the mail server."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from employer_app.cli.database import with_database
from employer_app.domain.role import OPERATOR
from employer_app.outbox.sending_check import look


@click.command("check-sender")
@click.option("--selector", default="", help="Of DKIM; without it the usual ones are tried.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_database
def check_sender(selector: str, as_json: bool) -> None:
    """SPF, DKIM, DMARC, MX and the mail server of the sender. Ends with 1 unless all was found."""
    checked = look(actor=OPERATOR, selector=selector)
    if as_json:
        click.echo(json.dumps({**asdict(checked), "fine": checked.fine}, ensure_ascii=False))
    else:
        for one in checked.findings:
            click.echo(f"{one.name}: {one.verdict}. {one.said}")
        if checked.hand_over:
            click.echo(f"\n{checked.hand_over}")
    if not checked.fine:
        raise SystemExit(1)
