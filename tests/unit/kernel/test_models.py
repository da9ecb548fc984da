"""Service models: loading, protocols, errors and wire names."""

from __future__ import annotations

import pytest

from windsock.kernel.errors import UnknownOperation, UnknownService
from windsock.kernel.models import modeled_error, operation_model, protocols, service_model, service_names


def test_a_model_is_loaded_once_and_is_the_newest() -> None:
    assert service_model("events") is service_model("events")
    assert service_model("events").api_version == "2015-10-07"
    assert service_model("lambda").api_version == "2015-03-31"


@pytest.mark.parametrize("name", ["nothing", "", "../events", "events/2015-10-07"])
def test_an_unknown_service(name: str) -> None:
    with pytest.raises(UnknownService):
        service_model(name)


def test_an_unknown_operation() -> None:
    assert operation_model("events", "PutEvents").name == "PutEvents"
    with pytest.raises(UnknownOperation):
        operation_model("events", "putEvents")


@pytest.mark.parametrize(
    ("service", "spoken"),
    [
        ("cloudwatch", ("smithy-rpc-v2-cbor", "json", "query")),
        ("ec2", ("ec2",)),
        ("events", ("json",)),
        ("s3", ("rest-xml",)),
        ("scheduler", ("rest-json",)),
        ("sqs", ("json", "query")),
    ],
)
def test_the_protocols_of_a_service(service: str, spoken: tuple[str, ...]) -> None:
    assert protocols(service) == spoken


def test_an_error_is_found_by_either_of_its_codes() -> None:
    by_name = modeled_error("sqs", "QueueDoesNotExist")
    assert by_name is not None
    assert by_name == modeled_error("sqs", "AWS.SimpleQueueService.NonExistentQueue")
    assert (by_name.status, by_name.sender) == (400, True)
    assert modeled_error("sqs", "Nothing") is None


def test_who_is_at_fault() -> None:
    internal = modeled_error("sns", "InternalError")
    throttled = modeled_error("sns", "Throttled")
    assert internal is not None and throttled is not None
    assert (internal.sender, throttled.sender) == (False, True)


def test_every_error_of_sqs_has_its_query_code() -> None:
    # The overlay fits the model as long as the model has all that it names.
    shapes = {shape.name for shape in service_model("sqs").error_shapes}
    assert {"QueueNameExists", "OverLimit", "InvalidParameterValueException"} <= shapes
    members = service_model("sqs").operation_model("ReceiveMessage").input_shape
    assert members is not None
    assert members.members["AttributeNames"].type_name == "list"


def test_wire_names() -> None:
    names = service_names()
    assert names.signing_names["states"] == ("stepfunctions",)
    assert names.signing_names["events"][0] == "events"
    assert names.target_prefixes["AWSEvents"] == ("events",)
    assert names.endpoint_prefixes["monitoring"] == ("cloudwatch",)
    assert names.query_versions["2012-11-05"] == ("sqs",)
    assert set(names.query_versions["2014-10-31"]) == {"rds", "docdb", "neptune"}
