"""The HTTP door from outside: whatever a client sends, it is told what was wrong, and nobody else suffers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cbor2
import pytest
from tests.servers import start
from tests.wire import FORM, Wire, ask, form, scope

from windsock.kernel.limits import MAX_REQUEST_BODY, MAX_REQUEST_HEADERS
from windsock.testing import Server

IDENTITY = "/?Action=GetCallerIdentity&Version=2011-06-15"
JSON = {"Content-Type": "application/x-amz-json-1.0"}

# What is no HTTP/1.1: answered with 400, and the connection ends.
MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a proxy's request": b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path that is not ASCII": "GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: a\r\ngarbage\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
    "a length that is no number": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
    "a negative length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "an absurd length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a chunk without a size": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.fixture(autouse=True)
def still_answering(endpoint: str) -> None:
    """Whatever the test before this one did, the server answers."""
    assert ask(endpoint, "GET", "/_windsock/health").json["status"] == "ok"


class TestMalformed:
    @pytest.mark.parametrize("name", MALFORMED)
    def test_is_refused_and_the_connection_ended(self, endpoint: str, name: str) -> None:
        with Wire(endpoint) as wire:
            wire.send(MALFORMED[name])
            answer = wire.answer("POST")
            assert answer.status == 400
            assert answer.headers["connection"] == "close"
            assert wire.is_closed()

    @pytest.mark.parametrize("whole", [b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhello"])
    def test_a_truncated_request_is_forgotten(self, endpoint: str, whole: bytes) -> None:
        with Wire(endpoint) as wire:
            wire.send(whole)

    def test_a_body_shorter_than_its_length_is_waited_for(self, endpoint: str) -> None:
        body = form(Action="GetCallerIdentity", Version="2011-06-15")
        with Wire(endpoint) as wire:
            request = wire.request("POST", "/", FORM, body)
            wire.send(request[:-3])
            assert ask(endpoint, "GET", IDENTITY).status == 200
            wire.send(request[-3:])
            assert wire.answer().status == 200

    def test_a_body_longer_than_its_length_ends_the_connection(self, endpoint: str) -> None:
        """What is left over is no request."""
        with Wire(endpoint) as wire:
            wire.send_request("POST", IDENTITY, {"Content-Length": "3"}, b"a=b...")
            assert wire.answer().status == 400
            assert wire.is_closed()


class TestBounds:
    @pytest.mark.parametrize("expect", [{}, {"Expect": "100-continue"}])
    def test_a_body_declared_too_large_is_refused_before_it_is_sent(
        self, endpoint: str, expect: dict[str, str]
    ) -> None:
        with Wire(endpoint) as wire:
            wire.send_request("POST", "/", {"Content-Length": str(MAX_REQUEST_BODY + 1), **expect})
            answer = wire.answer()
            assert answer.status == 413
            assert answer.xml.findtext("Error/Code") == "RequestEntityTooLarge"
            assert answer.headers["connection"] == "close"
            assert answer.request_id
            assert wire.is_closed()

    def test_a_client_that_sends_it_all_the_same_sees_why(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            size = MAX_REQUEST_BODY + 1
            wire.send_request("POST", "/", {"Content-Length": str(size)})
            wire.send(bytes(size))
            assert wire.answer().status == 413

    def test_chunks_over_the_limit_are_refused(self, endpoint: str) -> None:
        chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
        with Wire(endpoint) as wire:
            wire.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(MAX_REQUEST_BODY // 0x100000 + 1):
                wire.send(chunk)
            wire.send(b"0\r\n\r\n")
            assert wire.answer().status == 413

    def test_a_url_over_the_limit_is_414(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            wire.send_request("GET", "/" + "a" * MAX_REQUEST_HEADERS)
            assert wire.answer().status == 414
            assert wire.is_closed()

    @pytest.mark.parametrize(
        "headers",
        [{"X": "a" * MAX_REQUEST_HEADERS}, {f"X-{n}": "a" * 20 for n in range(4000)}],
        ids=["one", "many"],
    )
    def test_headers_over_the_limit_are_431(self, endpoint: str, headers: dict[str, str]) -> None:
        with Wire(endpoint) as wire:
            wire.send_request("GET", IDENTITY, headers)
            answer = wire.answer()
            assert answer.status == 431
            assert answer.xml.findtext("Error/Code") == "RequestHeaderSectionTooLarge"
            assert wire.is_closed()

    def test_a_header_that_never_ends_is_cut_off(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            wire.send(b"GET / HTTP/1.1\r\nX: ")
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                for _ in range(10_000):
                    wire.send(b"a" * 65536)

    def test_large_headers_within_the_limit_are_taken(self, endpoint: str) -> None:
        assert ask(endpoint, "GET", IDENTITY, {"X-Long": "a" * 60_000}).status == 200
        assert ask(endpoint, "GET", f"{IDENTITY}&Long={'a' * 60_000}").status == 200


class TestBodies:
    def test_what_is_no_json(self, endpoint: str) -> None:
        headers = {**JSON, "X-Amz-Target": "AWSEvents.PutEvents"}
        for body in (b"{", b"[]", b'"a"', b"\xff\xfe", b'{"Entries": 5}', b"[" * 100_000):
            answer = ask(endpoint, "POST", "/", headers, body)
            assert answer.status == 400
            assert answer.json["__type"] == "SerializationException"

    def test_what_is_no_cbor(self, endpoint: str) -> None:
        headers = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
        target = "/service/GraniteServiceVersion20100801/operation/ListMetrics"
        for body in (b"\xff", b"\xbf", b"\x9f" * 1000, cbor2.dumps([1])):
            answer = ask(endpoint, "POST", target, headers, body)
            assert answer.status == 400
            assert cbor2.loads(answer.body)["__type"].endswith("#SerializationException")

    def test_what_is_no_xml(self, endpoint: str) -> None:
        bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><CreateBucketConfiguration>&b;</CreateBucketConfiguration>'
        for body in (b"<", b"<a></b>", bomb):
            answer = ask(endpoint, "PUT", "/bucket", scope("s3"), body)
            assert answer.status == 400
            assert answer.xml.findtext("Code") == "MalformedXML"

    def test_a_form_that_is_no_text(self, endpoint: str) -> None:
        answer = ask(endpoint, "POST", "/", {**FORM, **scope("sns")}, b"Action=%ff\xff")
        assert answer.status == 400
        assert answer.xml.findtext("Error/Code") == "MalformedInput"

    @pytest.mark.parametrize("content_type", ["text/plain", "application/cbor", "image/png"])
    def test_a_content_type_that_the_protocol_does_not_have(self, endpoint: str, content_type: str) -> None:
        headers = {"Content-Type": content_type, "X-Amz-Target": "AWSEvents.ListRules"}
        answer = ask(endpoint, "POST", "/", headers, b"{}")
        assert answer.status == 415
        assert answer.json["__type"] == "UnsupportedMediaTypeException"

    def test_chunks_make_a_body(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            wire.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n")
            wire.send(b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
            for piece in (b"Action=Get", b"CallerIdentity&", b"Version=2011-06-15"):
                wire.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            wire.send(b"0\r\n\r\n")
            assert wire.answer().xml.findtext("GetCallerIdentityResult/Account") == "000000000000"

    def test_a_client_that_expects_a_continue_gets_one(self, endpoint: str) -> None:
        body = form(Action="GetCallerIdentity", Version="2011-06-15")
        with Wire(endpoint) as wire:
            wire.send_request(
                "POST", "/", {**FORM, "Expect": "100-continue", "Content-Length": str(len(body))}
            )
            assert wire.socket.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            wire.send(body)
            assert wire.answer().status == 200

    @pytest.mark.parametrize("together", [True, False])
    def test_an_offer_of_http_2_is_declined_and_its_body_kept(self, endpoint: str, together: bool) -> None:
        """As Java's HttpClient makes it with every new connection."""
        offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAA"}
        body = form(Action="GetCallerIdentity", Version="2011-06-15")
        with Wire(endpoint) as wire:
            request = wire.request("POST", "/", {**FORM, **offer}, body)
            head, body = request[: -len(body)], request[-len(body) :]
            for piece in [head + body] if together else [head, body]:
                wire.send(piece)
            assert wire.answer().status == 200
            wire.send_request("GET", IDENTITY)
            assert wire.answer().status == 200


class TestUnknown:
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
    def test_a_request_that_says_nothing(self, endpoint: str, method: str) -> None:
        answer = ask(endpoint, method, "/")
        assert answer.status == 404
        assert answer.headers["x-amzn-errortype"] == "UnknownServiceException"
        assert answer.json["message"] == f"No service is known for {method} /."
        assert answer.request_id

    def test_head_is_answered_without_a_body(self, endpoint: str) -> None:
        for target in ("/", IDENTITY, "/_windsock/health", "/_windsock/nothing"):
            with Wire(endpoint) as wire:
                wire.send_request("GET", target)
                got = wire.answer()
                wire.send_request("HEAD", target)
                head = wire.answer("HEAD")
                assert head.status == got.status
                assert int(head.headers["content-length"]) > 0
                wire.send_request("GET", target)
                assert wire.answer().status == got.status

    def test_an_operation_no_service_has(self, endpoint: str) -> None:
        answer = ask(endpoint, "POST", "/", {**JSON, "X-Amz-Target": "AWSEvents.Nothing"}, b"{}")
        assert (answer.status, answer.json["__type"]) == (400, "UnknownOperationException")
        answer = ask(endpoint, "POST", "/", {**JSON, "X-Amz-Target": "Nobody.Nothing"}, b"{}")
        assert (answer.status, answer.json["__type"]) == (400, "UnknownOperationException")
        answer = ask(endpoint, "POST", "/", {**FORM, **scope("sns")}, form(Action="Nothing"))
        assert (answer.status, answer.xml.findtext("Error/Code")) == (400, "InvalidAction")

    def test_no_action(self, endpoint: str) -> None:
        answer = ask(endpoint, "POST", "/", {**FORM, **scope("sns")}, form(Version="2010-03-31"))
        assert (answer.status, answer.xml.findtext("Error/Code")) == (400, "MissingAction")

    @pytest.mark.parametrize(
        "authorization",
        [
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=",
            "AWS4-HMAC-SHA256 Credential=test/20170102/us-east-1, SignedHeaders=host, Signature=0",
            "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=;;;, Signature=",
            "AWS4-HMAC-SHA256 Credential=test/20170102/us-east-1/nonsense/aws4_request",
            "AWS4-ECDSA-P256-SHA256 Credential=test/20170102/sts/aws4_request",
            "Bearer token",
            "AWS a:b",
            "\xff\xfe",
        ],
    )
    def test_a_signature_that_says_nothing_hinders_nothing(self, endpoint: str, authorization: str) -> None:
        """What the request says by itself counts; nothing is verified."""
        headers = {**JSON, "X-Amz-Target": "AWSEvents.ListEventBuses", "Authorization": authorization}
        assert ask(endpoint, "POST", "/", headers, b"{}").status == 200

    def test_a_path_of_control_characters(self, endpoint: str) -> None:
        answer = ask(endpoint, "GET", "/_windsock/%00%0d%0aX:%20y%ff")
        assert answer.status == 404
        assert "x" not in answer.headers

    def test_control_characters_do_not_reach_the_headers_of_an_error(self, endpoint: str) -> None:
        target = "AWSEvents.\x7f\xe9\xe8"
        answer = ask(endpoint, "POST", "/", {**JSON, "X-Amz-Target": target}, b"{}")
        assert answer.status == 400


class TestConnections:
    def test_are_reused_after_errors(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            for _ in range(3):
                wire.send_request("POST", "/", {**JSON, "X-Amz-Target": "AWSEvents.Nothing"}, b"{")
                assert wire.answer().status == 400
                wire.send_request("GET", IDENTITY)
                assert wire.answer().status == 200

    def test_requests_sent_ahead_are_answered_in_order(self, endpoint: str) -> None:
        accounts = [f"{n:012d}" for n in range(1, 40)]
        with Wire(endpoint) as wire:
            wire.send(b"".join(wire.request("GET", IDENTITY, scope("sts", each)) for each in accounts))
            answers = [wire.answer() for _ in accounts]
        assert [each.xml.findtext("GetCallerIdentityResult/Account") for each in answers] == accounts

    def test_http_1_0_is_answered_and_closed(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            wire.send(f"GET {IDENTITY} HTTP/1.0\r\n\r\n".encode())
            answer = wire.answer()
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert wire.is_closed()

    def test_a_proxys_form_of_the_url(self, endpoint: str) -> None:
        assert ask(endpoint, "GET", f"http://localhost{IDENTITY}").status == 200

    def test_hundreds_at_once(self, endpoint: str) -> None:
        wires = [Wire(endpoint) for _ in range(300)]
        try:
            for n, wire in enumerate(wires):
                wire.send_request("GET", IDENTITY, scope("sts", f"{n:012d}"))
            found = [wire.answer().xml.findtext("GetCallerIdentityResult/Account") for wire in wires]
            assert found == [f"{n:012d}" for n in range(300)]
        finally:
            for wire in wires:
                wire.close()

    def test_slow_clients_hold_nobody_up(self, endpoint: str) -> None:
        slow = [Wire(endpoint) for _ in range(50)]
        try:
            for n, wire in enumerate(slow):
                wire.send(b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\nAct" if n % 2 else b"POST / HT")
            assert ask(endpoint, "GET", IDENTITY).status == 200
        finally:
            for wire in slow:
                wire.close()

    def test_a_client_that_does_not_read_holds_nobody_up(self, endpoint: str) -> None:
        with Wire(endpoint) as wire:
            wire.send(wire.request("GET", "/_windsock/metrics") * 200)
            assert ask(endpoint, "GET", IDENTITY).status == 200


class TestLongPolls:
    ACCOUNT = "440000000001"

    def sqs(self, endpoint: str, operation: str, **params: object) -> dict[str, Any]:
        answer = ask(endpoint, "POST", "/", *self.call(operation, **params))
        assert answer.status == 200, answer.body
        document: dict[str, Any] = answer.json if answer.body else {}
        return document

    def call(self, operation: str, **params: object) -> tuple[dict[str, str], bytes]:
        headers = {**JSON, **scope("sqs", self.ACCOUNT), "X-Amz-Target": f"AmazonSQS.{operation}"}
        return headers, json.dumps(params).encode()

    def test_take_nothing_once_their_client_is_gone(self, endpoint: str) -> None:
        url = self.sqs(endpoint, "CreateQueue", QueueName="left")["QueueUrl"]
        polls = [Wire(endpoint) for _ in range(10)]
        for wire in polls:
            wire.send_request("POST", "/", *self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20))
        ask(endpoint, "GET", "/_windsock/health")
        for wire in polls:
            wire.close()
        ask(endpoint, "GET", "/_windsock/health")
        self.sqs(endpoint, "SendMessage", QueueUrl=url, MessageBody="hello")
        names = ["ApproximateReceiveCount"]
        received = self.sqs(endpoint, "ReceiveMessage", QueueUrl=url, MessageSystemAttributeNames=names)
        (message,) = received["Messages"]
        assert message["Body"] == "hello"
        assert message["Attributes"] == {"ApproximateReceiveCount": "1"}

    def test_leave_it_to_those_who_stayed(self, endpoint: str) -> None:
        url = self.sqs(endpoint, "CreateQueue", QueueName="stayed")["QueueUrl"]
        request = self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
        with Wire(endpoint) as gone, Wire(endpoint) as stays:
            gone.send_request("POST", "/", *request)
            stays.send_request("POST", "/", *request)
            ask(endpoint, "GET", "/_windsock/health")
            gone.close()
            ask(endpoint, "GET", "/_windsock/health")
            self.sqs(endpoint, "SendMessage", QueueUrl=url, MessageBody="hello")
            assert [each["Body"] for each in stays.answer().json["Messages"]] == ["hello"]

    def test_a_poll_sent_ahead_is_answered(self, endpoint: str) -> None:
        url = self.sqs(endpoint, "CreateQueue", QueueName="ahead")["QueueUrl"]
        with Wire(endpoint) as wire:
            wire.send_request("POST", "/", *self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20))
            wire.send_request("GET", IDENTITY)
            self.sqs(endpoint, "SendMessage", QueueUrl=url, MessageBody="hello")
            assert len(wire.answer().json["Messages"]) == 1
            assert wire.answer().status == 200

    def test_hold_nobody_up(self, endpoint: str) -> None:
        url = self.sqs(endpoint, "CreateQueue", QueueName="many")["QueueUrl"]
        polls = [Wire(endpoint) for _ in range(100)]
        try:
            for wire in polls:
                wire.send_request("POST", "/", *self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20))
            for n in range(100):
                self.sqs(endpoint, "SendMessage", QueueUrl=url, MessageBody=str(n))
            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(lambda wire: wire.answer().json["Messages"], polls))
            assert sorted(int(message["Body"]) for (message,) in answers) == list(range(100))
        finally:
            for wire in polls:
                wire.close()

    def test_are_answered_when_windsock_stops(self) -> None:
        server: Server = start("--memory")
        try:
            url = self.sqs(server.endpoint, "CreateQueue", QueueName="stop")["QueueUrl"]
            with Wire(server.endpoint) as wire:
                wire.send_request("POST", "/", *self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20))
                ask(server.endpoint, "GET", "/_windsock/health")
                server.process.terminate()
                answer = wire.answer()
                assert (answer.status, answer.json["message"]) == (503, "windsock is stopping.")
                assert answer.json["__type"] == "com.amazon.coral.service#ServiceUnavailable"
        finally:
            server.stop()
