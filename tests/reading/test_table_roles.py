"""Columns of tables by their headers and values: classes, parts, groups, captions, quantities, and what several tables say together."""

from __future__ import annotations

import time

import pytest

from ssl_core.reading.tables import words
from ssl_core.settings import SettingsError
from tests.help.telling import PICTURES, by_class, by_part, sentence, table, tell

ANIMALS = ["cat", "dog"] * 4
EVEN = {"cat": "000 002 004 006", "dog": "001 003 005 007"}
MANY = tuple(f"{k:03d}.png" for k in range(24))


def said(*columns: list[object] | tuple[object, ...], header: str = "label", pictures: tuple[str, ...] = PICTURES, **choice: object):
    return tell({"a.csv": table(f"file,{header}", pictures, *columns)}, pictures, **choice)


def questions(told) -> list[tuple[str, dict[str, object]]]:
    return [(remark.words, remark.other) for remark in told.remarks if remark.asks]


# classes


@pytest.mark.parametrize(
    "header",
    [
        "label",
        "Class",
        "target",
        "category",
        "species",
        "breed",
        "diagnosis",
        "dx",
        "class_name",
        "ClassId",
        "y",
        "Label Name",
        "disease",
        "choice",
    ],
)
def test_a_header_says_that_a_column_names_classes(header: str) -> None:
    found = said(ANIMALS, header=header)
    assert by_class(found) == EVEN and found.assumed["classes"] == f"a.csv:{header}" and not questions(found)


@pytest.mark.parametrize(
    ("header", "columns", "column"),
    [
        ("class_id,class_name", ([0, 1] * 4, ANIMALS), "class_name"),
        ("class_name,class_id", (ANIMALS, [7, 9] * 4), "class_name"),
        ("label,name_of_it", ([0, 1] * 4, ANIMALS), "name_of_it"),
        ("dx,dx_type,sex", (ANIMALS, ["histo"] * 8, ["m", "f", "f", "m"] * 2), "dx"),
        ("type,label", (["a", "b", "b", "a"] * 2, ANIMALS), "label"),
        ("width,height,ClassId", (range(8), range(8), ANIMALS), "ClassId"),
        ("breed,split", (ANIMALS, ["train"] * 4 + ["test"] * 4), "breed"),
    ],
)
def test_names_go_before_numbers_and_plain_headers_before_others(header: str, columns: tuple[list[object], ...], column: str) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == EVEN and found.assumed["classes"] == f"a.csv:{column}" and not questions(found)


def test_columns_that_part_the_pictures_otherwise_under_as_plain_a_header_are_asked_about() -> None:
    found = said(ANIMALS, ["old", "old", "young", "young"] * 2, header="species,breed")
    assert questions(found) == [
        (
            "`a.csv` names classes in its column `species`; its column `breed` parts the pictures otherwise.",
            {"classes": "a.csv:breed"},
        )
    ]
    assert by_class(said(ANIMALS, ["old", "old", "young", "young"] * 2, header="species,breed", classes="a.csv:breed")) == {
        "old": "000 001 004 005",
        "young": "002 003 006 007",
    }


@pytest.mark.parametrize(
    ("header", "columns", "labels", "words_"),
    [
        (
            "kennel",
            (ANIMALS,),
            EVEN,
            "`a.csv` says in no header which column names classes; `kennel` is taken, whose values are few and repeat.",
        ),
        (
            "kennel,coat",
            (ANIMALS, ["old", "old", "young", "young"] * 2),
            {},
            "No column of `a.csv` says by its header that it names classes; 'kennel', 'coat' might: "
            "which names its classes is for you to say.",
        ),
        (
            "ring",
            ([3, 5] * 4,),
            {},
            "No column of `a.csv` says by its header that it names classes; 'ring' might: which names its classes is for you to say.",
        ),
        ("note", ([f"seen {k}" for k in range(8)],), {}, None),
        ("weight", ([k / 3 for k in range(8)],), {}, None),
        ("kennel", ([*ANIMALS[:2], *[""] * 6],), {}, None),
    ],
)
def test_without_a_known_header_the_content_decides(header, columns, labels, words_) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == labels
    assert [remark.words for remark in found.remarks] == ([words_] if words_ else [])
    if not words_:
        assert sentence(found, "a.csv").endswith(f"o column names classes (its columns: file, {header}).")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("cat,dog", ([1, 0] * 4, [0, 1] * 4)),
        (" cat, dog", ([" 1", " 0"] * 4, [" 0", " 1"] * 4)),
        ("cat,dog,owl", (["1.0", "0.0"] * 4, ["0.0", "1.0"] * 4, ["0.0"] * 8)),
        ("cat,age,dog", ([1, 0] * 4, range(8), [0, 1] * 4)),
        ("male,age,cat,dog", ([1, 1, 0, 0] * 2, range(8), [1, 0] * 4, [0, 1] * 4)),
        ("cat,dog,age", (["True", "False"] * 4, ["False", "True"] * 4, range(8))),
        ("is_test,cat,dog", ([0] * 6 + [1] * 2, [1, 0] * 4, [0, 1] * 4)),
    ],
)
def test_one_column_a_class_of_which_one_is_hot(header: str, columns: tuple[list[object], ...]) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == EVEN
    last = "owl" if "owl" in header else "dog"
    assert found.assumed["classes"] == f"a.csv:cat to {last}"
    assert by_class(said(*columns, header=header, classes=found.assumed["classes"])) == EVEN


def test_a_row_without_a_hot_column_has_no_label_and_several_hot_columns_name_no_classes() -> None:
    assert by_class(said([1, 0, 0, 0] * 2, [0, 1, 0, 1] * 2, header="cat,dog")) == {"cat": "000 004", "dog": "001 003 005 007"}
    found = said([1, 0] * 4, [1, 1] * 4, [0, 1] * 4, header="cat,dog,owl")
    assert found.labels == {} and found.columns == {"cat": True, "dog": True, "owl": True}
    assert [text for text, _ in questions(found)] == [
        "`a.csv` has several of its columns 'cat', 'dog', 'owl' at 1 for some pictures, so they name no classes; each colours the map."
    ]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["scab", "rust", "scab rust", "healthy"] * 2, ["healthy", "rust", "scab"]),
        (["a", "b", '"a,b"', "c"] * 2, ["a", "b", "c"]),
        (["a", "b", "a|b", "b|c"] * 2, ["a", "b", "c"]),
        (["a", "b", "a;b", "b"] * 2, ["a", "b"]),
        (["black", "cat", "black cat", "dog"] * 2, ["black", "cat", "dog"]),
    ],
)
def test_cells_with_several_labels_name_no_classes_and_each_label_is_a_column(values: list[str], labels: list[str]) -> None:
    found = said(values)
    assert found.labels == {} and sorted(found.columns) == labels and all(found.columns.values())
    assert found.factors["002.png"] == {
        label: int(label in values[2].strip('"').replace(",", " ").replace("|", " ").replace(";", " ").split()) for label in labels
    }
    ((text, other),) = questions(found)
    assert text.endswith(f"so it names no classes; each of its {len(labels)} labels colours the map.") and other == {
        "classes": "a.csv:label"
    }
    assert len(by_class(said(values, classes="a.csv:label"))) == len(set(values))


@pytest.mark.parametrize(
    "values", [["polar bear", "brown bear"], ["black cat", "dog"], ["tench, Tinca tinca", "goldfish"], ["a b", "c d"], ["new york", "york"]]
)
def test_names_of_several_words_are_one_label(values: list[str]) -> None:
    found = said([f'"{each}"' for each in values * 4])
    assert set(found.labels.values()) == set(values) and not questions(found)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ([20 + 1.37 * k for k in range(24)], 24),
        (range(24), 24),
        ([0.5, 1.5] * 12, 2),
        ([f"{k % 15}.25" for k in range(24)], 15),
        ([k * 3 % 20 for k in range(24)], 20),
    ],
)
def test_numbers_of_many_values_or_fractions_are_a_quantity(values: list[float], count: int) -> None:
    found = said(list(values), pictures=MANY)
    assert found.labels == {} and found.columns == {"label": True}
    assert questions(found) == [
        (
            f"`a.csv` has {count} different numbers in its column `label`: a quantity, which colours the map, and no classes.",
            {"classes": "a.csv:label"},
        )
    ]


@pytest.mark.parametrize("nothing", ["NA", "nan", "n/a", "None", "null", "", "?", "unknown", "Unlabeled", "-"])
def test_what_stands_for_no_label_is_none(nothing: str) -> None:
    found = said(["cat", "dog", nothing, "dog", "cat", "dog", nothing, "dog"])
    assert by_class(found) == {"cat": "000 004", "dog": "001 003 005 007"}
    text = f"`a.csv` says '{nothing}' of 2 pictures in its column `label`, which is no label."
    assert [remark.words for remark in found.remarks] == ([text] if nothing else [])


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([-1, 0, 1, 2] * 2, {"0": "001 005", "1": "002 006", "2": "003 007"}),
        ([-1, 1] * 4, {"-1": "000 002 004 006", "1": "001 003 005 007"}),
        ([-1, 0, 0, 1] * 2, {"0": "001 002 005 006", "1": "003 007"}),
        (["-1.0", "0.0", "1.0", "0.0"] * 2, {"0": "001 003 005 007", "1": "002 006"}),
        (["0", "0.0", "00", "1"] * 2, {"0": "000 001 002 004 005 006", "1": "003 007"}),
        (["1", "01", "2", "2.0"] * 2, {"1": "000 001 004 005", "2": "002 003 006 007"}),
    ],
)
def test_numbers_as_labels(values: list[object], labels: dict[str, str]) -> None:
    assert by_class(said(values)) == labels


@pytest.mark.parametrize(
    ("values", "text", "merged"),
    [
        (["Cat", "cat", "dog", "cat"], "'cat' (4) and 'Cat' (2)", {"Cat": "cat"}),
        (["Dog", "cat", "dog", "dog"], "'dog' (4) and 'Dog' (2)", {"Dog": "dog"}),
        (["CAT", "Cat", "Cat", "x"], "'Cat' (4) and 'CAT' (2)", {"CAT": "Cat"}),
        (["É", "é", "é", "x"], "'é' (4) and 'É' (2)", {"É": "é"}),
        (["Big cat", "big cat", "big cat", "x"], "'big cat' (4) and 'Big cat' (2)", {"Big cat": "big cat"}),
    ],
)
def test_classes_that_differ_in_capitals_are_asked_about(values: list[str], text: str, merged: dict[str, str]) -> None:
    found = said(values * 2)
    assert len(by_class(found)) == len(set(values))
    assert questions(found) == [
        (f"Classes differ in capitals alone: {text}. They stay apart until you say that they are one.", {"merged": merged})
    ]


def test_a_single_class_is_none() -> None:
    found = said(["cat"] * 8)
    assert found.labels == {} and sentence(found, "a.csv") == (
        "`a.csv` is not used: its column `label` says 'cat' of every picture, which tells no pictures apart."
    )


# parts


@pytest.mark.parametrize(
    ("header", "values", "parts"),
    [
        ("split", ["train"] * 4 + ["val"] * 2 + ["holdout"] * 2, {"test": 2, "train": 4, "validation": 2}),
        ("split", ["train"] * 6 + ["dev"] * 2, {"train": 6, "validation": 2}),
        ("split", ["train_set"] * 6 + ["test_set"] * 2, {"test": 2, "train": 6}),
        ("set", ["TRAIN"] * 6 + ["TEST"] * 2, {"test": 2, "train": 6}),
        ("subset", ["training"] * 6 + ["eval"] * 2, {"test": 2, "train": 6}),
        ("phase", ["learn"] * 6 + ["validation"] * 2, {"train": 6, "validation": 2}),
        ("Usage", ["Training"] * 4 + ["PublicTest"] * 2 + ["PrivateTest"] * 2, {"test": 2, "train": 4, "validation": 2}),
        ("is_test", [0] * 6 + [1] * 2, {"test": 2, "train": 6}),
        ("is_train", [1] * 6 + [0] * 2, {"test": 2, "train": 6}),
        ("is_test", ["False"] * 6 + ["True"] * 2, {"test": 2, "train": 6}),
        ("test", [0] * 6 + [1] * 2, {"test": 2, "train": 6}),
        ("is_valid", ["no"] * 6 + ["yes"] * 2, {"train": 6, "validation": 2}),
        ("where", ["train"] * 6 + ["test"] * 2, {"test": 2, "train": 6}),
        ("split", ["train"] * 6 + ["unlabeled"] * 2, {"train": 6, "unlabelled": 2}),
        ("data set", ["train2017"] * 6 + ["val2017"] * 2, {"train": 6, "validation": 2}),
    ],
)
def test_a_column_says_what_each_picture_is_for(header: str, values: list[object], parts: dict[str, int]) -> None:
    found = said(ANIMALS, values, header=f"label,{header}")
    assert by_part(found) == parts and by_class(found) == EVEN and found.assumed["split"] == f"a.csv:{header}" and not questions(found)


@pytest.mark.parametrize("value", ["extra", "later", "3", "train/test", "dunno"])
def test_pictures_whose_part_is_not_understood_are_kept_out_of_both(value: str) -> None:
    found = said(ANIMALS, ["train"] * 4 + ["test"] * 2 + [value] * 2, header="label,split")
    assert by_part(found) == {"test": 2, "train": 4} and found.aside == {"006.png": value, "007.png": value}
    assert questions(found) == [
        (
            f"`a.csv` says '{value}' of 2 pictures in its column `split`, which isn't understood as a part: "
            "they are neither learnt from nor measured with.",
            {"split": "none"},
        )
    ]


@pytest.mark.parametrize(
    ("header", "values", "text", "chosen"),
    [
        (
            "split",
            [1] * 6 + [0] * 2,
            "`a.csv` says 1 of 6 pictures and 0 of 2 in its column `split`: which of them test isn't said, so the column isn't used. "
            "If it is, the 2 test.",
            {"test": 2, "train": 6},
        ),
        (
            "set",
            ["0.0"] * 5 + ["1.0"] * 3,
            "`a.csv` says 0 of 5 pictures and 1 of 3 in its column `set`: which of them test isn't said, so the column isn't used. "
            "If it is, the 3 test.",
            {"test": 3, "train": 5},
        ),
        (
            "fold",
            [0, 1, 2, 3] * 2,
            "`a.csv` names 4 folds in its column `fold`, which isn't used. If it is, fold 3 tests (2 pictures) and the others train.",
            {"test": 2, "train": 6},
        ),
        (
            "kfold",
            [5, 1, 2, 3, 4, 5, 1, 2],
            "`a.csv` names 5 folds in its column `kfold`, which isn't used. If it is, fold 5 tests (2 pictures) and the others train.",
            {"test": 2, "train": 6},
        ),
        (
            "fold",
            ["a", "b"] * 4,
            "`a.csv` names 2 folds in its column `fold`, which isn't used. If it is, fold b tests (4 pictures) and the others train.",
            {"test": 4, "train": 4},
        ),
    ],
)
def test_numbers_that_do_not_say_what_they_mean_are_asked_about(header: str, values, text: str, chosen: dict[str, int]) -> None:
    found = said(ANIMALS, values, header=f"label,{header}")
    assert found.parts == {} and questions(found) == [(text, {"split": f"a.csv:{header}"})]
    assert by_part(said(ANIMALS, values, header=f"label,{header}", split=f"a.csv:{header}")) == chosen


def test_0_1_and_2_of_a_split_are_train_validation_and_test_and_that_is_asked_about() -> None:
    found = said(ANIMALS, [0] * 5 + [1] + [2] * 2, header="label,partition")
    assert by_part(found) == {"test": 2, "train": 5, "validation": 1}
    assert questions(found) == [
        ("`a.csv` has 0, 1 and 2 in its column `partition`: they are read as train, validation and test.", {"split": "none"})
    ]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train.csv", "train"),
        ("Test.csv", "test"),
        ("ISIC_2019_Training_GroundTruth.csv", "train"),
        ("val_annotations.csv", "validation"),
        ("valid/_classes.csv", "validation"),
        ("train_or_test.csv", None),
        ("train_val_list.csv", "train"),
        ("trainLabels.csv", "train"),
        ("labels.csv", None),
        ("contest.csv", None),
    ],
)
def test_the_name_of_a_table_says_a_part(name: str, part: str | None) -> None:
    assert words.part_in_name(name) == part


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        (
            "list_eval_partition.txt",
            "".join(f"{p} {max(0, k - 5)}\n" for k, p in enumerate(PICTURES)),
            {"test": 1, "train": 6, "validation": 1},
        ),
        ("train_test_split.txt", "".join(f"{p} {int(k < 6)}\n" for k, p in enumerate(PICTURES)), {"test": 2, "train": 6}),
        ("split.csv", "".join(f"{p},{'train' if k < 6 else 'test'}\n" for k, p in enumerate(PICTURES)), {"test": 2, "train": 6}),
        ("folds.txt", "".join(f"{p} {k % 4}\n" for k, p in enumerate(PICTURES)), {}),
        ("my_split.txt", "".join(f"{p} {int(k < 6)}\n" for k, p in enumerate(PICTURES)), {}),
    ],
)
def test_a_list_that_is_called_as_a_split_names_no_classes(name: str, text: str, parts: dict[str, int]) -> None:
    found = tell({name: text})
    assert found.labels == {} and by_part(found) == parts and bool(questions(found)) == (name not in ("train_test_split.txt", "split.csv"))


# groups, captions, the rest


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


# several tables


def test_a_correction_corrects_the_rows_that_it_has() -> None:
    found = tell({"labels.csv": table("file,label", PICTURES, ANIMALS), "zz_corrections.csv": "file,label\n000.png,dog\n001.png,dog\n"})
    assert by_class(found) == {"cat": "002 004 006", "dog": "000 001 003 005 007"}
    assert questions(found) == [
        (
            "`labels.csv` says another class than `zz_corrections.csv` of 1 picture; `zz_corrections.csv` counts.",
            {"classes": "labels.csv:label"},
        )
    ]
    both = {"labels.csv": table("file,label", PICTURES, ANIMALS), "zz_corrections.csv": "file,label\n000.png,dog\n001.png,dog\n"}
    assert by_class(tell(both, classes="labels.csv:label")) == EVEN


def test_of_two_tables_that_disagree_the_first_counts_and_it_is_said() -> None:
    found = tell({"a.csv": table("file,label", PICTURES, ANIMALS), "b.csv": table("file,label", PICTURES, ANIMALS[::-1])})
    assert by_class(found) == EVEN
    assert questions(found) == [("`b.csv` says another class than `a.csv` of 8 pictures; `a.csv` counts.", {"classes": "b.csv:label"})]


def test_a_submission_and_a_placeholder_are_no_truth() -> None:
    labels = table("file,label", PICTURES[:6], ANIMALS[:6])
    for name, why in (
        ("sample_submission.csv", "a submission holds answers to be filled in, no truth"),
        ("answers.csv", "its column `label` says 'cat' of all its 2 pictures, which is taken for a placeholder"),
    ):
        found = tell({"train.csv": labels, name: "file,label\n006.png,cat\n007.png,cat\n"})
        assert by_class(found) == {"cat": "000 002 004", "dog": "001 003 005"}
        assert sentence(found, name) == f"`{name}` is not used: {why}."


def test_a_table_for_each_class_is_truth() -> None:
    assert by_class(tell({f"{a}s.csv": table("file,label", PICTURES[k::2], [a] * 4) for k, a in enumerate(("cat", "dog"))})) == EVEN


def test_tables_of_one_class_each_beside_one_that_varies_are_truth() -> None:
    tables = {"0/GT-0.csv": table("file,label", ["a.png", "b.png"], [0, 0]), "1/GT-1.csv": table("file,label", ["a.png", "b.png"], [1, 1])}
    found = tell(
        {**tables, "GT-test.csv": "file,label\nc.png,0\nd.png,1\n"}, ("0/a.png", "0/b.png", "1/a.png", "1/b.png", "t/c.png", "t/d.png")
    )
    assert by_class(found) == {"0": "a b c", "1": "a b d"}


@pytest.mark.parametrize(
    ("rows", "labels", "text"),
    [
        (
            "000.png,dog\n001.png,cat\n",
            {},
            "`a.csv` has rows of different classes about 2 pictures in its column `label`, so it names no class of a whole picture.",
        ),
        ("000.png,cat\n001.png,dog\n", EVEN, None),
        ("000.png,\n", EVEN, None),
    ],
)
def test_rows_of_different_classes_about_one_picture_are_said(rows: str, labels: dict[str, str], text: str | None) -> None:
    found = tell({"a.csv": table("file,label", PICTURES, ANIMALS) + rows})
    assert by_class(found) == labels and [remark.words for remark in found.remarks] == ([text] if text else [])


def test_a_few_pictures_with_rows_of_different_classes_keep_the_first() -> None:
    found = tell({"a.csv": table("file,label", MANY, ANIMALS * 3) + "000.png,dog\n"}, MANY)
    assert found.labels["000.png"] == "cat" and [remark.words for remark in found.remarks] == [
        "`a.csv` has rows of different classes about 1 picture in its column `label`; the first row counts."
    ]


def test_lists_of_several_splits_do_not_mix() -> None:
    lists = {"train1.txt": "000\n001\n002\n", "test1.txt": "003\n", "train2.txt": "003\n001\n", "test2.txt": "000\n002\n"}
    found = tell(lists)
    assert found.parts == {"000.png": "train", "001.png": "train", "002.png": "train", "003.png": "test"}
    assert questions(found) == [
        (
            "Lists put 3 pictures into two parts ('train1.txt', 'test1.txt', 'train2.txt', 'test2.txt'): "
            "those of 'train1.txt', 'test1.txt' count.",
            {"split": "none"},
        )
    ]
    assert tell({"train.txt": "000\n001\n", "test.txt": "000\n"}).parts == {}


def test_a_small_table_names_classes_as_the_large_one_beside_it_does() -> None:
    large = table("file,ClassId", [f"a{k:03d}.png" for k in range(60)], [k % 30 for k in range(60)])
    small = table("file,ClassId", [f"m{k:03d}.png" for k in range(30)], list(range(30)))
    pictures = tuple(f"a{k:03d}.png" for k in range(60)) + tuple(f"m{k:03d}.png" for k in range(30))
    assert tell({"Meta.csv": small}, pictures).labels == {}
    assert tell({"Train.csv": large, "Meta.csv": small}, pictures).labels["m007.png"] == "7"


def test_numbers_of_one_table_get_the_words_of_another() -> None:
    found = tell({"a.csv": table("file,label", PICTURES, [0, 1] * 4), "b.csv": table("file,label", PICTURES[:4], ANIMALS[:4])})
    assert by_class(found) == EVEN and not questions(found)


# what a person says


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"classes": "b.csv:label"},
            r"'classes' must be TABLE:COLUMN, the column that names classes. Tables that are read here: 'a.csv'. Got 'b.csv:label'.",
        ),
        ({"classes": "a.csv:kind"}, r"'classes' must be a column of 'a.csv': 'file', 'label'. Got 'kind'."),
        ({"file": "a.csv:x"}, r"'file' must be a column of 'a.csv': 'file', 'label'. Got 'x'."),
        (
            {"split": "label"},
            r"'split' must be TABLE:COLUMN, the column that names splits. Tables that are read here: 'a.csv'. Got 'label'.",
        ),
        ({"group": "a.csv:"}, r"'group' must be a column of 'a.csv': 'file', 'label'. Got ''."),
    ],
)
def test_a_column_that_is_not_there_is_refused_in_words(choice: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        said(ANIMALS, **choice)
    assert str(refused.value) == message


@pytest.mark.parametrize("classes", ["none", "folders", "folders:2", "names"])
def test_classes_that_no_table_names_leave_the_tables_without(classes: str) -> None:
    assert said(ANIMALS, classes=classes).labels == {}


def test_what_was_assumed_reads_the_same_again_and_the_digest_follows_bytes_and_choice() -> None:
    columns = (ANIMALS, ["train"] * 6 + ["test"] * 2, [f"p{k // 2}" for k in range(8)])
    header = "dx,split,patient"
    first = said(*columns, header=header)
    again = said(*columns, header=header, **first.assumed)
    assert again._replace(remarks=[]) == first._replace(remarks=[]) and again.digest
    assert len({first.digest, said(*columns, header=header, split="none").digest, said(*columns, header="label,split,patient").digest}) == 3


@pytest.mark.timed
def test_a_hundred_thousand_rows_are_read_in_seconds() -> None:
    pictures = [f"images/{k // 1000:03d}/{k:06d}.jpg" for k in range(100_000)]
    text = table(
        "image_id,label,split,age,patient_id",
        [f"{k:06d}" for k in range(100_000)],
        [f"class {k % 100}" for k in range(100_000)],
        ["test" if k % 5 == 0 else "train" for k in range(100_000)],
        range(100_000),
        [k // 3 for k in range(100_000)],
    )
    begun = time.process_time()
    found = tell({"labels.csv": text}, pictures)
    assert time.process_time() - begun < 8  # about 2 s on an idle processor
    assert len(found.labels) == 100_000 and by_part(found) == {"test": 20_000, "train": 80_000}
