import subprocess, sys, re, os
from pathlib import Path
import pytest
from tests.visiting import *
from tests.e2e.test_results import run_of
import tests.e2e.test_results as tr
from tests.e2e.conftest import *
RUNS = """
import numpy as np, os
from pathlib import Path
from PIL import Image
import ssl_core as core
from ssl_core.jobs import ask
from ssl_core.mapping import map_request
from ssl_core.targets import Target
from ssl_core.work import work
from tests.small import small_run
from tests.folders import fill
photos = Path(os.environ["SSL_RUNS"]).parent / "photos"
core.add_folder("mine", fill(photos, [f"train/{k:03}.png" for k in range(40)] + ["test/a.png"]))
core.label_store(core.runs_root()).set_classes("mine", ["cat", "dgo"])
folder, _ = small_run("rotation", title="Turns", dataset_options={"n_train": 64, "n_test": 120})
work(ask("project", map_request(Target.parse(folder.name), "pca"), folder))
"""
@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with tr.open_house(tmp_path_factory.mktemp("results")) as made:
        subprocess.run([sys.executable, "-c", RUNS], cwd=tr.ROOT, check=True)
        made.start()
        yield made

def test_dialog(house, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900}); page.set_default_timeout(60000)
    page.goto(f"{house.address}/map?run={run_of('rotation')}")
    page.get_by_text("pictures, arranged by likeness").wait_for()
    page.get_by_text("Click one", exact=True).click()
    page.wait_for_timeout(1500)
    page.locator(".js-plotly-plot .point").nth(5).click(force=True)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.wait_for_timeout(2500)
    print(dialog.inner_text()); page.screenshot(path="/tmp/d1.png")
    b = dialog.get_by_role("button", name=re.compile("Look at the test|Have the others"))
    b.click()
    page.wait_for_timeout(15000)
    print("AFTER", dialog.inner_text()); page.screenshot(path="/tmp/d2.png")

def test_names(house, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900}); page.set_default_timeout(60000)
    page.goto(f"{house.address}/fewshot?dataset=mine")
    page.get_by_text("Change the names").click()
    page.get_by_label("Name 2").fill("dog")
    page.get_by_label("More kinds").fill("bird")
    page.screenshot(path="/tmp/n1.png")
    page.get_by_role("button", name="Save the names").click()
    page.wait_for_timeout(4000)
    page.screenshot(path="/tmp/n2.png")
    print(page.locator(".pills").inner_text())
