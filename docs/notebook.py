# %% [markdown]
# # Selfsight in a notebook
# Two minutes on `scenes`, pictures that are drawn on the spot: nothing is downloaded. Open this file in VS Code or PyCharm, which run
# it cell by cell, or as a notebook by `jupytext`. It runs from any folder after `pip install -e .`; runs and caches go into `runs/`
# and `cache/` of the folder that you stand in, or where SSL_RUNS and SSL_CACHE point.

# %% The numbers of this walk
import os

import ssl_core as core

STEPS = int(os.environ.get("SELFSIGHT_STEPS", "150"))
TRAIN, TEST = (int(os.environ.get(f"SELFSIGHT_{split}", default)) for split, default in (("TRAIN", "2000"), ("TEST", "500")))
BATCH = min(64, TRAIN // 4)
OUT = os.environ.get("SELFSIGHT_OUT", "out")

# %% What there is
print(core.list_tasks())

# %%
print(core.list_settings("simclr"))

# %% Train: the run is worked by a process of its own; the cell below waits. Interrupting it leaves the run at work
run = core.train("simclr", dataset="scenes", dataset_options={"n_train": TRAIN, "n_test": TEST}, steps=STEPS, batch=BATCH, seed=0)
run.wait()

# %% The curve, as a table: run.metrics.to_pandas() gives a DataFrame
print(run.metrics)

# %% The network: RGB in [0, 1] in, features out
network = core.load(run)
picture = core.picture("scenes", "test", 12, size=32)
print(network.layers, network.width)

# %% Features of the test pictures, as arrays
found = core.embed(run)
print(found)

# %% How much they know of the classes, beside the same network untrained and the bare pixels; every two on the same pictures
scores = core.compare([run, "random:convnet", "pixels"])
print(scores)

# %% One score with its 95 % interval: taken from the comparison, since it was measured there
print(core.probe(run))

# %% A flat map; "umap" keeps more neighbours and takes half a minute the first time
flat = core.project(run, "pca")
print(flat)

# %% Where the network looks in a picture
look = core.attend(run, core.picture("scenes", "test", 12))
print(look)

# %% Taking it along: weights, a program that runs on torch alone, and a script that loads both
core.export(run.name, os.path.join(OUT, run.name))

# %% After a restart of the kernel the run is found by its name
run = core.handle(run.name)
print(run)
