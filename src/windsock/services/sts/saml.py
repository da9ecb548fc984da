"""AssumeRoleWithSAML: an assertion of a provider that the account does not know is refused as AWS does;
verifying those of providers it does know is not there.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.services.sts.errors import InvalidIdentityToken
from windsock.services.sts.federated_roles import call_iam


@waiting("AssumeRoleWithSAML")
async def assume_role_with_saml(ctx: Context, params: Params) -> Result:
    """Refuses what no provider of the account issued."""
    arn = params["PrincipalArn"]
    try:
        await call_iam(ctx, arn, "GetSAMLProvider", {"SAMLProviderArn": arn})
    except AwsError as error:
        raise InvalidIdentityToken("Specified provider doesn't exist") from error
    raise NotImplementedOperation("sts", "AssumeRoleWithSAML")
