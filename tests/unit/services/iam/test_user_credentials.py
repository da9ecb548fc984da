"""Passwords, MFA devices, SSH keys, certificates, credentials for one service."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from tests.conftest import Driver
from tests.unit.services.iam.iam_helpers import ACCOUNT, Iam, arn

from windsock.kernel.errors import AwsError
from windsock.services.iam.one_time_codes import code_at

STEP_MS = 30_000


@pytest.fixture
async def ada(iam: Iam) -> Iam:
    """IAM of an account with the user ada."""
    await iam("CreateUser", UserName="ada")
    return iam


async def make_device(iam: Iam) -> tuple[str, str]:
    """The serial number and seed of a new device."""
    made = (await iam("CreateVirtualMFADevice", VirtualMFADeviceName="phone"))["VirtualMFADevice"]
    return made["SerialNumber"], made["Base32StringSeed"].decode()


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, its last six digits."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code_at(seed, at * 1000) for at in (59, 1_111_111_109, 2_000_000_000)] == [
        "287082",
        "081804",
        "279037",
    ]


async def test_a_device_in_use(driver: Driver, ada: Iam) -> None:
    serial, seed = await make_device(ada)
    now = driver.clock.now_ms()
    codes = {
        "AuthenticationCode1": code_at(seed, now - STEP_MS),
        "AuthenticationCode2": code_at(seed, now),
    }
    device = {"UserName": "ada", "SerialNumber": serial}
    with pytest.raises(AwsError) as caught:
        await ada("EnableMFADevice", **device, AuthenticationCode1="000000", AuthenticationCode2="000000")
    assert caught.value.code == "InvalidAuthenticationCode"
    await ada("EnableMFADevice", **device, **codes)
    with pytest.raises(AwsError, match=r"MFA Device is already in use\."):
        await ada("EnableMFADevice", **device, **codes)
    await ada("ResyncMFADevice", **device, **codes)
    (listed,) = (await ada("ListMFADevices", UserName="ada"))["MFADevices"]
    assert (listed["UserName"], listed["SerialNumber"]) == ("ada", serial)
    assert (await ada("GetMFADevice", **device))["SerialNumber"] == serial
    (virtual,) = (await ada("ListVirtualMFADevices", AssignmentStatus="Assigned"))["VirtualMFADevices"]
    assert virtual["User"]["UserName"] == "ada"
    with pytest.raises(AwsError, match="Must deactivate first"):
        await ada("DeleteVirtualMFADevice", SerialNumber=serial)
    with pytest.raises(AwsError, match="must delete MFA device first"):
        await ada("DeleteUser", UserName="ada")
    await ada("DeactivateMFADevice", **device)
    await ada("DeleteVirtualMFADevice", SerialNumber=serial)


async def test_a_session_with_a_one_time_code(driver: Driver, ada: Iam) -> None:
    serial, seed = await make_device(ada)
    now = driver.clock.now_ms()
    codes = {"AuthenticationCode1": code_at(seed, now - STEP_MS), "AuthenticationCode2": code_at(seed, now)}
    await ada("EnableMFADevice", UserName="ada", SerialNumber=serial, **codes)
    user_id = (await ada("GetUser", UserName="ada"))["User"]["UserId"]
    holds = driver.engine.identities.mfa_code_holds
    assert holds(user_id, serial, code_at(seed, now)) is True
    assert holds(user_id, serial, code_at(seed, now + 10 * STEP_MS)) is False
    assert holds("AIDASOMEBODYELSE", serial, code_at(seed, now)) is None
    assert holds(user_id, arn("mfa/other"), code_at(seed, now)) is None


async def test_a_user_changes_the_password(ada: Iam) -> None:
    await ada("CreateLoginProfile", UserName="ada", Password="Correct-horse1", PasswordResetRequired=True)
    change = {"OldPassword": "Correct-horse1", "NewPassword": "Battery-staple2"}
    with pytest.raises(AwsError, match="The old password was incorrect"):
        await ada.as_user("ada", "ChangePassword", **{**change, "OldPassword": "wrong"})
    await ada.as_user("ada", "ChangePassword", **change)
    assert (await ada("GetLoginProfile", UserName="ada"))["LoginProfile"]["PasswordResetRequired"] is False
    with pytest.raises(AwsError, match="Only IAM Users can change their own password"):
        await ada("ChangePassword", **change)


@pytest.mark.parametrize(
    ("policy", "password", "message"),
    [
        (None, "short1A", "Password does not conform to the account password policy."),
        (None, "onlyletters", "Password does not conform to the account password policy."),
        ({"MinimumPasswordLength": 12}, "Tiny-pass1", "Password should have a minimum length of 12"),
        ({"RequireNumbers": True}, "no-numbers", "Password should have at least one number"),
        ({"RequireSymbols": True}, "nosymbols1", "Password should have at least one symbol"),
        (
            {"RequireUppercaseCharacters": True},
            "lower1-",
            "Password should have at least one uppercase letter",
        ),
    ],
)
async def test_passwords_that_the_account_does_not_allow(
    ada: Iam, policy: dict[str, Any] | None, password: str, message: str
) -> None:
    if policy is not None:
        await ada("UpdateAccountPasswordPolicy", **policy)
    with pytest.raises(AwsError) as caught:
        await ada("CreateLoginProfile", UserName="ada", Password=password)
    assert str(caught.value) == f"PasswordPolicyViolation: {message}"


async def test_former_passwords(ada: Iam) -> None:
    await ada("UpdateAccountPasswordPolicy", PasswordReusePrevention=2)
    await ada("CreateLoginProfile", UserName="ada", Password="first-one")
    await ada("UpdateLoginProfile", UserName="ada", Password="second-one")
    for used in ("first-one", "second-one"):
        with pytest.raises(AwsError, match="Password has been used before"):
            await ada("UpdateLoginProfile", UserName="ada", Password=used)
    await ada("UpdateLoginProfile", UserName="ada", Password="third-one")
    await ada("UpdateLoginProfile", UserName="ada", Password="first-one")


async def test_an_ssh_key(ada: Iam) -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()
    body = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    made = (await ada("UploadSSHPublicKey", UserName="ada", SSHPublicKeyBody=body))["SSHPublicKey"]
    assert made["SSHPublicKeyId"].startswith("APKA")
    assert len(made["Fingerprint"]) == 47
    with pytest.raises(AwsError) as caught:
        await ada("UploadSSHPublicKey", UserName="ada", SSHPublicKeyBody=body)
    assert caught.value.code == "DuplicateSSHPublicKey"
    ask = {"UserName": "ada", "SSHPublicKeyId": made["SSHPublicKeyId"]}
    pem = (await ada("GetSSHPublicKey", **ask, Encoding="PEM"))["SSHPublicKey"]["SSHPublicKeyBody"]
    assert serialization.load_pem_public_key(pem.encode()) == key
    await ada("UpdateSSHPublicKey", **ask, Status="Inactive")
    (listed,) = (await ada("ListSSHPublicKeys", UserName="ada"))["SSHPublicKeys"]
    assert listed["Status"] == "Inactive"
    await ada("DeleteSSHPublicKey", **ask)
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    body = other.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    for wrong in (body, "no key"):
        with pytest.raises(AwsError) as caught:
            await ada("UploadSSHPublicKey", UserName="ada", SSHPublicKeyBody=wrong)
        assert caught.value.code == "InvalidPublicKey"


class Certificate(NamedTuple):
    """A certificate and its private key, in PEM."""

    body: str
    key: str


def make_certificate(name: str) -> Certificate:
    """A certificate until 2030-01-01."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2016, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode())


async def test_server_certificates(iam: Iam) -> None:
    own, other = make_certificate("own.example.com"), make_certificate("other.example.com")
    upload = {"ServerCertificateName": "web", "Path": "/cloudfront/", "CertificateBody": own.body}
    with pytest.raises(AwsError) as caught:
        await iam("UploadServerCertificate", **upload, PrivateKey=other.key)
    assert caught.value.code == "KeyPairMismatch"
    made = await iam("UploadServerCertificate", **upload, PrivateKey=own.key)
    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == arn("server-certificate/cloudfront/web")
    assert metadata["Expiration"].year == 2030
    with pytest.raises(AwsError, match="The Server Certificate with name web already exists"):
        await iam("UploadServerCertificate", **upload, PrivateKey=own.key)
    await iam("UpdateServerCertificate", ServerCertificateName="web", NewServerCertificateName="site")
    told = (await iam("GetServerCertificate", ServerCertificateName="site"))["ServerCertificate"]
    assert (told["CertificateBody"], told["Tags"]) == (own.body.strip(), [])
    await iam("DeleteServerCertificate", ServerCertificateName="site")


async def test_signing_certificates(ada: Iam) -> None:
    bodies = [make_certificate(f"{number}.example.com").body for number in range(3)]
    made = [
        (await ada("UploadSigningCertificate", UserName="ada", CertificateBody=body))["Certificate"]
        for body in bodies[:2]
    ]
    with pytest.raises(AwsError, match="Cannot exceed quota for CertificatesPerUser: 2"):
        await ada("UploadSigningCertificate", UserName="ada", CertificateBody=bodies[2])
    with pytest.raises(AwsError) as caught:
        await ada("UploadSigningCertificate", UserName="ada", CertificateBody=bodies[0])
    assert caught.value.code == "DuplicateCertificate"
    one = {"UserName": "ada", "CertificateId": made[0]["CertificateId"]}
    await ada("UpdateSigningCertificate", **one, Status="Inactive")
    listed = (await ada("ListSigningCertificates", UserName="ada"))["Certificates"]
    assert sorted(each["Status"] for each in listed) == ["Active", "Inactive"]
    await ada("DeleteSigningCertificate", **one)


async def test_credentials_for_codecommit(ada: Iam) -> None:
    create = {"UserName": "ada", "ServiceName": "codecommit.amazonaws.com"}
    made = (await ada("CreateServiceSpecificCredential", **create))["ServiceSpecificCredential"]
    again = (await ada("CreateServiceSpecificCredential", **create))["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == f"ada-at-{ACCOUNT}"
    assert again["ServiceUserName"] == f"ada+1-at-{ACCOUNT}"
    with pytest.raises(AwsError) as caught:
        await ada("CreateServiceSpecificCredential", **create)
    assert caught.value.code == "LimitExceeded"
    one = {"UserName": "ada", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    reset = (await ada("ResetServiceSpecificCredential", **one))["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != made["ServicePassword"]
    await ada("UpdateServiceSpecificCredential", **one, Status="Inactive")
    await ada("DeleteServiceSpecificCredential", **one)
    left = await ada("ListServiceSpecificCredentials", UserName="ada")
    assert [each["ServiceUserName"] for each in left["ServiceSpecificCredentials"]] == [f"ada+1-at-{ACCOUNT}"]
    with pytest.raises(AwsError) as caught:
        await ada("CreateServiceSpecificCredential", UserName="ada", ServiceName="s3.amazonaws.com")
    assert caught.value.code == "NotSupportedService"
