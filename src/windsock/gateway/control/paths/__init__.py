"""One file a path, or several that belong together: functions under `control_path`."""
