"""Columns are shared, not copied; scoring lets other threads work."""

import json
import subprocess
import sys
import threading
import time

import numpy
import pyarrow
import pytest
import qualify

MEMORY = r"""
import json, os, sys
import numpy, pyarrow, qualify

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

rows, ballast = 200_000, 40
columns = {"id": numpy.arange(rows), "size": numpy.arange(rows) % 1000}
# a wide table: if columns were copied, these would show
for i in range(ballast):
    columns[f"other_{i}"] = numpy.arange(rows)
leads = pyarrow.table(columns)
rules = "lead key id { size integer } when size > 100 add 10"
model = qualify.Model.from_text(rules)
small = leads.slice(0, 1000)
model.score(small, as_of="2026-01-01", threads=1)  # what is set up once
before = resident()
scored = model.score(leads, as_of="2026-01-01", threads=1)
after = resident()
print(json.dumps({"table": leads.nbytes, "results": pyarrow.table(scored).nbytes, "grown": after - before}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells memory in its own way")
def test_columns_are_not_copied():
    found = json.loads(subprocess.check_output([sys.executable, "-c", MEMORY]))
    print(found)
    # what came on top is results and work; a copy of the table would be more than this
    assert found["table"] > 60_000_000
    assert found["grown"] < found["results"] + found["table"] / 3, found


def test_other_threads_work_meanwhile():
    rows = 300_000
    leads = pyarrow.table({"id": numpy.arange(rows), "size": numpy.arange(rows) % 1000})
    model = qualify.Model.from_text("lead key id { size integer } when size > 100 add 10")
    counted, during, done = 0, [], threading.Event()

    def work():
        done_before = counted
        model.score(leads, as_of="2026-01-01", threads=1)
        during.append(counted - done_before)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        counted += 1
        time.sleep(0)
    thread.join()
    print(f"{during[0]} steps of another thread while {rows} leads were scored")
    # with the lock held, there would be next to none
    assert during[0] > 20
