"""callcenter records retain: rows and messages whose keep time is over are destroyed."""

import time
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from callcenter.cli.parts.common.care import remove_sounds
from callcenter.cli.parts.common.options import json_option, open_site, print_json, site_option
from callcenter.cli.parts.common.reading import now, records_url
from callcenter.cli.parts.recordings.destroy import retain_recordings, window_left
from callcenter.cli.parts.records.journal import rewrite_journal
from callcenter.cli.parts.records.rebuild import records_messages
from callcenter.records.personal.retain import Due, Retention, hour_of


@click.command()
@site_option
@click.option("--in-window", is_flag=True, help="End with the site's housekeeping window.")
@click.option("--dry-run", is_flag=True, help="Only tell how much is due.")
@json_option
def retain(folder: Path, in_window: bool, dry_run: bool, as_json: bool) -> None:
    """Destroy recordings, calls, messages and audit whose keep time is over.

    The controller does so nightly. The counts of hours stay, and so does what a legal hold covers
    or what still has a recording. Numbers in finished journal files take the site's form.
    """
    recordings = retain_recordings(folder, in_window=in_window, dry_run=dry_run)
    site = open_site(folder)
    url, keep = records_url(folder, site), site.records.keep
    due = Due(*(hour_of(now() - round(s * 1000)) for s in (keep.calls, keep.audit, keep.messages)))
    until = time.monotonic() + window_left(site) if in_window else float("inf")
    with records_messages(), closing(Retention(url, due)) as retention:
        told = {f"recordings_{what}": n for what, n in recordings.items()} | retention.counts()
        if not dry_run:
            messages = retention.messages()
            remove_sounds(site, messages)
            retention.forget_files(messages)
            told["calls_destroyed"] = _destroy(retention, told["calls"], until)
            told["hashed"] = retention.hash_served()
            if url.numbers.key_id:
                change = retention.journal_change()
                told["journal_lines"] = rewrite_journal(site, url, change, rotate=False).lines
    if as_json:
        print_json(told)
    else:
        click.echo(", ".join(f"{n} {what.replace('_', ' ')}" for what, n in told.items()))


def _destroy(retention: Retention, total: int, until: float) -> int:
    count = 0
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Calls", total=total)
        for calls in retention.destroy():
            count += calls
            bar.update(task, completed=count)
            if time.monotonic() > until:
                break
    return count
