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
    """Keys are texts that strings begin or end with.

    As many characters of a string as the shortest key has tell which keys are possible at all, then there is
    one dictionary look-up for each length that occurs among those.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shortest = 0
        self._lengths: dict[str, dict[int, int]] = {}
        """By what keys have in common with the shortest: how many there are of each length."""

    def put(self, key: Any, bucket: Bucket) -> None:
        if not self.buckets or len(key) < self._shortest:
            self._shortest = len(key)
            self._lengths = {}
            for other in self.buckets:
                self._count(other)
        super().put(key, bucket)
        self._count(key)

    def drop(self, key: Any) -> None:
        super().drop(key)
        part = self._part(key)
        lengths = self._lengths[part]
        lengths[len(key)] -= 1
        if not lengths[len(key)]:
            del lengths[len(key)]
        if not lengths:
            del self._lengths[part]

    def _count(self, key: str) -> None:
        lengths = self._lengths.setdefault(self._part(key), {})
        lengths[len(key)] = lengths.get(len(key), 0) + 1

    @abstractmethod
    def _part(self, text: str) -> str:
        """As many characters of a text as the shortest key has."""


class Prefix(Affixes):
    """Keys are beginnings of strings."""

    def _part(self, text: str) -> str:
        return text[: self._shortest]

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if value.__class__ is not str:
            return ()
        lengths = self._lengths.get(value[: self._shortest])
        if lengths is None:
            return ()
        found = []
        for length in lengths:
            bucket = self.buckets.get(value[:length])
            if bucket is not None:
                found.append(bucket)
        return found


class Suffix(Affixes):
    """Keys are ends of strings."""

    def _part(self, text: str) -> str:
        return text[len(text) - self._shortest :]

    def find(self, value: Scalar) -> Iterable[Bucket]:
        if value.__class__ is not str:
            return ()
        size = len(value)
        if size < self._shortest:
            return ()
        lengths = self._lengths.get(value[size - self._shortest :])
        if lengths is None:
            return ()
        found = []
        for length in lengths:
            if length <= size:
                bucket = self.buckets.get(value[size - length :])
                if bucket is not None:
                    found.append(bucket)
        return found


class PrefixFolded(Prefix):
    """Keys are lower-case beginnings of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()


class SuffixFolded(Suffix):
    """Keys are lower-case ends of strings."""

    def find(self, value: Scalar) -> Iterable[Bucket]:
        return super().find(value.lower()) if isinstance(value, str) else ()
