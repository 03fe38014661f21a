"""How callers' numbers are stored: as they are, encrypted, or hashed for search.

Each number becomes a token, always the same one, so that equality, grouping and exact search go on
working on what is stored. Tokens tell what they are and are never mistaken for a number:

- `#e.` encrypted: AES-SIV (RFC 5297), deterministic and authenticated; opened with the key.
- `#h.` hashed: a keyed HMAC-SHA256 of the number as `parties.party` has it; never opened.
- `#x.` erased: a random name that took the number's place; it belongs to nobody.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from callcenter.records.database.errors import RecordsError
from callcenter.records.reading.parties import party
from callcenter.site.model import Site
from callcenter.site.secrets import NUMBERS

ENCRYPTED, HASHED, ERASED = "#e.", "#h.", "#x."
_TOKEN = re.compile(r"#([ehx])\.([A-Za-z0-9_-]+)")
SHORTEST = 7
"""Digits of the shortest number that is somebody's; shorter ones are extensions and services."""
GAP = r"(?:[ -]|\) ?| ?\()"
"""What people write between the groups of a number."""
_DATE = r"(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])|20[0-9]{6}-[0-9]{1,3}(?![0-9])"
"""A day, or the name of an exemption, which begins with one: no number."""
_ABROAD = rf"(?:\+|00)[0-9]{{1,3}}{GAP}?"
_FORMS = (
    rf"(?:\(?{_ABROAD}|0)?1{GAP}?[3-9](?:{GAP}?[0-9]){{9}}",  # a mobile
    rf"\(?0[0-9](?:{GAP}?[0-9]){{8,10}}",  # with its area
    rf"\+?[0-9]{{{SHORTEST},24}}",
    rf"(?:{_ABROAD})?(?=(?:{GAP}?[0-9]){{{SHORTEST},15}})[0-9]{{2,8}}(?:{GAP}[0-9]{{2,8}}){{1,5}}",
)
_WITHIN = re.compile(
    rf"(?<![0-9A-Za-z_.~+#-])(?!{_DATE})(?:{'|'.join(_FORMS)})(?![0-9A-Za-z_~-]|\.[0-9])"
)
"""A number within a text, also in groups; no part of a call's name (`hot-1764500000.7`) is one.
Two that stand side by side are two where their writing tells it; else they are kept as one."""
_WHOLE = re.compile(rf"(?!{_DATE})\+?[0-9](?:[ ()/-]?[0-9]){{{SHORTEST - 1},14}}")
"""A number written in groups, where nothing else is written."""
_REMEMBERED = 1 << 16
_HASH_BYTES = 15
_SHORTEST_KEY = 24


class Form(StrEnum):
    """How numbers are stored; words of the site's `records.numbers`."""

    PLAIN = "plain"
    ENCRYPTED = "encrypted"
    HASHED = "hashed"


class WrongKey(RecordsError):
    """A token was made with another key."""


class Numbers:
    """Numbers of one site: what is stored for them, and what is read from that."""

    def __init__(self, form: Form = Form.PLAIN, key: str = "", own: Iterable[str] = ()) -> None:
        """`own` are numbers that are nobody's secret, such as the hotline's: even where they are
        hashed they are read as they are. Any form but plain needs a key."""
        if form is not Form.PLAIN and not key:
            raise ValueError("numbers need a key")
        self.form = form
        self.key_id = _derived(key, "id").hex()[:16] if key else ""
        """Tells keys apart, and nothing of a key."""
        self._hash_key = _derived(key, "hash")
        self._cipher_key = _derived(key, "encrypt")
        self._has_key = bool(key)
        self._own = {self.hashed(number): number for number in own} if key else {}
        # Few numbers make most calls.
        self._encrypt = lru_cache(_REMEMBERED)(self._encrypted)
        self._open = lru_cache(_REMEMBERED)(self._opened)

    def stored(self, text: str) -> str:
        """A text as tables hold it: each number in it in the site's form."""
        if self.form is Form.PLAIN:
            return text
        return replaced(text, self.hashed if self.form is Form.HASHED else self._encrypt)

    def kept(self, text: str) -> str:
        """The same where the number itself is still needed: encrypted also where others are
        hashed, until the nightly work finds that nobody needs it any more."""
        return text if self.form is Form.PLAIN else replaced(text, self._encrypt)

    def opened(self, text: str) -> str:
        """A text as people read it. Raises WrongKey. What is hashed or erased stays a token."""
        if "#" not in text or not self._has_key:
            return text
        return _TOKEN.sub(lambda found: self._open(found.group()), text)

    def hashed(self, number: str) -> str:
        """The number's hash; that of a token is the token's."""
        if _TOKEN.fullmatch(number):
            return number
        digest = hmac.digest(self._hash_key, (party(number) or number).encode(), "sha256")
        return HASHED + _text(digest[:_HASH_BYTES])

    def hashed_in(self, text: str) -> str:
        """A text with a hash in the place of each number, also of encrypted ones."""
        return replaced(self.opened(text), self.hashed)

    def _encrypted(self, number: str) -> str:
        return ENCRYPTED + _text(_cipher(self._cipher_key).encrypt(number.encode(), None))

    def _opened(self, token: str) -> str:
        if token.startswith(HASHED):
            return self._own.get(token, token)
        if not token.startswith(ENCRYPTED):
            return token
        number = _decrypted(self._cipher_key, base64.urlsafe_b64decode(token[3:] + "=="))
        if number is None:
            raise WrongKey("an encrypted number was made with another key")
        return number


def site_numbers(site: Site, secrets: Mapping[str, str]) -> Numbers:
    """How a site's numbers are stored. Raises RecordsError where it has no key for that."""
    form, key = Form(site.records.numbers), secrets.get(NUMBERS, "")
    if form is not Form.PLAIN and len(key) < _SHORTEST_KEY:
        raise RecordsError(
            f"records.key is shorter than {_SHORTEST_KEY} characters; "
            "make one with `openssl rand -base64 32`"
        )
    return Numbers(form, key, (str(number) for number in site.numbers))


def replaced(text: str, token: Callable[[str], str]) -> str:
    """A text with something else in the place of each number in it; tokens stay."""
    if _WHOLE.fullmatch(text):
        return token(text)
    return _WITHIN.sub(lambda found: token(found.group()), text)


def tokens_in(text: str) -> list[str]:
    """The tokens in a text."""
    return [found.group() for found in _TOKEN.finditer(text)]


def _derived(key: str, what: str) -> bytes:
    return hmac.digest(key.encode(), f"callcenter numbers: {what}".encode(), hashlib.sha512)


@lru_cache(8)
def _cipher(key: bytes) -> Any:
    # Here, so that commands of sites with plain numbers do not wait for the library.
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key)


def _decrypted(key: bytes, sealed: bytes) -> str | None:
    from cryptography.exceptions import InvalidTag

    try:
        return str(_cipher(key).decrypt(sealed, None), "utf-8")
    except InvalidTag:
        return None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


PLAIN = Numbers()
