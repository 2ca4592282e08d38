"""Names in sentences: the first few, and how many more there are."""

from __future__ import annotations

from ssl_core.reading.naming import distinct, named, quoted


def test_five_names_are_said_and_of_more_the_number() -> None:
    assert named("abcde") == "a, b, c, d, e"
    assert named("abcde", last=" and ") == "a, b, c, d and e"
    assert named([*"abcde"] * 300) == "a, b, c, d, e and 1,495 more"
    assert (named([]), named("a", last=" and "), quoted("ab"), distinct("aab")) == ("", "a", "'a', 'b'", "a, b")
