"""The same run again with other seeds: what is said of a method shouldn't hang on one draw of weights and batches."""

from __future__ import annotations

import time
from dataclasses import replace

from ssl_core.jobs import start as jobs_start
from ssl_core.records.runs import folder_of, new_run_folder, run
from ssl_core.records.seeds import group_of, with_its_seeds
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, write_json

MOST = 20  # runs of a group


@disk_in_words()
def more_seeds(run_name: str, count: int = 2) -> list[str]:
    """Makes `count` runs as a run was asked for, each with the next seed that its group lacks; their names. None is started.

    A run that was asked for by minutes gives them its measured number of steps, so that all learn equally long.

    Raises:
        SettingsError: the run came with the program, has no end, or has gone on after its end; or the group would be too large.
    """
    spec, first = spec_of(folder_of(run_name)), group_of(run_name)
    together = with_its_seeds(run_name)
    if run(run_name).starter:
        raise SettingsError(f"The run '{run_name}' came with the program. Train one of your own, then repeat it with other seeds.")
    if spec.until_stopped or spec.continued:
        raise SettingsError(f"'{run_name}' has no fixed length, or has gone on after its end: other seeds couldn't learn equally long.")
    if not 1 <= count <= MOST - len(together):
        raise SettingsError(f"'seeds' must leave a group of at most {MOST} runs. '{first}' has {len(together)}; got {count} more.")
    for each in together:
        if not each.spec.get("group"):
            write_json(each.folder / "spec.json", replace(spec_of(each.folder), group=first).plain())
    taken, made = {each.seed for each in together}, []
    title = run(run_name).title
    for seed in [seed for seed in range(spec.seed + 1, spec.seed + 1 + count + len(taken)) if seed not in taken][:count]:
        folder = new_run_folder(spec.task)
        again = replace(spec, seed=seed, group=first, created=time.time(), facts={}, title=f"{title}, seed {seed}")
        write_json(folder / "spec.json", again.plain())
        made.append(folder.name)
    return made


def start_more_seeds(run_name: str, count: int = 2) -> list[str]:
    """The same, and starts them; they learn one after the other."""
    made = more_seeds(run_name, count)
    for name in made:
        with disk_in_words():
            jobs_start.start(folder_of(name))
    return made
