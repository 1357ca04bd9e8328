"""What `streamlit run` serves: services in the lifespan, security headers around everything, sign-in beside the screens."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from app import bootstrap
from app.errors import BadSetting
from app.runtime import Runtime
from app.settings import Settings
from app.ui import failure, pages, registry_files, routes, streamlit_settings
from app.ui.compression import StaticCompression
from app.ui.headers import SecurityHeaders
from app.ui.known_addresses import KnownAddresses
from app.ui.serving import means_of_sign_in
from app.ui.sign_in_watch import SignInWatch
from app.ui.starting import CurriculumBar, announce

settings = Settings.from_env()
streamlit_settings.check(settings)
runtime = Runtime()
development = means_of_sign_in(settings, runtime)
readiness = routes.Readiness()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Build the services before the first request; close them after the last."""
    bar = CurriculumBar()
    try:
        services = bootstrap.start(bar)
    except BadSetting as error:
        sys.stderr.write(f"ustaz: {error}\n")
        raise
    finally:
        bar.finish()
    gc.freeze()  # what the services hold lives as long as the process: collections need not walk it
    readiness.ready = True
    announce(settings.public_url)
    try:
        yield {"services": services}
    finally:
        readiness.ready = False
        bootstrap.stop()


def note_broken_sign_ins(number: int) -> None:
    """Record sign-ins that broke on their way here."""
    bootstrap.services().accounts.note_broken_sign_ins(number)


addresses: list[BaseRoute] = [
    *routes.build(readiness),
    *registry_files.routes(lambda: bootstrap.services().registry),
    *([development.mount] if development else []),
]
app = st.App(
    "ui/shell.py",
    lifespan=lifespan,
    routes=addresses,
    middleware=[
        Middleware(StaticCompression),
        Middleware(SecurityHeaders, public_url=settings.public_url),
        Middleware(SignInWatch, refused=note_broken_sign_ins, clock=runtime.monotonic),
        Middleware(KnownAddresses, known=pages.addresses(), missing=pages.MISSING.url_path),
    ],
    secrets={"auth": dict(development.auth)} if development else None,
    on_script_error=failure.show,
)
