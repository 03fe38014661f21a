"""What the commands about exemptions, forecasts and corrections share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.cli.parts.common.options import Missing, open_site
from callcenter.cli.parts.common.reading import records_url
from callcenter.records.database.engine import RecordsError
from callcenter.records.reading.contract import Contract, open_contract
from callcenter.site.model import Site


@contextmanager
def contract(folder: Path) -> Iterator[tuple[Site, Contract]]:
    """The site and its contract's records; what they lack ends the command with one message."""
    site = open_site(folder)
    try:
        with open_contract(records_url(folder, site)) as found:
            yield site, found
    except RecordsError as error:
        raise Missing(str(error)) from None
