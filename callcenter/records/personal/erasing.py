"""One person's numbers, found in texts however they are written, and replaced by a name. Pure."""

import re
from dataclasses import dataclass

from callcenter.records.personal.numbers import GAP, SHORTEST, Numbers, tokens_in
from callcenter.records.reading.parties import party


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whose numbers go, and what stands in their place."""

    party: str
    """The number as `parties.party` has it."""
    name: str
    """Nobody's: `#x.` and random letters, one for all of the person's calls."""
    numbers: Numbers
    """Opens what is stored."""

    def opened(self, stored: str) -> str | None:
        """A stored text, opened and with the name in it; None where the person is not in it."""
        text = self.numbers.opened(stored)
        if party(text) == self.party:
            return self.name
        renamed = self._hashed(text)
        if len(self.party) >= SHORTEST:
            renamed = _written(self.party).sub(self.name, renamed)
        return renamed if renamed != text else None

    def _hashed(self, text: str) -> str:
        if not self.numbers.key_id:
            return text
        token = self.numbers.hashed(self.party)
        for found in tokens_in(text):
            if found == token:
                text = text.replace(found, self.name)
        return text


def _written(number: str) -> re.Pattern[str]:
    """The number within a text, also in groups; never a part of a longer one, or of a name."""
    digits = f"{GAP}?".join(map(re.escape, number))
    return re.compile(
        rf"(?<![0-9A-Za-z_.~+#])(?:\(?(?:\+|00)86{GAP}?|\(?0|\()?{digits}(?![0-9A-Za-z_~]|\.[0-9])"
    )
