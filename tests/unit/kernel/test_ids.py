"""Identifiers."""

from __future__ import annotations

import uuid

from windsock.kernel.ids import SortableIds, ordered_uuid, uuid4


def test_a_uuid_is_a_random_one_of_rfc_9562() -> None:
    made = {uuid4() for _ in range(1000)}
    assert len(made) == 1000
    for text in made:
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_an_ordered_uuid_sorts_by_its_time_and_is_no_other() -> None:
    made = [ordered_uuid(now) for now in (1, 1_483_315_200_000, 1_483_315_200_001)]
    assert made == sorted(made)
    assert ordered_uuid(1) != made[0]
    for text in made:
        parsed = uuid.UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, uuid.RFC_4122)


def test_sortable_ids_rise_even_when_the_clock_goes_back() -> None:
    ids = SortableIds()
    made = [ids.new(now) for now in (1000, 1000, 2000, 500, 2001)]
    assert made == sorted(set(made))


def test_ids_start_after_those_of_an_earlier_run() -> None:
    earlier = SortableIds().new(5000)
    later = SortableIds()
    later.start_after(earlier)
    assert later.new(10) > earlier
