"""One file a view; see `console/view_marks.py`."""
