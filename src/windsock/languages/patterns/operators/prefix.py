"""Strings that begin with a text: `{"prefix": "us-"}`, `{"prefix": {"equals-ignore-case": "us-"}}`.

An empty text asks for any string.
"""

from windsock.languages.patterns.affixes import AffixOperator
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Prefix, PrefixFolded

prefix = operator("prefix")(AffixOperator("prefix", str.startswith, Prefix, PrefixFolded).compile)
