"""Files to download, each at its own address: a click on its link works whatever the screen is doing.

Streamlit's download button names a file that each rerun replaces: a click during a rerun asks for the replaced file and gets none.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import ssl_core as core
from pages._kit.screen import links
from pages._kit.screen.frame import plain_html
from pages._kit.server import api

OURS = ("same-origin", "none")  # Sec-Fetch-Site of a click on our own page, and of a typed address
KINDS = {"csv": "text/csv", "zip": "application/zip", "webp": "image/webp", "gif": "image/gif"}


def link(words: str, file: str, icon: str = "", help: str = "", width: Literal["stretch", "content"] = "content", **asked: str) -> None:
    """A link that looks like a button and downloads /api/file/`file`; `asked` names the run and the data set that the file is made from."""
    address, title = links.own("file", file, **asked), f' title="{plain_html(help)}"' if help else ""
    sign = f'<span aria-hidden="true" translate="no">{icon}</span>' if icon else ""
    st.html(f'<a class="download" href="{plain_html(address)}" download{title}>{sign}{plain_html(words)}</a>', width=width)


def labels(run: str, dataset: str) -> tuple[str, bytes]:
    """The labels of a data set as CSV. Returns the file's name without ending, and its bytes, as do `classifier` and `weights`."""
    if not dataset:
        raise core.SettingsError("Say which data set: /api/file/labels.csv?dataset=scenes")
    return f"{dataset}-labels", core.csv_out(api.store(), core.addressed(dataset)).encode()


def classifier(run: str, dataset: str) -> tuple[str, bytes]:
    """A run's network, the classes named in a data set, and a script that classifies a picture, as ZIP."""
    store, dataset = api.store(), core.addressed(dataset)
    classes = core.classes_of(dataset) or store.classes(dataset)
    return f"{dataset}-classifier", core.classifier_zip(run, dataset, store.labels(dataset), classes)


def weights(run: str, dataset: str) -> tuple[str, bytes]:
    """A run's weights and the script that loads them, as ZIP."""
    name = core.run(run).id
    return name, packed(name)


def packed(run_id: str) -> bytes:
    """As `weights`: the bytes of the ZIP."""
    with tempfile.TemporaryDirectory() as folder:
        home = core.export(run_id, Path(folder) / run_id)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(home.rglob("*")):
                archive.write(path, f"{run_id}/{path.relative_to(home)}")
    return file.getvalue()


def film(kind: str, curve: bool) -> Callable[[str, str], tuple[str, bytes]]:
    """The film of a run's pictures, or of its curve, as a file of this kind."""

    def made(run: str, dataset: str) -> tuple[str, bytes]:
        name = core.run(run).id
        return f"{name}-{'curve' if curve else 'pictures'}", core.film_of(name, kind, curve).data

    return made


FILES = {
    "labels.csv": labels,
    "classifier.zip": classifier,
    "weights.zip": weights,
    "film.webp": film("webp", False),
    "film.gif": film("gif", False),
    "curve.webp": film("webp", True),
    "curve.gif": film("gif", True),
}


def file(request: Request) -> Response:
    """Answers with one of FILES, made at each request from what is stored then."""
    asked = str(request.path_params["file"])
    if request.headers.get("sec-fetch-site", "none") not in OURS:
        return PlainTextResponse("Files are given to Selfsight's own pages only.", 403)
    if asked not in FILES:
        return PlainTextResponse(f"There is no such file. There are: {', '.join(FILES)}.", 404)
    try:
        name, data = FILES[asked](request.query_params.get("run", ""), request.query_params.get("dataset", ""))
    except core.SettingsError as error:
        return PlainTextResponse(str(error), 404)
    ending = asked.rpartition(".")[2]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}", "Cache-Control": "no-store"}
    return Response(data, media_type=KINDS[ending], headers=headers)


ROUTES = [Route("/api/file/{file}", file)]
