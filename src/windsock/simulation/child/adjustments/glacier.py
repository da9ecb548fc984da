"""Glacier: jobs that are done when windsock says so, and vaults that know whom to tell then.

Source: https://docs.aws.amazon.com/amazonglacier/latest/dev/amazon-glacier-api.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.core.utils import utcnow
from moto.glacier.models import ArchiveJob, GlacierBackend, InventoryJob, Job, Vault, glacier_backends

from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.glacier.limits import JOB_SECONDS

_SETTINGS: Final = "windsock_notifications"
_EVENTS: Final = {
    "ArchiveRetrieval": "ArchiveRetrievalCompleted",
    "InventoryRetrieval": "InventoryRetrievalCompleted",
}
_TYPES: Final = ("archive-retrieval", "inventory-retrieval")

_output_in_moto = GlacierBackend.get_job_output


def apply() -> None:
    """Change moto's classes."""
    GlacierBackend.describe_vault = _describe_vault
    GlacierBackend.describe_job = _describe_job
    GlacierBackend.get_job_output = _get_job_output
    for kind in (ArchiveJob, InventoryJob):
        kind.to_dict = _described(kind.to_dict)


@change("SetVaultNotifications")
def set_vault_notifications(account: str, region: str, params: dict[str, Any]) -> None:
    """Keep whom to tell of which jobs."""
    settings = params.get("vaultNotificationConfig") or {}
    topic, events = settings.get("SNSTopic", ""), settings.get("Events") or []
    arn = parse_arn(topic)
    if arn is None or arn.service != "sns":
        raise _invalid(f"Invalid SNS Topic ARN: {topic}")
    for event in events:
        if event not in _EVENTS.values():
            raise _invalid(f"Invalid event: {event}")
    if not events:
        raise _invalid("At least one event is required.")
    vars(_vault(account, region, params))[_SETTINGS] = {"SNSTopic": topic, "Events": list(events)}


@change("GetVaultNotifications")
def get_vault_notifications(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Whom to tell of which jobs."""
    settings = vars(_vault(account, region, params)).get(_SETTINGS)
    if settings is None:
        raise _not_found(f"No notification configuration is set for vault: {params['vaultName']}")
    return {"vaultNotificationConfig": settings}


@change("DeleteVaultNotifications")
def delete_vault_notifications(account: str, region: str, params: dict[str, Any]) -> None:
    """Tell nobody any more."""
    vars(_vault(account, region, params)).pop(_SETTINGS, None)


@change("InitiateJob")
def initiate_job(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Begin a job; it is done when windsock has it completed."""
    vault, wanted = _vault(account, region, params), params.get("jobParameters") or {}
    tier = wanted.get("Tier") or "Standard"
    if wanted.get("Type") not in _TYPES:
        raise _invalid(f"Invalid job type: {wanted.get('Type')}")
    if tier not in JOB_SECONDS:
        raise _invalid(f"Invalid tier: {tier}")
    if (
        wanted.get("Format") == "CSV"
        or "InventoryRetrievalParameters" in wanted
        or "RetrievalByteRange" in wanted
    ):
        raise NotImplementedOperation("glacier", "InitiateJob of a part or as CSV")
    archive = wanted.get("ArchiveId")
    if wanted["Type"] == _TYPES[0] and archive not in vault.archives:
        raise _not_found(f"The archive ID was not found: {archive}")
    job_id = vault.initiate_job(wanted["Type"], tier, archive)
    job = vault.jobs[job_id]
    vars(job).update(description=wanted.get("Description"), topic=wanted.get("SNSTopic"))
    if archive is not None:
        vars(job).update(size=vault.archives[archive]["size"], sha256=vault.archives[archive]["sha256"])
    happened(
        "glacier.job-initiated",
        account,
        region,
        vault=vault.vault_name,
        job=job_id,
        tier=tier,
    )
    return {"jobId": job_id, "location": f"/{account}/vaults/{vault.vault_name}/jobs/{job_id}"}


@change("CompleteJob")
def complete_job(account: str, region: str, params: dict[str, Any]) -> None:
    """A job is done."""
    vault = glacier_backends[account][region].vaults.get(params["vault"])
    job = None if vault is None else vault.jobs.get(params["job"])
    if vault is None or job is None:
        return  # the vault was deleted meanwhile
    vars(job)["completed"] = utcnow()
    told = job.to_dict()
    settings = vars(vault).get(_SETTINGS, {"SNSTopic": None, "Events": ()})
    topics = {vars(job)["topic"]}
    if _EVENTS[told["Action"]] in settings["Events"]:
        topics.add(settings["SNSTopic"])
    happened("glacier.job-completed", account, region, job=told, topics=sorted(filter(None, topics)))


def _vault(account: str, region: str, params: dict[str, Any]) -> Vault:
    return _describe_vault(glacier_backends[account][region], params["vaultName"])


def _describe_vault(backend: GlacierBackend, vault_name: str) -> Vault:
    vault = backend.vaults.get(vault_name)
    if vault is None:
        arn = f"arn:aws:glacier:{backend.region_name}:{backend.account_id}:vaults/{vault_name}"
        raise _not_found(f"Vault not found for ARN: {arn}")
    return vault


def _describe_job(backend: GlacierBackend, vault_name: str, job_id: str) -> Job:
    job = _describe_vault(backend, vault_name).jobs.get(job_id)
    if job is None:
        raise _not_found(f"The job ID was not found: {job_id}")
    return job


def _get_job_output(backend: GlacierBackend, vault_name: str, job_id: str) -> Any:
    if not vars(_describe_job(backend, vault_name, job_id)).get("completed"):
        raise _invalid(f"The job is not currently available for download: {job_id}")
    return _output_in_moto(backend, vault_name, job_id)


def _described(in_moto: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def described(job: Any) -> dict[str, Any]:
        known = vars(job)
        done = known.get("completed")
        return {
            **in_moto(job),
            "JobDescription": known.get("description"),
            "SNSTopic": known.get("topic"),
            "InventorySizeInBytes": None,
            "ArchiveSizeInBytes": known.get("size"),
            "ArchiveSHA256TreeHash": known.get("sha256"),
            "SHA256TreeHash": known.get("sha256"),
            "Completed": done is not None,
            "CompletionDate": done and done.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "StatusCode": "Succeeded" if done else "InProgress",
            "StatusMessage": "Succeeded" if done else None,
        }

    return described


def _not_found(message: str) -> AwsError:
    return AwsError(message, code="ResourceNotFoundException", status=404)


def _invalid(message: str) -> AwsError:
    return AwsError(message, code="InvalidParameterValueException")
