"""Why a place on another machine can't be used, in words, and what to do."""

from __future__ import annotations

import socket

from harness.failure import HarnessError

# What brings a kind of place, where fsspec alone does not.
_PACKAGES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "az": "adlfs",
    "adl": "adlfs",
    "oss": "ossfs",
    "smb": "smbprotocol",
    "webdav": "webdav4",
    "http": "aiohttp",
    "https": "aiohttp",
    "github": "requests",
}
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials",
    "sftp": "a key of an agent, in ~/.ssh or named in ~/.ssh/config",
}
_NO_CREDENTIALS = {"NoCredentialsError", "AuthenticationException"}
_SILENT = {"EndpointConnectionError", "NoValidConnectionsError"}
_WRONG_KEY = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "No authentication methods",
)


def explained(address: str, scheme: str, fault: Exception) -> HarnessError:
    """What a user can do about a fault of the file system at an address."""
    return HarnessError(f"the store {address} cannot be used: {_reason(scheme, fault)}")


def _reason(scheme: str, fault: Exception) -> str:
    said = " ".join(str(fault).split()) or type(fault).__name__
    kind = {"s3a": "s3", "ssh": "sftp"}.get(scheme, scheme)
    names = {each.__name__ for each in type(fault).__mro__}
    known = [
        (isinstance(fault, ImportError), f"a package for {scheme}:// is missing. Install it: {_how(scheme, said)}"),
        (
            isinstance(fault, ValueError) and "rotocol not known" in said,
            f"nothing is known of {scheme}://. Addresses begin like s3://, sftp:// or file://; a folder has no ://.",
        ),
        (
            bool(names & _NO_CREDENTIALS) or any(said_so in said for said_so in _WRONG_KEY),
            f"it doesn't take our credentials ({said}). Looked for: {_CREDENTIALS.get(kind, 'what its kind needs')}.",
        ),
        (
            isinstance(fault, PermissionError),
            f"it refuses ({said}). Ask for the right to list, read and write, or choose another with --store.",
        ),
        (isinstance(fault, socket.gaierror), f"there is no such host ({said}). Mend the address."),
        (
            isinstance(fault, ConnectionError | TimeoutError) or bool(names & _SILENT),
            f"nobody answers ({said}). Is the host up, and the address right?",
        ),
    ]
    return next((sentence for applies, sentence in known if applies), f"{said}.")


def _how(scheme: str, said: str) -> str:
    return f"python -m pip install {_PACKAGES[scheme]}" if scheme in _PACKAGES else said
