"""Names in sentences: the first few, and how many more there are."""

from __future__ import annotations

from ssl_core.reading.naming import distinct, quoted, several_names


def test_five_names_are_said_and_of_more_the_number() -> None:
    assert several_names("abcde") == "a, b, c, d, e"
    assert several_names("abcde", last=" and ") == "a, b, c, d and e"
    assert several_names([*"abcde"] * 300) == "a, b, c, d, e and 1,495 more"
    assert (several_names([]), several_names("a", last=" and "), quoted("ab"), distinct("aab")) == ("", "a", "'a', 'b'", "a, b")
