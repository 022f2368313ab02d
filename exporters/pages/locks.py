"""Encryption with AES-256 (ISO 32000-2, 7.6.4.3 and 7.6.4.4: version 5, revision 6).

The same source gives the same bytes here too, so nothing is drawn by lot: salts, keys and initialisation vectors are
derived from the passwords and from a digest of the content (HKDF, RFC 5869). That gives away less than one might fear.
Whoever knows neither password cannot compute any of them, since the passwords go into each; another content or another
password gives other salts and another key; and no vector is used twice under one key but for equal plain text. What
remains is that two files can be told to be equal, which is the very thing that the rule asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from exporters.pages.objects import Cipher, Lock

type Permission = Literal["print", "copy", "change", "annotate"]

# ISO 32000-1, table 22, by the position of the bit, from 1. The accessibility of text (10) is always granted.
_BITS: dict[Permission, tuple[int, ...]] = {
    "print": (3, 12),
    "change": (4, 11),
    "copy": (5,),
    "annotate": (6, 9),
}
_ALWAYS = (7, 8, 10, *range(13, 33))
_BLOCK = 16
_LONGEST = 127  # bytes of a password that count


def lock(user: str, owner: str, permissions: Iterable[Permission], contents: Iterable[bytes]) -> Lock:
    """Locks a file with these contents. Whoever opens it with the owner's password may do everything.

    Without an owner's password there is one that nobody knows. `cryptography` takes 30 ms to import.
    """
    import hashlib

    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    user_password, owner_password = _password(user), _password(owner)
    secret = b"".join(len(each).to_bytes(4) + each for each in (user_password, owner_password, digest.digest()))
    owner_password = owner_password or _derived(secret, b"owner", 32)
    key = _derived(secret, b"key", 32)
    users, user_key = _entry(user_password, _derived(secret, b"user salts", 16), b"", key)
    owners, owner_key = _entry(owner_password, _derived(secret, b"owner salts", 16), users, key)
    flags = _flags(permissions)
    seal = flags.to_bytes(4, "little") + b"\xff\xff\xff\xffTadb" + _derived(secret, b"seal", 4)
    hexed = {"U": users, "UE": user_key, "O": owners, "OE": owner_key, "Perms": _aes(key, seal)}
    dictionary = (
        f"<< /Filter /Standard /V 5 /R 6 /Length 256 /P {flags - (1 << 32)} {_written(hexed)} /EncryptMetadata true"
        " /StmF /StdCF /StrF /StdCF /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> >>"
    )
    return Lock(_cipher(key, _derived(secret, b"vectors", 32)), dictionary, _derived(secret, b"identity", 16))


def _cipher(key: bytes, vectors: bytes) -> Cipher:
    import hmac

    def encrypt(number: int, data: bytes) -> bytes:
        vector = hmac.digest(vectors, number.to_bytes(4) + data, "sha256")[:_BLOCK]
        padding = _BLOCK - len(data) % _BLOCK
        return vector + _aes(key, data + bytes([padding]) * padding, vector)

    return encrypt


def _entry(password: bytes, salts: bytes, users: bytes, key: bytes) -> tuple[bytes, bytes]:
    """What checks a password, and the file's key as only the password opens it (algorithms 8 and 9)."""
    check, wrap = salts[:8], salts[8:]
    return _hash(password, check, users) + salts, _aes(_hash(password, wrap, users), key, bytes(_BLOCK))


def _hash(password: bytes, salt: bytes, users: bytes) -> bytes:
    # Algorithm 2.B, which is slow on purpose: at least 64 rounds.
    import hashlib

    found = hashlib.sha256(password + salt + users).digest()
    count = 0
    while True:
        text = _aes(found[:16], (password + found + users) * 64, found[16:32])
        found = hashlib.new(("sha256", "sha384", "sha512")[sum(text[:16]) % 3], text).digest()
        count += 1
        if count >= 64 and text[-1] <= count - 32:
            return found[:32]


def _aes(key: bytes, data: bytes, vector: bytes = b"") -> bytes:
    # CBC without padding where there is a vector, else ECB.
    from cryptography.hazmat.primitives.ciphers import Cipher as Machine
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

    machine = Machine(AES(key), CBC(vector) if vector else ECB()).encryptor()  # noqa: S305 – as the standard has it
    return machine.update(data) + machine.finalize()


def _derived(secret: bytes, purpose: bytes, size: int) -> bytes:
    # HKDF with SHA-256: one block of it is enough for each of them.
    import hmac

    drawn = hmac.digest(b"a locked file", secret, "sha256")
    return hmac.digest(drawn, purpose + b"\1", "sha256")[:size]


def _password(password: str) -> bytes:
    # SASLprep in its essence (RFC 4013): compatibility forms are one; what people cannot type is not told apart.
    import unicodedata

    return unicodedata.normalize("NFKC", password).encode(errors="replace")[:_LONGEST]


def _flags(permissions: Iterable[Permission]) -> int:
    granted = [bit for permission in permissions for bit in _BITS[permission]]
    return sum(1 << (bit - 1) for bit in {*granted, *_ALWAYS})


def _written(entries: dict[str, bytes]) -> str:
    return " ".join(f"/{key} <{value.hex()}>" for key, value in entries.items())
