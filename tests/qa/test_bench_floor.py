"""The floor's benchmark: its figures, and its floor is as busy as it says."""

import json

import pytest
from callcenter.cli.bench import bench
from callcenter.qa.bench_floor import SIZES, price
from click.testing import CliRunner

pytestmark = pytest.mark.pure


def test_a_line_is_as_long_after_the_run_as_there_are_agents() -> None:
    decided = []
    figures = price(100, 50, lambda: decided.append(1))
    assert (figures.agents, figures.waiting, figures.needs) == (100, 100, 5)
    assert figures.decisions_per_s > 0
    assert figures.p99_us > 0
    assert len(decided) == 50


def test_the_command_prints_one_entry_for_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callcenter.cli.bench.SIZES", (100, 200))
    done = CliRunner().invoke(bench, ["floor", "--decisions", "100", "--json"])
    assert done.exit_code == 0, done.output
    entries = json.loads(done.stdout)
    assert [entry["agents"] for entry in entries] == [100, 200]
    assert set(entries[0]) == {"agents", "waiting", "needs", "decisions_per_s", "p99_us"}
    table = CliRunner().invoke(bench, ["floor", "--decisions", "100"]).stdout
    assert "decisions/s" in table
    assert "2 times the floor costs" in table
    assert SIZES == (100, 1_000, 10_000)
