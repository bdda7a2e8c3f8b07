"""`employer-app serve`: the app for real use, web and worker, on one machine."""

from __future__ import annotations

import contextlib
import signal
import socket
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from waitress.server import BaseWSGIServer, create_server

from employer_app.actions.settings import ensure_organisation
from employer_app.actions.users import first_administrator_link
from employer_app.cli.migrations import upgrade
from employer_app.cli.supervise import SupervisedWorker
from employer_app.config import LOOPBACK, BadSettings
from employer_app.defaults import DEFAULTS


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--worker/--no-worker", default=True, help="Run a worker beside the web server.")
@with_appcontext
def serve(host: str, port: int, threads: int, worker: bool) -> None:
    """Create the instance, bring the database up to date, and serve pages and mail."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    refuse_plain_http(app, host)
    if app.config["PUBLIC_URL"] == DEFAULTS["PUBLIC_URL"]:
        app.config["PUBLIC_URL"] = f"http://{host}:{port}"
    # before a new link ends the one that another `serve` on this port has printed
    server = listen(app, host, port, threads)
    prepare(app)
    end_alike()
    click.echo(f"The app is at {app.config['PUBLIC_URL']}")
    if link := first_administrator_link():
        click.echo(f"Open this once, within a day, to become the first administrator:\n  {link}")
    with contextlib.ExitStack() as stack:
        if worker:
            stack.enter_context(SupervisedWorker(Path(app.instance_path)))
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        server.run()


def end_alike() -> None:
    """SIGTERM ends a command as Ctrl-C does, worker and all; a script that runs it can send either."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def prepare(app: Flask) -> None:
    """The schema at its newest, the organisation's row, and the settings said aloud."""
    with app.app_context():
        upgrade()
        ensure_organisation()
    if not app.config["MAIL_SERVER"]:
        click.echo("No mail server is set up: messages wait and nothing leaves. See docs/configure.md.")


def refuse_plain_http(app: Flask, host: str) -> None:
    """Plain http is for this machine alone; everywhere else a proxy with TLS stands in front."""
    if host not in LOOPBACK and not app.config["TRUSTED_PROXIES"]:
        raise BadSettings(
            f"Listening on {host} without TLS would send passwords in clear. Put a proxy with TLS in front "
            "and set TRUSTED_PROXIES=1 (see docs/operate.md), or listen on 127.0.0.1."
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Raises BadSettings now, rather than after the work that comes before `listen`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _taken(port, error) from error


def _taken(port: int, error: OSError) -> BadSettings:
    return BadSettings(f"Port {port} cannot be used: {error.strerror}. Choose another with --port.")


def listen(app: Flask, host: str, port: int, threads: int) -> BaseWSGIServer:
    """The web server, holding its port; `run` serves. Raises BadSettings when the port is taken."""
    try:
        server: BaseWSGIServer = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            # the server would drop what a proxy says of the visitor before the app can read it
            clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
        )
    except OSError as error:
        raise _taken(port, error) from error
    except ValueError as error:
        raise BadSettings(f"There is no address {host} on this machine. Name another with --host.") from error
    return server
