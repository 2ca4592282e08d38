"""Our own addresses: labels are on disk before the answer, and nobody else's page may write them."""

import asyncio
import io
import json
import re
import uuid

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

import ssl_core as core
from pages._kit.screen import links
from pages._kit.server import api
from ssl_core.reading import files
from tests.help.folders import fill

HERE = "http://127.0.0.1"


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_RUNS", str(tmp_path / "runs"))
    yield Client()
    core.label_store(core.runs_root()).close()


class Client:
    """Requests to our routes without a server."""

    app = Starlette(routes=api.ROUTES)

    def get(self, address, **more):
        return self._ask("GET", address, **more)

    def post(self, address, **more):
        return self._ask("POST", address, **more)

    def _ask(self, *what, **more):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HERE) as client:
                return await client.request(*what, **more)

        return asyncio.run(ask())


def click(picture="train-1", name="bird", set_name="scenes"):
    return {"set": set_name, "id": picture, "class": name, "action": str(uuid.uuid4())}


def reason(answer):
    return answer.json()["reason"]


def test_a_label_is_on_disk_before_the_answer(client, tmp_path):
    answer = client.post("/api/label", json=[click()])
    assert answer.status_code == 200
    assert {"saved": 1, "count": 1}.items() <= answer.json().items()
    reader = core.Store(tmp_path / "runs" / "labels.sqlite")
    assert reader.labels("scenes") == {"train-1": "bird"}
    reader.close()


def test_the_same_request_twice_is_answered_alike_and_stored_once(client):
    batch = [click("train-1"), click("train-2")]
    first, again = client.post("/api/label", json=batch), client.post("/api/label", json=batch)
    assert first.json() == again.json()
    assert again.json()["count"] == 2


def test_two_hundred_single_requests_are_two_hundred_labels(client):
    for i in range(200):
        assert client.post("/api/label", json=[click(f"train-{i}")]).json()["count"] == i + 1


def test_undo_goes_through_the_same_address(client):
    client.post("/api/label", json=[click("train-1"), click("train-2", "cup")])
    undo = {"set": "scenes", "undo": True, "action": str(uuid.uuid4())}
    answer = client.post("/api/label", json=[undo]).json()
    assert (answer["undone"], answer["undo"], answer["now"]) == ("cup", "bird", {"train-2": None})


def test_labels_can_be_read_back(client):
    client.post("/api/label", json=[click("train-9"), click("train-1", "cup")])
    answer = client.get("/api/labels", params={"set": "scenes"}).json()
    assert list(answer["labels"].items()) == [("train-9", "bird"), ("train-1", "cup")]
    assert (answer["count"], answer["undo"], answer["classes"]) == (2, "cup", [])


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_sites_page_may_not_label(client, site):
    answer = client.post("/api/label", json=[click()], headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, client.get("/api/labels", params={"set": "scenes"}).json()["count"]) == (403, 0)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_foreign_form_can_send_is_refused(client, kind):
    body = json.dumps([click()])
    assert client.post("/api/label", content=body, headers={"Content-Type": kind}).status_code == 415


def test_too_long_a_body_is_refused_however_it_comes(client):
    body = json.dumps([click() for _ in range(199)]).encode() + b" " * api.MOST_BYTES
    head = {"Content-Type": "application/json"}
    assert client.post("/api/label", content=body, headers=head).status_code == 413

    async def parts():
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    assert client.post("/api/label", content=parts(), headers=head).status_code == 413


def test_of_a_body_that_says_that_it_is_too_long_nothing_is_read(client):
    read = []

    async def parts():
        for _ in range(800):
            read.append(1)
            yield b" " * 2**16

    head = {"Content-Type": "application/json", "Content-Length": str(50 * 2**20)}
    assert client.post("/api/label", content=parts(), headers=head).status_code == 413
    assert len(read) <= 1


def test_a_body_that_does_not_come_to_its_end_is_given_up(client, monkeypatch):
    monkeypatch.setattr(api, "PATIENCE", 0.05)

    async def parts():
        yield b"["
        await asyncio.sleep(60)

    answer = client.post("/api/label", content=parts(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, reason(answer)) == (408, "The request didn't come to its end within 0.05 seconds. Send it again.")


HOSTILE = "<img src=x onerror=alert(1)>"


def test_markup_in_a_label_comes_back_as_the_text_it_is_and_never_as_a_page(client):
    answer = client.post("/api/label", json=[click(name=HOSTILE[:40], set_name=HOSTILE)])
    assert answer.headers["content-type"] == "application/json" and answer.json()["now"] == {"train-1": HOSTILE[:40]}
    answer = client.get("/api/labels", params={"set": HOSTILE})
    assert answer.headers["content-type"] == "application/json" and answer.json()["count"] == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(client, method):
    assert client._ask(method, "/api/label").status_code == 405


def test_two_hundred_actions_fit_into_one_request(client):
    batch = [click(f"train-{i}", "a class of forty characters, all of them u"[:40]) for i in range(200)]
    assert client.post("/api/label", json=batch).json()["saved"] == 200


@pytest.mark.parametrize("body", ["", "{", "[]", "3", "null", '[{"set": 1}]', "[" * 50_000, b"\xff"])
def test_a_malformed_body_gets_a_sentence(client, body):
    answer = client.post("/api/label", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert reason(answer).endswith(".")


def test_a_place_that_can_not_be_written_is_said_and_may_be_tried_again(client, tmp_path):
    (tmp_path / "runs").write_text("a file where the folder should be")
    answer = client.post("/api/label", json=[click()])
    assert answer.status_code == 503
    assert "Labels can't be kept in" in reason(answer)
    (tmp_path / "runs").unlink()
    assert client.post("/api/label", json=[click()]).json()["count"] == 1


def test_labels_are_not_read_by_get(client):
    assert client.get("/api/label").status_code == 405


def test_a_thumbnail_has_the_size_asked_for_and_is_asked_for_again(client):
    answer = client.get("/api/thumb/scenes/train-12.png", params={"size": 96})
    assert Image.open(io.BytesIO(answer.content)).size == (96, 96)
    assert answer.headers["cache-control"] == "private, no-cache"  # another picture may stand at this place tomorrow
    again = client.get("/api/thumb/scenes/train-12.png", params={"size": 96}, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_thumbnail_changes_with_its_folder(client, own_folders):
    photos = fill(own_folders / "photos", [f"{letter}.png" for letter in "bcdefgh"])
    core.add_folder("mine", photos)
    address, ask = "/api/thumb/mine/train-0.png", links.thumb("mine", "train-0")
    before = client.get(address)
    assert client.get(address, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    (photos / core.open_set("mine", "train").file(0)).unlink()
    files.forget()
    after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and after.content != before.content and links.thumb("mine", "train-0") != ask


def test_a_thumbnail_of_another_reading_is_never_in_a_cache(client, own_folders):
    core.add_folder("mine", fill(own_folders / "photos", [f"{kind}/{k}.png" for kind in ("a", "b") for k in range(6)]))
    address = f"/{links.thumb('mine', 'train-0')}"
    assert client.get(address).status_code == 200
    core.choose("mine", core.Choice(classes="none"))
    late, fresh = client.get(address), client.get(f"/{links.thumb('mine', 'train-0')}")
    assert (late.status_code, late.headers["cache-control"], fresh.status_code) == (404, "no-store", 200)
    core.undo_choice("mine")
    assert links.thumb("mine", "train-0") == address[1:] and client.get(address).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "scenes/train-999999999.png",
        "scenes/train-.png",
        "scenes/secret-1.png",
        "scenes/train-1.png?size=big",
        "scenes/train-1.png?size=-1",
        "no-such-set/train-1.png",
        "..%2F..%2Fetc/train-1.png",
        "..%5C..%5Cetc/train-1.png",
        "%00/train-1.png",
        "..%252F..%252Fetc/train-1.png",
        "%2E%2E/train-1.png",
        "%5C%5Cserver%5Cshare/train-1.png",
        "~/train-1.png",
        "~nobody/x/train-1.png",
        "~nobody-at-all/train-1.png",
        "~%00/train-1.png",
        "scenes%00/train-1.png",
        "scenes/..%2F..%2Ftrain-1.png",
        "scenes/train-1%00.png",
        "scenes/train-%D9%A3.png",
        "a" * 10_000 + "/train-1.png",
    ],
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(f"/api/thumb/{path}").status_code == 404


def test_an_enormous_size_is_held_down(client):
    answer = client.get("/api/thumb/scenes/train-12.png", params={"size": 9999})
    assert max(Image.open(io.BytesIO(answer.content)).size) == api.SIZES[-1]


@pytest.mark.parametrize("name", ["wall.js", "hole.js", "squares.js", "large.js", "narrow.js", "turn.js"])
def test_what_a_script_imports_is_named_by_its_contents_too(client, name):
    (shared,) = re.findall(r'from "\./(.+?)"', client.get(f"/api/asset/{name}").text)
    answer = client.get(f"/api/asset/{shared}")
    assert shared == f"mount.js?v={api.script('mount.js')[1]}" and "immutable" in answer.headers["cache-control"]
    for made in ("asking", "listener", "make", "mounted"):
        assert f"export function {made}(" in answer.text


def test_a_script_named_by_its_contents_is_kept_for_ever(client):
    _, mark = api.script("wall.js")
    assert "immutable" in client.get(f"/api/asset/wall.js?v={mark}").headers["cache-control"]
    assert client.get("/api/asset/wall.js?v=old").headers["cache-control"] == "no-cache"
    assert client.get("/api/asset/style.css").status_code == 404
