"""`huice serve`."""

import socket
from typing import Annotated

import typer
import uvicorn

from api.cli.answering import open_snapshot
from api.cli.options import AsOfOrToday, BadCell, Enterprises, IdColumn, Lang, OnBadCell, Pack, Series
from api.cli.screen import Screen
from api.cli.shadowing import Shadow, ShadowOut, check_shadow
from api.http.app import create_app
from api.usecases.refusal import Fault, Refusal
from api.usecases.shadow_log import ShadowLog
from api.usecases.shadow_run import ENDINGS
from api.usecases.shadow_watch import ShadowWatch
from api.usecases.writing import writer_for
from dsl.meaning.types import date_of


def serve_command(
    context: typer.Context,
    pack: Pack,
    enterprises: Enterprises,
    as_of: AsOfOrToday = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    shadow: Shadow = None,
    shadow_out: ShadowOut = None,
    on_bad_cell: OnBadCell = BadCell.error,
    id_column: IdColumn = None,
    series: Series = None,
    lang: Lang = None,
) -> None:
    """Answer over HTTP from one pack and one population, as of one day; /docs describes the service."""
    screen = Screen(context)
    check_shadow(shadow, shadow_out)
    if shadow_out is not None:
        writer_for(shadow_out, ENDINGS)
    listener = _listen(host, port)
    with listener:
        snapshot, warnings, _ = open_snapshot(pack, enterprises, as_of, on_bad_cell, id_column, series)
        screen.problems(warnings)
        watch = None
        if shadow is not None and shadow_out is not None:
            day = str(date_of(snapshot.as_of))
            how = (enterprises, day, on_bad_cell, id_column, series)
            watch = ShadowWatch(shadow, lambda: open_snapshot(shadow, *how).snapshot, ShadowLog(shadow_out)).start()
        app = create_app(snapshot, screen.language, watch)
        found_host, found_port = listener.getsockname()[:2]
        address = f"http://{f'[{found_host}]' if ':' in found_host else found_host}:{found_port}"
        screen.note(screen.say("serving", name=snapshot.name, count=f"{len(snapshot.population):,}", address=address))
        try:
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
        finally:
            if watch is not None:
                watch.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, made before the work begins; Refusal when the port is taken or the host is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refusal("port_taken", Fault.INPUT, host=host, port=port, reason=reason) from None
