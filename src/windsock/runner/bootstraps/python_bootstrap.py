"""Runs a Python function: asks the Runtime API for invocations and calls the handler with them.

It is started as a program by whatever interpreter a function has, Python 2.7 included, and therefore imports
nothing but the standard library and keeps to what both languages have. Starting quickly is its first duty:
HTTP is spoken on a socket, because importing a client would take longer than everything else here.
Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
and https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

_HERE = os.path.abspath(__file__)
_TEXT = type(b"".decode("ascii"))  # `unicode` in Python 2
# In results of these runtimes every character beyond ASCII is escaped; the newer ones leave it as it is.
_ESCAPES = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11")
_ASCII = os.environ.get("AWS_EXECUTION_ENV") in ["AWS_Lambda_python" + version for version in _ESCAPES]


class Fault(Exception):
    """A failure of the function that has a name of Lambda's; `frames` are lines of a stack trace."""

    def __init__(self, kind, message, frames=()):  # type: (str, str, object) -> None
        Exception.__init__(self, message)
        self.kind = kind
        self.message = message
        self.frames = list(frames)  # type: ignore[call-overload]


class RuntimeApi:
    """One connection to the Runtime API; windsock answers with a Content-Length always."""

    def __init__(self, address):  # type: (str) -> None
        authority, _, path = address.partition("/")
        host, _, port = authority.rpartition(":")
        self._base = ("/" + path if path else "") + "/2018-06-01/runtime"
        self._host = authority
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")

    def next(self):  # type: () -> tuple[dict[str, str], bytes]
        """Wait for an invocation: its headers with lower-case names, and its payload."""
        _, headers, body = self._request("GET", "/invocation/next", b"", "")
        return headers, body

    def respond(self, request_id, payload):  # type: (str, bytes) -> int
        """Give the result; the status of the answer."""
        return self._request("POST", "/invocation/" + request_id + "/response", payload, "")[0]

    def fail(self, request_id, kind, payload):  # type: (str, str, bytes) -> None
        """Give an error."""
        self._request("POST", "/invocation/" + request_id + "/error", payload, kind)

    def fail_to_initialise(self, kind, payload):  # type: (str, bytes) -> None
        """Say that no invocation can be done."""
        self._request("POST", "/init/error", payload, kind)

    def _request(self, method, path, body, kind):
        # type: (str, str, bytes, str) -> tuple[int, dict[str, str], bytes]
        lines = [
            method + " " + self._base + path + " HTTP/1.1",
            "Host: " + self._host,
            "Content-Length: " + str(len(body)),
        ]
        if kind:
            lines.append("Lambda-Runtime-Function-Error-Type: " + kind)
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body)
        status_line = self._answers.readline()
        if not status_line:
            sys.exit(0)  # windsock is gone, and with it everybody who could want an answer
        headers = {}  # type: dict[str, str]
        for line in iter(self._answers.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = str(value.strip())
        content = self._answers.read(int(headers.get("content-length", "0")))
        return int(status_line.split()[1]), headers, content


class _Members:
    """Whatever it is given as attributes; the names a mobile SDK may leave out are None."""

    def __init__(self, names, values):  # type: (tuple[str, ...], dict[str, object]) -> None
        for name in names:
            setattr(self, name, values.get(name))


class LambdaContext:
    """What a handler learns of its invocation.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def __init__(self, headers):  # type: (dict[str, str]) -> None
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = _Members(("cognito_identity_id", "cognito_identity_pool_id"), {})
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self._epoch_deadline_time_in_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):  # type: () -> int
        """How much time is left; never below zero."""
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def log(self, message):  # type: (object) -> None
        """Print without a line end."""
        sys.stdout.write(str(message))

    def __repr__(self):  # type: () -> str
        members = sorted(vars(self).items())
        return "LambdaContext([" + ",".join(name + "=" + str(value) for name, value in members) + "])"


def _client_context(text):  # type: (str | None) -> object
    if not text:
        return None
    values = json.loads(text)
    context = _Members(("custom", "env"), values)
    client = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    context.client = _Members(client, values.get("client") or {})  # type: ignore[attr-defined]
    return context


class _Log(logging.Handler):
    """The root logger's handler, as Lambda installs it: lines with the level, the instant and the request."""

    def __init__(self):  # type: () -> None
        logging.Handler.__init__(self)
        self.request_id = ""
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s\n"
        formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record):  # type: (logging.LogRecord) -> None
        record.aws_request_id = self.request_id
        sys.stdout.write(self.format(record))


def find_handler(name):  # type: (str) -> object
    """The function a handler's name (`package/module.function`) means. Raises Fault."""
    module_name, dot, function = name.rpartition(".")
    if not dot:
        message = "Bad handler '" + name + "': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", message)
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module " + module_name + " as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '" + module_name + "': " + str(error)
        raise Fault("Runtime.ImportModuleError", message)
    except SyntaxError as error:
        frame = '  File "' + str(error.filename) + '" Line ' + str(error.lineno) + "\n    " + str(error.text)
        message = "Syntax error in module '" + module_name + "': " + str(error)
        raise Fault("Runtime.UserCodeSyntaxError", message, [frame])
    try:
        return getattr(module, function)
    except AttributeError:
        message = "Handler '" + function + "' missing on module '" + module_name + "'"
        raise Fault("Runtime.HandlerNotFound", message)


def call(handler, headers, payload):  # type: (object, dict[str, str], bytes) -> bytes
    """The handler's result for an invocation, as JSON."""
    try:
        event = json.loads(payload.decode("utf-8"))
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: " + str(error))
    result = handler(event, LambdaContext(headers))  # type: ignore[operator]
    try:
        return json.dumps(result, default=_as_json, ensure_ascii=_ASCII).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: " + str(error))


def _as_json(value):  # type: (object) -> object
    if type(value).__name__ == "Decimal":  # its module is not imported for those that have none
        return float(str(value))
    raise TypeError("Object of type " + type(value).__name__ + " is not JSON serializable")


def describe(request_id):  # type: (str) -> dict[str, object]
    """The error being handled, as Lambda shows it."""
    kind, error, trace = sys.exc_info()
    if isinstance(error, Fault):
        return _error(error.message, error.kind, request_id, error.frames)
    frames = [tuple(frame) for frame in traceback.extract_tb(trace)]
    frames = [frame for frame in frames if os.path.abspath(frame[0]) != _HERE]
    return _error(_text(error), kind.__name__, request_id, traceback.format_list(frames))  # type: ignore


def _text(value):  # type: (object) -> str
    try:
        return _TEXT(value)
    except UnicodeError:  # bytes in Python 2
        return str(value)


def _error(message, kind, request_id, frames):
    # type: (str, str, str, list[str]) -> dict[str, object]
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": frames}


def print_error(error):  # type: (dict[str, object]) -> None
    """Write an error to the log."""
    lines = ["[ERROR] " + str(error["errorType"]) + ": " + _text(error["errorMessage"])]
    frames = error["stackTrace"]
    if frames:
        lines.append("Traceback (most recent call last):")
        lines += [frame.rstrip("\n") for frame in frames]  # type: ignore[attr-defined]
    sys.stdout.write("\n".join(lines) + "\n")


def serve(api, handler, log):  # type: (RuntimeApi, object, _Log) -> None
    """Do invocations for ever."""
    while True:
        headers, payload = api.next()
        request_id = log.request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        try:
            result = call(handler, headers, payload)
        except Exception:
            error = describe(request_id)
            print_error(error)
            api.fail(request_id, str(error["errorType"]), json.dumps(error).encode("utf-8"))
        else:
            status = api.respond(request_id, result)
            if status == 413:
                text = "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.\n"
                sys.stderr.write(text)


def main():  # type: () -> None
    """Initialise the function, then serve."""
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    log = _Log()
    logging.getLogger().addHandler(log)
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except Exception:
        error = describe("")
        print_error(error)
        api.fail_to_initialise(str(error["errorType"]), json.dumps(error).encode("utf-8"))
        sys.exit(1)
    serve(api, handler, log)


if __name__ == "__main__":
    main()
