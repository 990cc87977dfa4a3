"""A site from its content: every page into the folder.

Pages of runs are made by as many processes as there are cores, where they are many; else those of cases by two.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing.process import BaseProcess
from operator import call

from harness.failure import HarnessError
from harness.machine.cores import available
from harness.record.results import Run
from harness.record.schema import Record
from harness.report.site import addresses, pages
from harness.report.site.cases import File, files_of
from harness.report.site.charts import Marks
from harness.report.site.content import Content
from harness.report.site.environments import Stay, environments_of
from harness.report.site.folder import SiteFolder, digest_of
from harness.report.site.frame import made_by, shared_files
from harness.sharing import shared

RUNS_OF_A_LIST = 60
# So many pages are worth the start of further processes.
WORTH_PROCESSES = 100
_CHUNK = 40


def build(content: Content, folder: SiteFolder) -> list[str]:
    """Write all pages that changed; returns why, for each record whose page couldn't be made.

    Raises HarnessError where the folder can't be written.
    """
    for address, file in shared_files().items():
        folder.write(address, file)
    with _run_pages(content, folder) as made:
        # Meanwhile series are judged and drawn here.
        _lists(content, folder)
        _environments(content, folder)
        _cases_and_start(content, folder)
        return [each.why for each in made() if not _written(folder, each)]


@dataclass(frozen=True)
class _RunPage:
    """A run's page and what it was made from, or why there is none."""

    run: str
    inputs: str
    page: bytes
    why: str


@contextmanager
def _run_pages(content: Content, folder: SiteFolder) -> Iterator[Callable[[], Iterator[_RunPage]]]:
    """The pages of runs that aren't there yet, made by other processes where they are many.

    A record never changes, so that its page is made once.
    """
    making = made_by()
    inputs = {run.id: digest_of(making, content.title, content.store, run.id) for run in content.runs.values()}
    wanted = []
    for run in content.runs.values():
        if folder.is_current(addresses.run_page(run.id), inputs[run.id]):
            folder.keep(addresses.run_page(run.id))
        else:
            wanted.append((run, inputs[run.id]))
    make = partial(_made, content.record, content.title, content.store)
    processes = len(available())
    if len(wanted) < WORTH_PROCESSES or processes < 2:
        yield lambda: map(make, wanted)
        return
    # Not forked: the index may have threads.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawned, initializer=_begin_worker) as pool:
        try:
            coming = pool.map(make, wanted, chunksize=_CHUNK)
            yield lambda: coming
        except BaseException:
            pool.shutdown(cancel_futures=True)
            del pool
            gc.collect()  # gives back what the processes shared, of which Python would else complain
            raise


def _written(folder: SiteFolder, made: _RunPage) -> bool:
    if made.why:
        return False
    folder.write(addresses.run_page(made.run), made.page, made.inputs)
    return True


def _begin_worker() -> None:
    # Records are large and hold no circles: looking for garbage in them takes as long as reading them.
    gc.set_threshold(200_000)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it lets it end
    threading.Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """A worker waits for ever for what a killed process would have handed it."""
    if parent is not None:
        parent.join()
        os._exit(1)


def _made(read: Callable[[str], Record], title: str, store: str, wanted: tuple[Run, str]) -> _RunPage:
    run, inputs = wanted
    try:
        return _RunPage(run.id, inputs, pages.run_page(read(run.id), run, title, store), "")
    except HarnessError as fault:
        return _RunPage(run.id, inputs, b"", str(fault))


def _lists(content: Content, folder: SiteFolder) -> None:
    by_year = pages.by_year(content.runs)
    years = list(by_year)
    newest = [run for year in years for run in by_year[year]][:RUNS_OF_A_LIST]
    folder.write(addresses.RUNS, pages.runs_list(content, newest, addresses.RUNS, years, ""))
    if len(content.runs) <= RUNS_OF_A_LIST:
        return
    for year, runs in by_year.items():
        page = addresses.runs_page(year)
        inputs = digest_of(made_by(), content.title, *years, *(run.id for run in runs))
        if folder.is_current(page, inputs):
            folder.keep(page)
        else:
            folder.write(page, pages.runs_list(content, runs, page, years, year), inputs)


def _environments(content: Content, folder: SiteFolder) -> None:
    found = environments_of(content)
    folder.write(addresses.ENVIRONMENTS, pages.environments_list(content, found))
    for about in found:
        by_year: dict[str, list[Stay]] = {}
        for stay in reversed(about.stays):
            by_year.setdefault(stay.since[:4], []).append(stay)
        years = list(by_year) if len(about.stays) > pages.CHANGES_SHOWN else []
        folder.write(addresses.environment_page(about.name), pages.environment_page(content, about, years))
        for year in years:
            page = pages.environment_year(content, about, by_year[year], years, year)
            folder.write(addresses.environment_year(about.name, year), page)


def _cases_and_start(content: Content, folder: SiteFolder) -> None:
    marks = Marks()
    # The start page takes as long as some cases: it is part of what two processes share, and written last.
    of_cases = [partial(files_of, content, folder.is_current, marks, case) for case in content.cases]
    found = shared(call, [partial(_start, content), *of_cases])
    start = next(found)
    for files in chain(found, [start]):
        for address, made, inputs in files:
            if made is None:
                folder.keep(address)
            else:
                folder.write(address, made, inputs)


def _start(content: Content) -> list[File]:
    return [File(addresses.INDEX, pages.start_page(content))]
