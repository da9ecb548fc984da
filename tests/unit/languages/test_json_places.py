"""Lines, columns and places in JSON texts."""

from __future__ import annotations

from windsock.languages.json_places import jackson_place, line_and_column, offsets

TEXT = """{
  "a": [10, {"b/c": null}],
  "d": "x"
}"""


def test_each_member_and_element_has_its_place() -> None:
    places = {way: line_and_column(TEXT, offset) for way, offset in offsets(TEXT).items()}
    assert places == {
        (): (1, 1),
        ("a",): (2, 3),
        ("a", 0): (2, 9),
        ("a", 1): (2, 13),
        ("a", 1, "b/c"): (2, 14),
        ("d",): (3, 3),
    }


def test_lines_end_in_any_way() -> None:
    assert line_and_column("a\r\nb\rc\nd", 7) == (4, 1)


def test_jackson_quotes_five_hundred_characters() -> None:
    assert jackson_place("not", 3) == '[Source: (String)"not"; line: 1, column: 4]'
    assert jackson_place("x" * 501, 1).startswith(f'[Source: (String)"{"x" * 500}"[truncated 1 chars]; line')
