"""AssumeRoleWithSAML: a session of a role for whom a SAML provider vouches.

The assertion is the caller's only credential: it is verified by the certificates of the provider's metadata
document, and says itself which roles it is good for. Then the role's trust policy decides.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html and, for the
words of errors, https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from windsock.engine.access_errors import not_trusted
from windsock.engine.calls import Caller
from windsock.engine.identities import Federation
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.services.sts.errors import IdpRejectedClaim, InvalidIdentityToken, ValidationError
from windsock.services.sts.federated_roles import Grant, assume
from windsock.services.sts.role_sessions import role_arn
from windsock.services.sts.saml_claims import SamlClaims

if TYPE_CHECKING:
    from windsock.languages.saml import Assertion


@waiting("AssumeRoleWithSAML")
async def assume_role_with_saml(ctx: Context, params: Params) -> Result:
    """Credentials of a role that trusts a provider, for whom it authenticated."""
    role, provider = role_arn(params["RoleArn"]), params["PrincipalArn"]
    claims = SamlClaims(_assertion(ctx, provider, params["SAMLAssertion"]))
    claims.check(ctx.now_ms)
    if (str(role), provider) not in claims.roles:
        raise not_trusted("sts:AssumeRoleWithSAML")
    said, name = claims.assertion, provider.rpartition("/")[2]
    qualifier = _name_qualifier(said.issuer, role.account, name)
    lasting = {
        "saml:sub": said.subject,
        "saml:sub_type": claims.subject_type,
        "saml:namequalifier": qualifier,
    }
    caller = Caller(
        "saml-user",
        "",
        provider,
        source_ip=ctx.call.caller.source_ip,
        user_agent=ctx.call.caller.user_agent,
        user_id=f"{qualifier}:{said.subject}",
        name=said.subject,
    )
    grant = Grant(
        caller=caller,
        role=role,
        session_name=claims.session_name,
        seconds=claims.seconds(params.get("DurationSeconds"), ctx.now_ms),
        tags=claims.tags,
        transitive=claims.transitive,
        source_identity=claims.source_identity,
        federation=Federation(provider, lasting),
        context={**claims.context, **lasting, "saml:doc": f"{role.account}/{name}"},
    )
    return {
        **await assume(ctx, params, grant),
        "Subject": said.subject,
        "SubjectType": claims.subject_type,
        "Issuer": said.issuer,
        "Audience": said.recipient,
        "NameQualifier": qualifier,
    }


def _assertion(ctx: Context, provider: str, response: str) -> Assertion:
    """What the provider asserts. Raises InvalidIdentityToken and IdpRejectedClaim."""
    # Few installations ever see an assertion, and lxml takes a while to load.
    from windsock.languages import saml

    metadata = saml.read_metadata(_metadata(ctx, provider))
    try:
        document = base64.b64decode(response, validate=True)
    except binascii.Error as error:
        raise InvalidIdentityToken("Invalid base64 SAMLResponse") from error
    try:
        found = saml.read_response(document, metadata)
    except saml.InvalidSignature as error:
        raise InvalidIdentityToken("Response signature invalid") from error
    except saml.FailedAuthentication as error:
        raise IdpRejectedClaim(
            "The identity provider (IdP) reported that authentication failed. This might be because the "
            "claim is invalid."
        ) from error
    except saml.EncryptedAssertion as error:
        raise AwsError(
            "windsock does not decrypt assertions yet.",
            code=NotImplementedOperation.code,
            status=NotImplementedOperation.status,
        ) from error
    except saml.SamlError as error:
        raise InvalidIdentityToken(f"Invalid SAML response: {error}") from error
    if found.issuer != metadata.entity_id:
        raise InvalidIdentityToken("Issuer not present in specified provider")
    return found


def _metadata(ctx: Context, provider: str) -> str:
    parsed = parse_arn(provider)
    if parsed is None or not parsed.resource.startswith("saml-provider/"):
        raise ValidationError(f"{provider} is invalid")
    known = ctx.engine.identities.identity_provider(provider)
    if known is None:
        raise InvalidIdentityToken("Specified provider doesn't exist")
    return known.metadata


def _name_qualifier(issuer: str, account: str, provider: str) -> str:
    """What tells equally called users of different providers apart, as the API reference gives it."""
    digest = hashlib.sha1(f"{issuer}{account}/{provider}".encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()
