#!/usr/bin/env python3
"""A throw-away certificate authority, made with the openssl program: `authority.py FOLDER`.

The folder then holds ca.pem, what a client is to trust, and for each name of LEAVES a NAME.pem (the chain that is sent)
and a NAME.key. Nothing in it is secret or lasts.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "DNS:localhost,IP:127.0.0.1,IP:::1"


@dataclass(frozen=True)
class Leaf:
    """An end's certificate, valid for every name of this machine's loopback unless it says otherwise."""

    names: str = LOOPBACK
    issuer: str = "ca"
    usage: str = "serverAuth"
    starts: str = "20200101000000Z"
    ends: str = "20991231235959Z"
    chain: tuple = ()  # names of the certificates sent after it


LEAVES = {
    "server": Leaf(),
    "expired": Leaf(ends="20210101000000Z"),
    "not_yet_valid": Leaf(starts="20980101000000Z"),
    "wrong_name": Leaf(names="DNS:elsewhere.example"),
    "no_names": Leaf(names=""),  # localhost as common name alone, which has not counted for long
    "self_signed": Leaf(issuer="self_signed"),
    "unknown_authority": Leaf(issuer="stranger"),
    "intermediate": Leaf(issuer="between", chain=("between",)),
    "no_intermediate": Leaf(issuer="between"),
    "client": Leaf(names="", usage="clientAuth"),
    "client_unknown": Leaf(names="", usage="clientAuth", issuer="stranger"),
}

# `openssl ca` is the one command that takes both dates; it wants a data base and a folder of its own.
CONFIGURATION = """
[ca]
default_ca = any
[any]
database = {work}/database
new_certs_dir = {work}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
x509_extensions = {extensions}
[anything]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = {usage}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{names}
[req]
distinguished_name = none
[none]
"""


def make(folder):
    """Fills the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        issue = Issuing(folder, Path(work)).issue
        for name, issuer in {"ca": "ca", "between": "ca", "stranger": "stranger"}.items():
            issue(name, "authority", f"arun test authority {name}", Leaf(issuer=issuer, names=""))
        for name, leaf in LEAVES.items():
            issue(name, "leaf", "localhost", leaf)
            with open(folder / f"{name}.pem", "ab") as chain:
                for link in leaf.chain:
                    chain.write((folder / f"{link}.pem").read_bytes())


@dataclass(frozen=True)
class Issuing:
    folder: Path
    work: Path

    def issue(self, name, extensions, common_name, leaf):
        configuration, request = self.work / "openssl.cnf", self.work / "request"
        names = f"subjectAltName = {leaf.names}" if leaf.names else ""
        configuration.write_text(
            CONFIGURATION.format(work=self.work, extensions=extensions, usage=leaf.usage, names=names))
        (self.work / "database").write_text("")
        openssl("req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-keyout", self.folder / f"{name}.key", "-out", request, "-subj", f"/CN={common_name}",
                "-config", configuration)
        signer = ["-selfsign"] if leaf.issuer == name else ["-cert", self.folder / f"{leaf.issuer}.pem"]
        openssl("ca", "-batch", "-notext", "-config", configuration, "-in", request,
                "-out", self.folder / f"{name}.pem", "-startdate", leaf.starts, "-enddate", leaf.ends,
                "-keyfile", self.folder / f"{leaf.issuer}.key", *signer)


def openssl(*arguments):
    # The system's own configuration stays out of it.
    environment = dict(os.environ, OPENSSL_CONF=os.devnull)
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.strip()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    make(sys.argv[1])
