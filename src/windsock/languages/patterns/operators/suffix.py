"""Strings that end with a text: `{"suffix": ".png"}`, `{"suffix": {"equals-ignore-case": ".png"}}`.

An empty text asks for any string.
"""

from windsock.languages.patterns.affixes import AffixOperator
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Suffix, SuffixFolded

suffix = operator("suffix")(AffixOperator("suffix", str.endswith, Suffix, SuffixFolded).compile)
