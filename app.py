"""The launcher: `streamlit run app.py` serves the screens, our own routes and the middleware that checks every request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from pages._kit.server.guard import welcome
from pages._kit.server.routes import MIDDLEWARE, ROUTES, lifespan


@asynccontextmanager
async def life(server: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Prints the app's address once its port is taken and the app can answer."""
    async with lifespan(server) as state:
        print(welcome(), flush=True)
        yield state


app = st.App("pages/main.py", lifespan=life, routes=ROUTES, middleware=MIDDLEWARE)
