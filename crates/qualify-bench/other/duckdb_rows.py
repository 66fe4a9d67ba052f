"""One measured run of DuckDB: duckdb_rows.py score QUERY LEADS EVENTS THREADS OUT | read LEADS EVENTS THREADS.

`score` runs the rules and writes the scores; `read` parses every column of both files and keeps nothing but a count
and the greatest value. LEADS and EVENTS are Parquet or CSV files. Starting Python is not measured.
"""

import resource
import sys
import time

import duckdb


def measured(work):
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"measured {cpu:.9f} {wall:.9f} {after.ru_maxrss / 1024:.1f}")


def connect(threads):
    connection = duckdb.connect(config={"threads": int(threads)})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    return connection


def score(query, leads, events, threads, out):
    connection = connect(threads)
    with open(query) as file:
        text = file.read()
    text = text.replace("{leads}", f"'{leads}'").replace("{events}", f"'{events}'")
    measured(lambda: connection.execute(f"COPY ({text}) TO '{out}' (FORMAT parquet)"))


def read(leads, events, threads):
    connection = connect(threads)

    def work():
        for file in (leads, events):
            connection.execute(f"SELECT count(*), max(COLUMNS(*))::VARCHAR FROM '{file}'").fetchall()

    measured(work)


{"score": score, "read": read}[sys.argv[1]](*sys.argv[2:])
