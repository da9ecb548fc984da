"""Makes a boto3 that is too old to know AWS_ENDPOINT_URL (before 1.28) honour it.

Python imports this module at start. It only waits for `botocore.session` to be imported, which may be a copy
in the function's own package, and looks at its version then.
Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import os
import sys

_WAITED_FOR = "botocore.session"
_KNOWS_THE_VARIABLE = (1, 31)


class _OnImport:
    """A finder that finds nothing itself: it has the module imported by the others and then adapts it."""

    def find_spec(self, name, path=None, target=None):  # type: (str, object, object) -> object
        """As Python 3 asks."""
        if name != _WAITED_FOR:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        import importlib.util

        spec = importlib.util.find_spec(name)
        loader = getattr(spec, "loader", None)
        if loader is not None:
            load = loader.exec_module

            def exec_module(module):  # type: (object) -> None
                load(module)
                _adapt(module)

            loader.exec_module = exec_module
        return spec

    def find_module(self, name, path=None):  # type: (str, object) -> object
        """As Python 2 asks."""
        return self if name == _WAITED_FOR else None

    def load_module(self, name):  # type: (str) -> object
        """As Python 2 loads what was found."""
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        __import__(name)
        _adapt(sys.modules[name])
        return sys.modules[name]


def _adapt(module):  # type: (object) -> None
    version = sys.modules["botocore"].__version__
    if tuple(int(part) for part in version.split(".")[:2]) >= _KNOWS_THE_VARIABLE:
        return
    session = module.Session  # type: ignore[attr-defined]
    create_client = session.create_client

    def create_with_endpoint(self, service_name, *args, **kwargs):
        # type: (object, str, *object, **object) -> object
        # The endpoint is the fifth of create_client's parameters after the service's name.
        if len(args) < 5 and kwargs.get("endpoint_url") is None:
            of_service = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
            kwargs["endpoint_url"] = os.environ.get(of_service) or os.environ.get("AWS_ENDPOINT_URL")
        return create_client(self, service_name, *args, **kwargs)

    session.create_client = create_with_endpoint


if "AWS_ENDPOINT_URL" in os.environ:
    sys.meta_path.insert(0, _OnImport())  # type: ignore[arg-type]
