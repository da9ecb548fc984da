"""ECR: what is pushed and deleted is announced.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from __future__ import annotations

import json

from tests.unit.simulation.conftest import Machine, events

ACCOUNT = "000000000000"
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/json", "size": 1, "digest": "sha256:" + "0" * 64},
    "layers": [],
}


async def test_images_are_announced(machine: Machine) -> None:
    driver = machine.driver
    await driver("ecr", "CreateRepository", repositoryName="team/app")
    pushed = await driver("ecr", "PutImage", repositoryName="team/app", imageTag="latest",
                          imageManifest=json.dumps(MANIFEST))  # fmt: skip
    digest = pushed["image"]["imageId"]["imageDigest"]
    await driver("ecr", "BatchDeleteImage", repositoryName="team/app", imageIds=[{"imageTag": "latest"}])
    await driver.settle()
    push, delete = events(driver, ACCOUNT)
    assert push == {
        "detail-type": "ECR Image Action",
        "source": "aws.ecr",
        "account": ACCOUNT,
        "time": "2017-01-02T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {
            "result": "SUCCESS",
            "repository-name": "team/app",
            "image-digest": digest,
            "action-type": "PUSH",
            "image-tag": "latest",
        },
    }
    assert delete["detail"] == {**push["detail"], "action-type": "DELETE"}
