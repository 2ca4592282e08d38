"""Groups, captions and other columns of a table."""

from __future__ import annotations

import pytest

from ssl_core.reading.tables import words
from tests.help.animals import ANIMALS, questions, said
from tests.help.telling import PICTURES, sentence


@pytest.mark.parametrize("header", ["patient_id", "lesion_id", "subject", "case_id", "PatientID"])
def test_pictures_of_one_being_are_kept_together_and_that_is_asked_about(header: str) -> None:
    found = said(ANIMALS, [f"p{k // 2}" for k in range(8)], header=f"label,{header}")
    assert found.groups == {p: f"p{k // 2}" for k, p in enumerate(PICTURES)} and found.assumed["group"] == f"a.csv:{header}"
    assert questions(found) == [
        (
            f"`a.csv` names 4 groups in its column `{header}` for 8 pictures: "
            "a split of Selfsight's own keeps the pictures of a group together.",
            {"group": "none"},
        )
    ]
    assert said(ANIMALS, [f"p{k // 2}" for k in range(8)], header=f"label,{header}", group="none").groups == {}


@pytest.mark.parametrize("header", ["session", "video_id", "site", "camera", "Scene"])
def test_pictures_of_one_occasion_are_offered_as_groups(header: str) -> None:
    found = said(ANIMALS, [f"p{k // 2}" for k in range(8)], header=f"label,{header}")
    assert found.groups == {} and [other for _, other in questions(found)] == [{"group": f"a.csv:{header}"}]
    assert len(set(said(ANIMALS, [f"p{k // 2}" for k in range(8)], header=f"label,{header}", group=f"a.csv:{header}").groups.values())) == 4


def test_captions_and_other_columns_are_kept() -> None:
    found = said(ANIMALS, [f"a  cat {k}" for k in range(8)], range(8), ["NA", *"abcdefg"], header="label,caption,age,house")
    assert found.captions["003.png"] == "a cat 3" and found.columns == {"age": True, "house": False}
    assert found.factors["003.png"] == {"age": 3, "house": "c"}
    assert sentence(found, "a.csv") == (
        "`a.csv` names classes in its column `label`, has captions in `caption` and colours maps by 2 columns: 8 rows about 8 pictures."
    )


def test_words_that_end_as_ids_do_are_none() -> None:
    assert not any(map(words.identifies, ("Fluid", "Thyroid", "COVID", "is_valid", "solid", "grid", "aid")))
    assert all(map(words.identifies, ("user_id", "captureID", "seqid", "ID", "androidId", "patientid", "rapid_id")))
