"""What schemathesis cannot make of the OpenAPI document alone: Arrow streams of the example's rows; and what the document
can say in words only: two instants that differ are refused, and so are events of leads that are not there."""

import io
import os
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.ipc
import schemathesis
from hypothesis import strategies

DATA = Path(os.environ["ASKED_PROJECT"]) / "data"


def read(name):
    return pyarrow.csv.read_csv(DATA / f"{name}.csv").to_pylist()


def rows():
    """Leads, each with its first touch: a row is a lead and an event too, as one strategy makes both parts."""
    accounts = {account["account_id"]: account for account in read("accounts")}
    contacts = {contact["contact_id"]: contact for contact in read("contacts")}
    touches = {touch["lead_id"]: touch for touch in reversed(read("touches"))}
    for lead in read("leads"):
        account = accounts[lead["account_id"]]
        account = {**account, "account.industry": account["industry"], "account.region": account["region"]}
        if touch := touches.get(lead["lead_id"]):
            event = {"event": "touch", "time": touch["touch_timestamp"]}
            yield {**account, **contacts[lead["contact_id"]], **touch, **event, **lead}


def stream(chosen, columns, compression):
    """The rows, their columns in that order, as the bytes of a stream."""
    table = TABLE.take(pyarrow.array(chosen, pyarrow.int64())).select(columns)
    written = io.BytesIO()
    options = pyarrow.ipc.IpcWriteOptions(compression=compression)
    with pyarrow.ipc.new_stream(written, table.schema, options=options) as writer:
        writer.write_table(table)
    return written.getvalue()


TABLE = pyarrow.Table.from_pylist(list(rows()))
STREAMS = strategies.builds(
    stream,
    strategies.lists(strategies.integers(0, TABLE.num_rows - 1), unique=True, max_size=30),
    strategies.permutations(TABLE.column_names),
    strategies.sampled_from([None, "lz4", "zstd"]),
)
schemathesis.openapi.media_type("application/vnd.apache.arrow.stream", STREAMS)


@schemathesis.hook
def map_case(context, case):
    """At most one instant, that of the body; and no events of leads that are not there."""
    body = getattr(case.body, "body", case.body)  # parts have their types beside them
    if isinstance(body, dict) and body.get("as_of") is not None and case.query:
        case.query.pop("as_of", None)
    if isinstance(body, dict) and isinstance(body.get("events"), bytes) and isinstance(body.get("leads"), bytes):
        body["events"] = body["leads"]
    return case
