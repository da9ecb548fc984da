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
        if value.__class__ is not str:
            return ()
        bucket = self.buckets.get(value.lower())
        return () if bucket is None else (bucket,)


class Prefix(Table):
    """Keys are beginnings of strings. One dictionary look-up for each length that occurs among them."""

    def __init__(self) -> None:
        super().__init__()
        self._lengths: dict[int, int] = {}

    def put(self, key: Any, bucket: Bucket) -> None:
        super().put(key, bucket)
        self._lengths[len(key)] = self._lengths.get(len(key), 0) + 1

    def drop(self, key: Any) -> None:
        super().drop(key)
        self._lengths[len(key)] -= 1
        if not self._lengths[len(key)]:
            del self._lengths[len(key)]

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if value.__class__ is not str:
            return ()
        buckets = self.buckets
        return [buckets[start] for length in self._lengths if (start := value[:length]) in buckets]


class PrefixFolded(Prefix):
    """Keys are lower-case beginnings of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()


class Suffix(Prefix):
    """Keys are ends of strings, written backwards."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value[::-1]) if isinstance(value, str) else ()


class SuffixFolded(Suffix):
    """Keys are lower-case ends of strings, written backwards."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()
