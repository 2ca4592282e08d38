"""Files to download, each at its own address: a click on its link works whatever the screen is doing.

Streamlit's download button names a file that each rerun replaces: a click during a rerun asks for the replaced file and gets none.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import streamlit as st
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

import ssl_core as core
from pages._kit.screen import links
from pages._kit.screen.frame import plain_html
from pages._kit.server import api

OURS = ("same-origin", "none")  # Sec-Fetch-Site of a click on our own page, and of a typed address
KINDS = {"csv": "text/csv", "html": "text/html", "svg": "image/svg+xml", "zip": "application/zip", "webp": "image/webp", "gif": "image/gif"}


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


def weights(run: str, dataset: str) -> tuple[str, Path]:
    """A run's network with its card and the script that loads it, as ZIP in a temporary file."""
    name = core.run(run).id
    return name, packed(name)


def with_onnx(run: str, dataset: str) -> tuple[str, Path]:
    """As `weights`, with the network as ONNX too."""
    name = core.run(run).id
    return f"{name}-onnx", packed(name, True)


def packed(run_id: str, *onnx: bool) -> Path:
    """The ZIP of `weights` as a temporary file, which the caller deletes. onnx: as `core.export` takes it."""
    place = temporary()
    with tempfile.TemporaryDirectory() as folder:
        home = core.export(run_id, Path(folder) / run_id, *onnx)
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(home.rglob("*")):
                archive.write(path, f"{run_id}/{path.relative_to(home)}")
    return place


def whole_run(run: str, dataset: str) -> tuple[str, Path]:
    """A run with its results, for another machine, in a temporary file."""
    name, place = core.run(run).id, temporary()
    try:
        core.pack_run(name, place)
    except core.SettingsError:
        place.unlink()
        raise
    return f"{name}-packed", place


def temporary() -> Path:
    """An empty file for what may be too large to be held in memory."""
    number, name = tempfile.mkstemp(prefix="selfsight-", suffix=".zip")
    os.close(number)
    return Path(name)


def report(kind: Literal["html", "csv", "svg"]) -> Callable[[Mapping[str, str]], tuple[str, bytes]]:
    """The report of a comparison, its rows, or its figure; the address names targets, a line each, and the protocol."""

    def made(asked: Mapping[str, str]) -> tuple[str, bytes]:
        texts = [text for text in asked.get("targets", "").split("\n") if text]
        found = core.report_of(texts, None, asked.get("protocol") or "linear")
        return f"{core.Target.parse(texts[0]).title}-report", getattr(found, kind).encode()

    return made


def film(kind: str, curve: bool) -> Callable[[str, str], tuple[str, bytes]]:
    """The film of a run's pictures, or of its curve, as a file of this kind."""

    def made(run: str, dataset: str) -> tuple[str, bytes]:
        name = core.run(run).id
        return f"{name}-{'curve' if curve else 'pictures'}", core.film_of(name, kind, curve).data

    return made


FILES: dict[str, Callable[[str, str], tuple[str, bytes | Path]]] = {
    "labels.csv": labels,
    "classifier.zip": classifier,
    "weights.zip": weights,
    "onnx.zip": with_onnx,
    "run.zip": whole_run,
    "film.webp": film("webp", False),
    "film.gif": film("gif", False),
    "curve.webp": film("webp", True),
    "curve.gif": film("gif", True),
}
REPORTS = {"report.html": report("html"), "report.csv": report("csv"), "report.svg": report("svg")}


def file(request: Request) -> Response:
    """Answers with one of FILES or REPORTS, made at each request from what is stored then; files of any size are streamed from the disk."""
    asked = str(request.path_params["file"])
    if request.headers.get("sec-fetch-site", "none") not in OURS:
        return PlainTextResponse("Files are given to Selfsight's own pages only.", 403)
    if asked not in (*FILES, *REPORTS):
        return PlainTextResponse(f"There is no such file. There are: {', '.join((*FILES, *REPORTS))}.", 404)
    query = request.query_params
    try:
        name, data = REPORTS[asked](query) if asked in REPORTS else FILES[asked](query.get("run", ""), query.get("dataset", ""))
    except core.SettingsError as error:
        return PlainTextResponse(str(error), 404)
    ending = asked.rpartition(".")[2]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}", "Cache-Control": "no-store"}
    if isinstance(data, Path):
        return FileResponse(data, media_type=KINDS[ending], headers=headers, background=BackgroundTask(data.unlink))
    return Response(data, media_type=KINDS[ending], headers=headers)


ROUTES = [Route("/api/file/{file}", file)]
