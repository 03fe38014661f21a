"""What the commands about exemptions, forecasts and corrections share."""

from contextlib import AbstractContextManager
from pathlib import Path

from callcenter.cli.parts.common.reading import reading_part
from callcenter.records.reading.contract import Contract, open_contract
from callcenter.site.model import Site


def contract(folder: Path) -> AbstractContextManager[tuple[Site, Contract]]:
    """The site and what its contract left in the records."""
    return reading_part(folder, open_contract)
