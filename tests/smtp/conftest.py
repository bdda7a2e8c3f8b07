"""Certificates of the tests' own, trusted for as long as one test runs."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CONFIG = """
[ca]
default_ca = us
[us]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[extensions]
basicConstraints = critical,CA:TRUE
subjectAltName = {name}
"""


@dataclass(frozen=True)
class Certificates:
    """Makes self-signed certificates; one that is trusted stands in the file that it returns."""

    folder: Path

    def make(self, name: str, end: str = "20990101000000Z") -> tuple[ssl.SSLContext, Path]:
        folder = self.folder
        (folder / "index").write_text("")
        (folder / "serial").write_text("01")
        (folder / "config").write_text(CONFIG.format(folder=folder, name=name))
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        for command in (
            f"req -new -newkey rsa:2048 -nodes -subj /CN=sink -keyout {key} -out {folder}/request",
            f"ca -batch -notext -selfsign -keyfile {key} -in {folder}/request -out {certificate}"
            f" -startdate 20200101000000Z -enddate {end}",
        ):
            subprocess.run(
                ["openssl", *command.split(), "-config", f"{folder}/config"], check=True, capture_output=True
            )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context, certificate


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make certificates")
    return Certificates(tmp_path)


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1 that the system trusts during this test."""
    context, certificate = certificates.make("IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return context
