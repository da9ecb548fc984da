"""Server certificates, as load balancers and CloudFront use them.

Sources: API_UploadServerCertificate and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.iam.certificates import check_certificate, check_key_pair
from windsock.services.iam.errors import EntityAlreadyExists, LimitExceeded, NoSuchEntity
from windsock.services.iam.limits import SERVER_CERTIFICATES
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import server_certificates
from windsock.services.iam.tag_sets import new_tags
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

rows = Rows(server_certificates)


@command("UploadServerCertificate")
def upload_server_certificate(ctx: Command, params: Params) -> Result:
    """Keep a certificate. Its private key must fit, and is not kept: nothing here could answer it."""
    name, path, tags = params["ServerCertificateName"], path_of(params), new_tags(params)
    expires_ms = check_certificate(params["CertificateBody"])
    check_key_pair(params["CertificateBody"], params["PrivateKey"])
    _refuse_taken(ctx, name)
    if rows.count(ctx) >= SERVER_CERTIFICATES:
        raise LimitExceeded.of("ServerCertificatesPerAccount", SERVER_CERTIFICATES)
    rows.insert(
        ctx,
        key=name.lower(),
        name=name,
        id=unique_id("ASCA"),
        path=path,
        body=params["CertificateBody"].strip(),
        chain=params.get("CertificateChain"),
        tags=tags,
        expires_ms=expires_ms,
        created_ms=ctx.now_ms,
    )
    certificate = certificate_named(ctx, params)
    tagged = tag_list(certificate.tags)
    return {"ServerCertificateMetadata": _shown(certificate), **({"Tags": tagged} if tagged else {})}


@query("GetServerCertificate")
def get_server_certificate(ctx: Query, params: Params) -> Result:
    """A certificate with its chain."""
    certificate = certificate_named(ctx, params)
    chain = {"CertificateChain": certificate.chain} if certificate.chain else {}
    return {
        "ServerCertificate": {
            "ServerCertificateMetadata": _shown(certificate),
            "CertificateBody": certificate.body,
            **chain,
            "Tags": tag_list(certificate.tags),
        }
    }


@query("ListServerCertificates")
def list_server_certificates(ctx: Query, params: Params) -> Result:
    """The certificates below a path."""
    found = under_path(params, rows.all(ctx))
    return page(params, "ServerCertificateMetadataList", found, lambda row: row.key, _shown)


@command("UpdateServerCertificate")
def update_server_certificate(ctx: Command, params: Params) -> Result:
    """Give a certificate another name, path or both."""
    certificate = certificate_named(ctx, params)
    name = params.get("NewServerCertificateName", certificate.name)
    path = path_of(params, "NewPath") if "NewPath" in params else certificate.path
    if name.lower() != certificate.key:
        _refuse_taken(ctx, name)
    rows.update(ctx, {"key": certificate.key}, key=name.lower(), name=name, path=path)
    return None


@command("DeleteServerCertificate")
def delete_server_certificate(ctx: Command, params: Params) -> Result:
    """Delete a certificate."""
    rows.delete(ctx, key=certificate_named(ctx, params).key)
    return None


def certificate_named(at: Reading, params: Params) -> Row:
    """The row of the certificate that a call names. Raises NoSuchEntity."""
    name = params["ServerCertificateName"]
    certificate = rows.find(at, key=name.lower())
    if certificate is None:
        raise NoSuchEntity(f"The Server Certificate with name {name} cannot be found.")
    return certificate


def _refuse_taken(at: Reading, name: str) -> None:
    if rows.find(at, key=name.lower()) is not None:
        raise EntityAlreadyExists(f"The Server Certificate with name {name} already exists.")


def _shown(certificate: Row) -> dict[str, Any]:
    scope = Scope(certificate.account, certificate.region)
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": scope.arn("iam", f"server-certificate{certificate.path}{certificate.name}"),
        "UploadDate": to_datetime(certificate.created_ms),
        "Expiration": to_datetime(certificate.expires_ms),
    }
