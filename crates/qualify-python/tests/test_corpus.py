"""Each case of the corpus gives the same through Python as in the reference interpreter."""

import json
import os
import subprocess
from datetime import datetime, timezone
from decimal import Decimal

import pyarrow
import pytest
import qualify


@pytest.fixture(scope="module")
def corpus(root):
    kept = os.environ.get("QUALIFY_CORPUS")
    if kept:
        with open(kept) as file:
            return json.load(file, parse_float=Decimal)
    command = ["cargo", "run", "--quiet", "-p", "qualify-tests", "--example", "corpus_cases"]
    return json.loads(subprocess.check_output(command, cwd=root), parse_float=Decimal)


def model_of(case, folder):
    for name, text in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "qualify.toml").write_text(
        'model = ["shared.qualify", "case.qualify"]\n[[leads]]\nfiles = "none.csv"\n'
    )
    return qualify.Model.from_file(folder, params=case["params"])


def plain(value):
    """As JSON has it."""
    if isinstance(value, datetime):
        text = value.astimezone(timezone.utc).replace(tzinfo=None).isoformat()
        return (text.rstrip("0") if "." in text else text) + "Z"
    return value


@pytest.mark.filterwarnings("ignore::qualify.DataWarning")
def test_each_case_gives_the_same(corpus, tmp_path):
    leads = by_table = 0
    for number, case in enumerate(corpus["cases"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        model = model_of(case, folder)
        for one in case["leads"]:
            found = model.score_lead(one["lead"], as_of=one["as_of"])
            found = {name: plain(value) for name, value in found.items()}
            assert found == one["results"], (case["name"], one)
            leads += 1
            by_table += table_agrees(model, case, one)
    print(f"{len(corpus['cases'])} cases, {leads} leads, {by_table} of them as tables too; "
          f"{corpus['left_out']} cannot be said in JSON")
    assert leads > 300 and by_table > 200
    assert corpus["left_out"] < leads / 20


def table_agrees(model, case, one):
    """The same through tables, where the lead is flat."""
    lead = {name: value for name, value in one["lead"].items() if name != "events"}
    if any(isinstance(value, list) for value in lead.values()):
        return False
    inputs = model.inputs
    key = inputs["key"]
    if not lead.get(key):
        return False
    # text can say every value; a column that the lead does not have is empty
    columns = {key: pyarrow.array([as_text(lead[key])], pyarrow.string())}
    for attribute in inputs["attributes"]:
        path = attribute["path"]
        if path != key:
            columns[path] = pyarrow.array([as_text(lead.get(path))], pyarrow.string())
    events = one["lead"]["events"]
    names = ["event", "time", *sorted({p for e in inputs["events"] for p in e["properties"]})]
    if inputs["received"] or len(names) != len(set(names)) or key in names:
        return False
    if any(isinstance(v, list) for e in events for v in e.values()):
        return False
    table = {key: pyarrow.array([as_text(lead[key])] * len(events), pyarrow.string())}
    for name in names:
        table[name] = pyarrow.array([as_text(event.get(name)) for event in events], pyarrow.string())
    try:
        scored = model.score(pyarrow.table(columns), pyarrow.table(table), as_of=one["as_of"])
    except qualify.DataError as error:
        # attributes of other tables than the leads, or columns under other names than the schema's
        if all(problem.code == "D0806" for problem in error.problems):
            return False
        raise AssertionError((case["name"], one, str(error))) from error
    (row,) = pyarrow.table(scored).to_pylist()
    row = {name: plain(value) for name, value in row.items()}
    assert row == one["results"], (case["name"], one)
    return True


def as_text(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
