"""Of the questions that an account raises one is asked, and what stood beside it as a remark is no question afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.library import accounts
from ssl_core.reading.account import Choice
from tests.help.trees import planted, table

ROWS = table(
    "file,kind,colour,fold,slide", "{0-3}.png,a,red,0,s1", "{4-7}.png,a,blue,1,s2", "{8-11}.png,b,red,2,s3", "{12-15}.png,b,blue,3,s4"
)


@pytest.fixture
def tables(tmp_path: Path) -> str:
    """A folder whose table raises questions on classes, folds and slides."""
    return str(planted(tmp_path / "set", "{0-15}.png", {"t.csv": ROWS.replace("kind", "first")}))


def asked(name: str) -> list[str]:
    return [key for remark in accounts.reading_of(name).questions for key in remark.other]


def test_one_question_is_asked_that_on_classes_first(tables: str) -> None:
    account = accounts.reading_of(tables).account
    assert account is not None and sum(remark.asks for remark in account.remarks) > 1 and asked(tables) == ["classes"]


def test_after_the_answer_nothing_else_is_asked(tables: str) -> None:
    accounts.answer_as_is(tables, accounts.reading_of(tables).questions[0].words)
    assert asked(tables) == []
    accounts.choose(tables, Choice(), answers=False)
    assert asked(tables) == ["classes"]
    accounts.choose(tables, Choice(classes="t.csv:colour"))
    assert asked(tables) == []
    accounts.undo_choice(tables)
    assert asked(tables) == ["classes"]


def test_what_the_choice_itself_raises_is_asked(tmp_path: Path) -> None:
    folder = str(
        planted(tmp_path / "set", "train/{a,b}/{0-4}.png test/{c,d}/{0-4}.png", {"l.csv": table("file,label", "train/{a,b}/{0-4}.png,x")})
    )
    accounts.choose(folder, Choice(classes="folders"))
    assert accounts.reading_of(folder).questions[0].words.startswith("No class is both learnt")
