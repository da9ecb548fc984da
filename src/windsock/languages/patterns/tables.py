"""Lookup tables: from a value in an event to the buckets of rules whose condition it may pass.

A table is kept per field and kind of condition. Its keys come and go with the rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from windsock.languages.patterns.values import Scalar

if TYPE_CHECKING:
    from windsock.languages.patterns.index import Bucket


class Table(ABC):
    """Buckets by key."""

    def __init__(self) -> None:
        self.buckets: dict[Any, Bucket] = {}

    def put(self, key: Hashable, bucket: Bucket) -> None:
        """Add a bucket under a key that has none."""
        self.buckets[key] = bucket

    def drop(self, key: Hashable) -> None:
        """Forget a key."""
        del self.buckets[key]

    @abstractmethod
    def find(self, value: Scalar) -> Iterable[Bucket]:
        """The buckets whose key the value passes; some more where `Access.proves` is false."""


class Equal(Table):
    """Keys are values; found by the same value."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        bucket = self.buckets.get(value)
        return () if bucket is None else (bucket,)


class Present(Table):
    """One bucket that every value finds."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return self.buckets.values()


class EqualFolded(Table):
    """Keys are lower-case strings; found by a string of any case."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if not isinstance(value, str):
            return ()
        bucket = self.buckets.get(value.lower())
        return () if bucket is None else (bucket,)


class Affixes(Table):
    """Keys are texts that strings begin or end with: one dictionary look-up for each length that occurs among
    them."""

    def __init__(self) -> None:
        super().__init__()
        self._lengths: dict[int, int] = {}
        """How many keys there are of each length."""

    def put(self, key: Any, bucket: Bucket) -> None:
        super().put(key, bucket)
        self._lengths[len(key)] = self._lengths.get(len(key), 0) + 1

    def drop(self, key: Any) -> None:
        super().drop(key)
        self._lengths[len(key)] -= 1
        if not self._lengths[len(key)]:
            del self._lengths[len(key)]


class Prefix(Affixes):
    """Keys are beginnings of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if value.__class__ is not str:
            return ()
        found: tuple[Bucket, ...] = ()
        get = self.buckets.get
        for length in self._lengths:
            bucket = get(value[:length])
            if bucket is not None:
                found = (*found, bucket)
        return found


class Suffix(Affixes):
    """Keys are ends of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if value.__class__ is not str:
            return ()
        found: tuple[Bucket, ...] = ()
        get = self.buckets.get
        size = len(value)
        for length in self._lengths:
            if length <= size:
                bucket = get(value[size - length :])
                if bucket is not None:
                    found = (*found, bucket)
        return found


class PrefixFolded(Prefix):
    """Keys are lower-case beginnings of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()


class SuffixFolded(Suffix):
    """Keys are lower-case ends of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()
