"""The app behind a proxy, in a browser: pictures, scripts, labels and files come below its path, or a sentence says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pages._kit.screen.links import PLACES
from tests.help.proxied import Way, proxied
from tests.help.serving import serving
from tests.help.visiting import QUIET, end_warm_worker, fresh, press

pytestmark = pytest.mark.browser
PATH = "/lab/proxy/8777"
PICTURES = """() => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])]);
  return within(document).filter((one) => one.tagName === "IMG").map((one) => [one.src, one.complete && one.naturalWidth > 0]);
}"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the app, which is told that a proxy shows it below PATH."""
    folder = tmp_path_factory.mktemp("prefix")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RUNS", "CACHE", "DATA"):
            patch.setenv(f"SSL_{name}", str(folder / name.lower()))
        with serving(["--server.baseUrlPath", PATH.strip("/")], folder) as address:
            yield int(address.rpartition(":")[2].strip("/"))
        end_warm_worker()


def opened(page: Any, address: str) -> list[Any]:
    """Opens a screen and waits until it is drawn, pictures too. Returns their addresses."""
    page.goto(address)
    page.locator(QUIET).wait_for()
    page.wait_for_function(f"() => (({PICTURES})()).length > 3 && (({PICTURES})()).every(([_, drawn]) => drawn)", timeout=20_000)
    return [source for source, _ in page.evaluate(PICTURES)]


@pytest.mark.parametrize(
    ("keeps", "places"),
    [(False, ["data", "fewshot"]), (True, ["fewshot"]), pytest.param(False, list(PLACES), marks=pytest.mark.survey)],
    ids=["path taken off", "path kept", "all screens"],
)
def test_a_screen_comes_whole_below_a_path(port: int, browser: Any, keeps: bool, places: list[str]) -> None:
    with proxied(Way(port, PATH, keeps)) as address, fresh(browser) as page:
        shown = [source for place in places for source in opened(page, address + place)]
        assert any("/api/thumb/" in source for source in shown)
        assert page.faults == [] and [asked for asked in page.asked if asked.startswith("http") and not asked.startswith(address)] == []


def test_the_wall_stores_a_label_and_the_file_comes_down(port: int, browser: Any, tmp_path: Path) -> None:
    with proxied(Way(port, PATH)) as address, fresh(browser) as page:
        opened(page, f"{address}fewshot?dataset=scenes")
        with page.expect_response(re.compile(f"{re.escape(address)}api/label$")) as answer:
            page.locator("[role=option]").nth(2).focus()
            page.keyboard.press("1")
        assert answer.value.status == 200 and answer.value.json()["count"] == 1
        press(page, "Files")
        link = page.locator("a.download[href*='labels.csv']").first
        link.wait_for()
        with page.expect_download() as file:
            link.click()
        assert file.value.url.startswith(address) and Path(file.value.path()).read_text().startswith("id,class\n")
        assert page.faults == []


def test_dark_or_light_is_kept_once_for_the_path_and_taken_over_from_single_screens(port: int, browser: Any) -> None:
    kept = "Object.entries(localStorage).filter(([name]) => name.startsWith('stActiveTheme'))"
    with proxied(Way(port, PATH)) as address, fresh(browser) as page:
        page.goto(f"{address}data")
        page.evaluate(f"""localStorage["stActiveTheme-{PATH}/map-v2"] = '"Dark"'""")  # as an earlier version left it
        page.goto(f"{address}runs")
        assert page.evaluate(kept) == [[f"stActiveTheme-{PATH}/-v2", '"Dark"']]
        page.evaluate("""localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, '"Light"')""")  # as Streamlit's menu does
        page.evaluate("""localStorage.setItem("stActiveTheme-/another/app-v2", '"Dark"')""")
        assert sorted(page.evaluate(kept)) == [["stActiveTheme-/another/app-v2", '"Dark"'], [f"stActiveTheme-{PATH}/-v2", '"Light"']]


SILENT = pytest.param("swallow", "is left without an answer on the way", marks=pytest.mark.survey)


@pytest.mark.parametrize(("way", "said"), [("refuse", "is refused on the way"), SILENT])
def test_where_websockets_are_barred_a_sentence_says_what_to_switch_on(port: int, browser: Any, way: Any, said: str) -> None:
    with proxied(Way(port, PATH, sockets=way)) as address, fresh(browser) as page:
        page.goto(f"{address}data")
        notice = page.get_by_role("alert").filter(has_text="This page stays empty")
        notice.wait_for(timeout=10_000)
        words = notice.inner_text()
        assert said in words and "proxy_set_header Upgrade $http_upgrade" in words and "jupyter-server-proxy" in words


@pytest.mark.survey
def test_a_proxy_that_hides_the_browsers_host_is_told_to_pass_it_on(port: int, browser: Any) -> None:
    with proxied(Way(port, PATH, host="hub.example.org")) as address, fresh(browser) as page:
        page.goto(f"{address}data")
        notice = page.get_by_role("alert").filter(has_text="Selfsight refuses the requests of this page")
        notice.wait_for(timeout=10_000)
        assert "proxy_set_header Host $http_host" in notice.inner_text()
