"""The page served on this machine until it is ended.

Imports uvicorn. It listens on 127.0.0.1 only; the socket is open before the browser is, so the first page is there at once.
"""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from xltool.page.app import site
from xltool.page.background import Background, Crew
from xltool.page.rendering import Site
from xltool.page.shelf import Shelf


class PortTakenError(Exception):
    """Another program listens on the port."""


def serve(
    folder: Path,
    *,
    single: bool,
    port: int,
    browser: bool,
    say: Callable[[str], None],
    on_fault: Callable[[Exception], str],
) -> None:
    """Serve until the page or Ctrl+C ends it.

    Args:
        folder: the campaign, or the folder campaigns are chosen from.
        single: whether ``folder`` is a campaign.
        port: 0 for any that is free.
        browser: whether to open one.
        say: told the address.
        on_fault: says what to tell of an error nobody foresaw.

    Raises:
        PortTakenError: the port is in use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(128)
        except OSError:
            raise PortTakenError from None

        def stop() -> None:
            server.should_exit = True

        shared = Site(Shelf(folder, single=single), Background(on_fault), Crew(), stop)
        guard = site(shared, listening.getsockname()[1], on_fault)
        config = uvicorn.Config(
            guard,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            log_level="critical",
        )
        server = uvicorn.Server(config)
        say(guard.address)
        if browser:
            webbrowser.open(guard.address)
        try:
            server.run(sockets=[listening])
        finally:
            shared.end()
