"""One lead at a time."""

import datetime
import threading
import warnings
from decimal import Decimal

import numpy
import pandas
import pytest
import qualify

VISIT = {"event": "visited", "time": "2025-12-31T10:00:00Z", "page": "pricing"}


def test_a_lead_gives_a_row_of_results(model, as_of):
    results = model.score_lead({"id": "a", "size": 500, "events": [VISIT]}, as_of=as_of)
    assert list(results) == [
        "id", "status", "score", "stage", "previous_stage", "stage_changed",
        "segments", "route", "respond_by", "reasons",
    ]
    assert results["score"] == Decimal("30.25") and isinstance(results["score"], Decimal)
    assert results["stage"] == "MQL" and results["segments"] == [] and results["route"] is None
    as_float = model.score_lead({"id": "a", "size": 500}, as_of=as_of, scores="float")
    assert as_float["score"] == 10.25 and isinstance(as_float["score"], float)


@pytest.mark.parametrize(
    "size",
    [500, 500.0, Decimal(500), "500", numpy.int64(500), numpy.float32(500), pandas.Series([500]).iloc[0]],
)
def test_numbers_of_any_library(model, as_of, size):
    assert model.score_lead({"id": "a", "size": size}, as_of=as_of)["score"] == Decimal("10.25")


@pytest.mark.parametrize("missing", [None, pandas.NA, pandas.NaT, Decimal("NaN")])
def test_missing_values_are_unknown(model, as_of, missing):
    assert model.score_lead({"id": "a", "size": missing}, as_of=as_of)["score"] == 0


def test_instants_of_any_library(as_of):
    model = qualify.Model.from_text("lead key id { seen time } when seen is known add 5")
    for unit in ("s", "ms", "us", "ns"):
        seen = numpy.datetime64("2025-12-31T09:00:00", unit)
        assert model.score_lead({"id": "a", "seen": seen}, as_of=as_of)["score"] == 5
    assert model.score_lead({"id": "a", "seen": numpy.datetime64("NaT")}, as_of=as_of)["score"] == 0


def test_arrays_are_lists(as_of):
    model = qualify.Model.from_text('lead key id { tags list of text } when "vip" in tags add 5')
    for tags in (["vip", "b"], numpy.array(["vip", "b"]), pandas.Series(["vip", "b"]), pandas.array(["vip", "b"])):
        assert model.score_lead({"id": "a", "tags": tags}, as_of=as_of)["score"] == 5


def test_what_cannot_be_compared_means_nothing(model, as_of):
    class Odd:
        def __ne__(self, other):
            raise RuntimeError("no")

    with pytest.raises(TypeError, match="Odd"):
        model.score_lead({"id": "a", "size": Odd()}, as_of=as_of)


@pytest.mark.parametrize(
    "time",
    [
        "2025-12-31T10:00:00Z",
        datetime.datetime(2025, 12, 31, 11, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
        pandas.Timestamp("2025-12-31T10:00:00Z"),
    ],
)
def test_times_of_any_library(model, as_of, time):
    lead = {"id": "a", "events": [{**VISIT, "time": time}]}
    assert model.score_lead(lead, as_of=as_of)["score"] == 20


def test_as_of(model):
    lead = {"id": "a", "events": [VISIT]}
    for as_of in ("2026-01-01T00:00:00Z", "2026-01-01", pandas.Timestamp("2026-01-01", tz="UTC")):
        assert model.score_lead(lead, as_of=as_of)["score"] == 20
    assert model.score_lead(lead)["score"] == 0  # now is later
    with pytest.raises(ValueError, match="no time zone"):
        model.score_lead(lead, as_of=datetime.datetime(2026, 1, 1))
    with pytest.raises(TypeError, match="not int"):
        model.score_lead(lead, as_of=5)
    with pytest.raises(ValueError, match="soon"):
        model.score_lead(lead, as_of="soon")


def test_odd_values_warn(model, as_of):
    with pytest.warns(qualify.DataWarning, match="nan"):
        assert model.score_lead({"id": "a", "size": float("nan")}, as_of=as_of)["score"] == 0
    with pytest.warns(qualify.DataWarning, match="size"):
        assert model.score_lead({"id": "a", "size": 2_000_000}, as_of=as_of)["score"] == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(qualify.DataWarning):
            model.score_lead({"id": "a", "size": 0}, as_of=as_of)


def test_mistakes_come_at_once(model, as_of):
    lead = {"id": "a", "sise": 1, "size": "many", "events": [{"event": "visitd", "time": "now"}]}
    with pytest.raises(qualify.DataError) as caught:
        model.score_lead(lead, as_of=as_of)
    assert caught.value.count >= 3 and len(caught.value.problems) == caught.value.count
    assert "sise" in str(caught.value)
    assert all(problem.code.startswith("D08") for problem in caught.value.problems)


@pytest.mark.parametrize(
    "lead", [{"id": "a", "size": object()}, {"id": "a", 5: 1}, {"id": "a", "events": {1, 2}}]
)
def test_values_that_mean_nothing(model, lead):
    with pytest.raises((TypeError, qualify.DataError)):
        model.score_lead(lead)


def test_depth_and_kind_have_limits(model):
    deep = {}
    for _ in range(10_000):
        deep = {"size": deep}
    with pytest.raises(ValueError, match="too deep"):
        model.score_lead(deep)
    with pytest.raises(qualify.DataError):
        model.score_lead([1, 2])
    with pytest.raises(ValueError, match="scores is"):
        model.score_lead({"id": "a"}, scores="double")


def test_an_explanation_sums(model, as_of):
    why = model.explain({"id": "a", "size": 500, "events": [VISIT]}, as_of=as_of)
    assert why["score"] == "30.25"
    (total,) = why["scores"]
    assert sum(Decimal(line["points"]) for line in total["lines"]) == Decimal("30.25")
    assert total["lines"][0]["text"] == "when visited pricing within 7d add 20"


def test_personal_values_are_left_out(as_of):
    rules = "lead key id { size integer personal } points for size { over 10 : 5 otherwise : 0 }"
    model = qualify.Model.from_text(rules)
    lead = {"id": "a", "size": 4711}
    assert "4711" not in str(model.explain(lead, as_of=as_of))
    assert "4711" in str(model.explain(lead, as_of=as_of, show_personal=True))


def test_threads_share_a_model(model, as_of):
    found = []

    def work(size):
        for _ in range(200):
            found.append(model.score_lead({"id": "a", "size": size}, as_of=as_of)["score"] == (Decimal("10.25") if size > 100 else 0))

    threads = [threading.Thread(target=work, args=(size,)) for size in (500, 5, 700, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800 and all(found)
