"""Where the items of a distributed Map come from: one file a form, found by itself.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from windsock.services.stepfunctions.item_readers.reading import read_items, source_of

__all__ = ["read_items", "source_of"]
