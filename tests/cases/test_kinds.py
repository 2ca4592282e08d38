"""One row a kind of folder: what is understood of it, word for word. A remark that asks begins with "? "."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.reading.account import Choice
from ssl_core.reading.understood import understood
from tests.cases.chosen import CHOSEN
from tests.cases.fields import FIELDS
from tests.cases.folders import FOLDERS
from tests.cases.label_forms import LABEL_FORMS
from tests.cases.labels import LABELS
from tests.cases.masks import MASKS
from tests.cases.names import NAMES
from tests.cases.no_pictures import NO_PICTURES
from tests.cases.own_split import OWN_SPLIT_AND_GROUPS
from tests.cases.related import RELATED
from tests.cases.splits import SPLITS
from tests.cases.written_splits import WRITTEN_SPLITS
from tests.help.trees import planted, table

EVERY = {
    f"{kind}-{name}": case
    for kind, cases in {
        "splits": SPLITS,
        "written_splits": WRITTEN_SPLITS,
        "labels": LABELS,
        "names": NAMES,
        "no_pictures": NO_PICTURES,
        "label_forms": LABEL_FORMS,
        "chosen": CHOSEN,
        "own_split_and_groups": OWN_SPLIT_AND_GROUPS,
        "related": RELATED,
        "folders": FOLDERS,
        "fields": FIELDS,
        "masks": MASKS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", EVERY)
def test_a_folder_is_understood_as_a_person_expects_it(name: str, tmp_path: Path) -> None:
    case = EVERY[name]
    folder = planted(tmp_path / "set", case.pictures, {file: table(*lines) for file, lines in case.tables.items()})
    found = understood(folder, choice=Choice(**case.choice))
    assert found.account is not None
    remarks = tuple(("? " if remark.asks else "") + remark.words for remark in found.account.remarks)
    assert (len(found.train), len(found.test), found.account.words, remarks) == (case.learnt, case.tested, case.words, case.remarks)
