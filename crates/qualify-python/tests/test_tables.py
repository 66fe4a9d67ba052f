"""Many leads at once, through real libraries."""

from decimal import Decimal

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
import qualify

SCORES = [Decimal("30.25"), Decimal("20"), Decimal("0")]


def in_duckdb(columns):
    found = pyarrow.table(columns)  # noqa: F841, DuckDB sees it
    return duckdb.sql("select * from found")


def in_pandas(columns):
    return pandas.DataFrame(columns)


MAKERS = {
    "pyarrow": pyarrow.table,
    "batch": lambda columns: pyarrow.RecordBatch.from_pydict(columns),
    "reader": lambda columns: pyarrow.table(columns).to_reader(),
    "polars": polars.DataFrame,
    "pandas": in_pandas,
    "duckdb": in_duckdb,
}


@pytest.mark.parametrize("library", MAKERS)
def test_every_library_is_read(model, as_of, rows, library):
    leads, events = (MAKERS[library](columns) for columns in rows)
    scored = model.score(leads, events, as_of=as_of)
    table = pyarrow.table(scored)
    assert table["id"].to_pylist() == ["a", "b", "c"]
    assert table["score"].to_pylist() == SCORES
    assert table["stage"].to_pylist() == ["MQL", "Lead", "Lead"]
    assert len(scored) == 3 and scored.counts["events"] == 3 and scored.warnings == []
    assert scored.facts and "Scores of 3 leads" in repr(scored)


def test_every_library_reads_the_results(model, as_of, rows):
    leads, events = (pyarrow.table(columns) for columns in rows)
    scored = model.score(leads, events, as_of=as_of)
    assert polars.DataFrame(scored)["score"].to_list() == SCORES
    assert scored.to_polars()["stage"].cast(polars.String).to_list() == ["MQL", "Lead", "Lead"]
    assert scored.to_pandas()["score"].tolist() == SCORES
    assert scored.to_pyarrow().schema.field("score").type == pyarrow.decimal128(18, 4)
    results = pyarrow.table(scored)  # noqa: F841, DuckDB sees it
    assert duckdb.sql("select sum(score), max(stage) from results").fetchall() == [(Decimal("50.25"), "MQL")]
    reader = pyarrow.RecordBatchReader.from_stream(scored)
    assert reader.schema.names == scored.columns
    assert duckdb.sql("select count(*) from reader").fetchall() == [(3,)]


@pytest.mark.parametrize("keys", [[1, 2], ["1", "2"]])
@pytest.mark.parametrize("memory", [None, 1 << 16])
def test_keys_keep_their_type(model, as_of, keys, memory):
    leads = pyarrow.table({"id": keys, "size": [500, 5]})
    assert pyarrow.table(model.score(leads, as_of=as_of, memory=memory))["id"].to_pylist() == keys


def test_scores_as_floats(model, as_of, rows):
    leads, events = (pyarrow.table(columns) for columns in rows)
    scored = model.score(leads, events, as_of=as_of, scores="float")
    assert scored.to_pyarrow().schema.field("score").type == pyarrow.float64()
    assert scored.to_pyarrow()["score"].to_pylist() == [30.25, 20.0, 0.0]


def test_results_can_be_read_twice_and_outlive_the_model(as_of, rows):
    model = qualify.Model.from_text("lead key id { size integer } when size > 100 add 10")
    scored = model.score(pyarrow.table(rows[0]), as_of=as_of)
    del model
    assert pyarrow.table(scored).equals(pyarrow.table(scored))


def test_columns_by_other_names(model, as_of, rows):
    leads, events = rows
    names = {"id": "who", "time": "zeit", "event": "was", "page": "page"}
    renamed = pyarrow.table({names[name]: values for name, values in events.items()})
    scored = model.score(
        pyarrow.table(leads), renamed, as_of=as_of, lead="who", time="zeit", event="was", threads=1
    )
    assert pyarrow.table(scored)["score"].to_pylist() == SCORES
    with pytest.raises(qualify.DataError, match="the key of the lead"):
        model.score(pyarrow.table(leads), renamed, as_of=as_of)


def test_threads_and_memory_change_nothing(as_of):
    rng = numpy.random.default_rng(5)
    count = 20_000
    leads = pyarrow.table({"id": numpy.arange(count), "size": rng.integers(1, 1000, count)})
    events = pyarrow.table({
        "id": rng.integers(0, count, 3 * count),
        "time": pyarrow.array(
            1_767_225_600_000_000 - rng.integers(1, 30 * 86_400_000_000, 3 * count),
            pyarrow.timestamp("us", "UTC"),
        ),
        "event": ["visited"] * (3 * count),
        "page": rng.choice(["pricing", "blog"], 3 * count),
    })
    rules = """
        lead key id { size integer }
        event visited (page text)
        for each visited pricing within 20d add 7 halving every 5d up to 30
        when size > 100 add 10
    """
    model = qualify.Model.from_text(rules)
    one = pyarrow.table(model.score(leads, events, as_of=as_of, threads=1))
    for threads, memory in [(2, None), (0, 1 << 20), (1, 1 << 18)]:
        other = pyarrow.table(model.score(leads, events, as_of=as_of, threads=threads, memory=memory))
        assert other["id"].equals(one["id"]) and other["score"].to_pylist() == one["score"].to_pylist()


def test_what_is_odd_is_told(model, as_of):
    leads = pyarrow.table({"id": ["a", "b"], "size": [500, 2_000_000]})
    scored = model.score(leads, as_of=as_of)
    (warning,) = scored.warnings
    assert (warning["code"], warning["subject"], warning["count"]) == ("D0820", "size", 1)
    with pytest.raises(qualify.DataError, match="D0820"):
        model.score(leads, as_of=as_of, strict_data=True)


def test_what_cannot_be_read_is_told(model, as_of, rows):
    leads, events = (pyarrow.table(columns) for columns in rows)
    with pytest.raises(qualify.DataError, match="size"):
        model.score(leads.drop(["size"]), as_of=as_of)
    with pytest.raises(qualify.DataError) as caught:
        model.score(leads.slice(0, 1), events, as_of=as_of)
    assert caught.value.count == 2 and caught.value.problems[0].code == "D0811"
    scored = model.score(leads.slice(0, 1), events, as_of=as_of, ignore_unknown_leads=True)
    assert scored.counts["ignored"] == 2
    twice = pyarrow.concat_tables([leads, leads])
    with pytest.raises(qualify.DataError, match="D0810"):
        model.score(twice, as_of=as_of)


@pytest.mark.parametrize("nothing", [5, "leads.csv", {"id": ["a"]}, [1], None])
def test_what_is_no_table(model, nothing):
    with pytest.raises(TypeError, match="speaks Arrow"):
        model.score(nothing)


def test_arguments_out_of_range(model, rows):
    leads = pyarrow.table(rows[0])
    with pytest.raises((OverflowError, ValueError)):
        model.score(leads, threads=-1)
    with pytest.raises(ValueError, match="threads"):
        model.score(leads, threads=10**6)
    with pytest.raises(ValueError, match="scores is"):
        model.score(leads, scores="exact")


def test_a_stream_that_fails_is_an_error(model):
    def batches():
        yield pyarrow.RecordBatch.from_pydict({"id": ["a"], "size": [1]})
        raise RuntimeError("the line broke")

    schema = pyarrow.schema({"id": pyarrow.string(), "size": pyarrow.int64()})
    with pytest.raises(ValueError, match="the line broke"):
        model.score(pyarrow.RecordBatchReader.from_batches(schema, batches()))


def test_an_empty_table(model, as_of):
    leads = pyarrow.table({"id": pyarrow.array([], pyarrow.string()), "size": pyarrow.array([], pyarrow.int64())})
    scored = model.score(leads, as_of=as_of)
    assert len(scored) == 0 and pyarrow.table(scored).num_rows == 0


def test_a_project(root):
    folder = root / "examples" / "leadforge"
    model = qualify.Model.from_file(folder)
    scored = model.score_project(folder)
    assert len(scored) == scored.counts["leads"] == 5000
    again = model.score_project(folder / "qualify.toml", as_of="2024-01-31", threads=1)
    assert pyarrow.table(again)["score"].to_pylist() == pyarrow.table(scored)["score"].to_pylist()
    with pytest.raises(qualify.DataError, match="there is no such file"):
        model.score_project(root / "no-such-folder")


def test_a_project_into_a_file(root, tmp_path):
    folder = root / "examples" / "leadforge"
    model = qualify.Model.from_file(folder)
    scored = model.score_project(folder)
    output = tmp_path / "scores.parquet"
    written = model.write_scores(folder, output)
    assert written == {"counts": scored.counts, "warnings": scored.warnings}
    assert pyarrow.parquet.read_table(output).to_pylist() == pyarrow.table(scored).to_pylist()
    before = output.read_bytes()
    with pytest.raises(qualify.DataError, match="there is no such file"):
        model.write_scores(root / "no-such-folder", output)
    for wrong, why in [
        (tmp_path / "scores.xlsx", "does not tell a format"),
        (tmp_path / "no-such-folder" / "scores.csv", "cannot be written"),
        (folder / "data" / "leads.csv", "is read by this run"),
    ]:
        with pytest.raises(OSError, match=why):
            model.write_scores(folder, wrong)
    assert output.read_bytes() == before and list(tmp_path.iterdir()) == [output]
