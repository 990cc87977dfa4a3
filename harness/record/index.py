"""What all records of a store say, without their samples."""

from __future__ import annotations

from collections.abc import Sequence

from harness.failure import HarnessError
from harness.record.results import Result, Run, distributions_of, results_of, run_of
from harness.record.store import Store
from harness.record.summary import Damaged


class Index:
    """The runs and results of a store. damaged: files that are no records, with the reason."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.damaged: list[Damaged] = []
        self._runs: dict[str, Run] = {}
        self._results: list[Result] = []
        self._distributions: dict[str, dict[str, str]] = {}
        for run in store.ids():
            try:
                record = store.read(run)
            except HarnessError as fault:
                path = store.path_of(run)
                self.damaged.append(Damaged(path=path, why=str(fault).removeprefix(f"{path}: ")))
                continue
            self._runs[run] = run_of(record)
            self._results += results_of(record)
            self._distributions |= distributions_of(record)

    def runs(self) -> dict[str, Run]:
        """All runs by their ids, oldest first."""
        return self._runs

    def results(self, cases: Sequence[str] | None = None) -> list[Result]:
        """The results of all runs, or of some cases (the suite's ids) only, oldest first."""
        return [result for result in self._results if cases is None or result.case in cases]

    def distributions(self, software_digest: str) -> dict[str, str]:
        """Versions of the distributions that a software fingerprint stands for; empty if it is not known."""
        return self._distributions.get(software_digest, {})
