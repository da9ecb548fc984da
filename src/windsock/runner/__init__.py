"""Running user code: processes that speak the Lambda Runtime API."""
