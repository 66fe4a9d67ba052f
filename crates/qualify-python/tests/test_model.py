"""Compiling, checking, comparing."""

import pickle
from pathlib import Path

import pytest
import qualify

from conftest import RULES


def test_a_model_tells_what_it_reads(model):
    assert model.inputs["key"] == "id"
    assert [a["path"] for a in model.inputs["attributes"]] == ["size"]
    back = {"unbounded": False, "within": 7 * 24 * 3600 * 10**6}
    assert model.inputs["events"] == [{"name": "visited", "properties": ["page"], "back": back}]
    assert model.digest in repr(model)
    assert model.digest == qualify.Model.from_text(RULES).digest


def test_a_file_a_folder_and_a_manifest(root, tmp_path):
    folder = root / "examples" / "quickstart"
    one = qualify.Model.from_file(folder)
    assert one.digest == qualify.Model.from_file(folder / "qualify.toml").digest
    assert one.digest == qualify.Model.from_file(str(folder / "model.qualify")).digest
    with pytest.raises(OSError, match="there is no such file"):
        qualify.Model.from_file(tmp_path / "none.qualify")
    with pytest.raises(qualify.DataError, match="qualify.toml"):
        qualify.Model.from_file(tmp_path)
    with pytest.raises(TypeError, match="not int"):
        qualify.Model.from_file(5)


def test_errors_go_from_process_to_process():
    with pytest.raises(qualify.ModelError) as caught:
        qualify.Model.from_text("lead key id { size integer }\nwhen sise > 100 add 20")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert [d.rendered for d in again.diagnostics] == [d.rendered for d in caught.value.diagnostics]
    model = qualify.Model.from_text(RULES)
    with pytest.raises(qualify.DataError) as caught:
        model.score_lead({"id": "a", "sise": 5})
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.count == 1 and again.problems[0].message == caught.value.problems[0].message


def test_mistakes_come_as_text_and_as_data():
    with pytest.raises(qualify.ModelError) as caught:
        qualify.Model.from_text("lead key id { size integer }\nwhen sise > 100 add 20\nwhen siz > 1 add 2")
    assert "fix: write `size`" in str(caught.value)
    assert isinstance(caught.value, ValueError)
    first, second = caught.value.diagnostics
    assert (first.code, first.severity, first.line, first.column) == ("E0201", "error", 2, 6)
    assert first.file == "model.qualify" and first.fix == "write `size`"
    assert second.line == 3 and "E0201" in repr(second)
    assert str(first) in str(caught.value)


def test_check_takes_paths_and_rules(root, tmp_path):
    assert qualify.check(RULES) == []
    assert qualify.check(root / "examples" / "leadforge") == []
    assert [d.code for d in qualify.check("lead key id { size integer } when sise > 1 add 2")] == ["E0201"]
    wrong = tmp_path / "wrong.qualify"
    wrong.write_text("lead key id { size integer } when sise > 1 add 2")
    (found,) = qualify.check(str(wrong))
    assert Path(found.file) == wrong
    with pytest.raises(OSError):
        qualify.check("no-such-file.qualify")


def test_params_replace_values():
    rules = "lead key id { size integer } param line = 10 from 0 to 50 when size > line add 5"
    lead = {"id": "a", "size": 20}
    assert qualify.Model.from_text(rules).score_lead(lead)["score"] == 5
    assert qualify.Model.from_text(rules, params={"line": 30}).score_lead(lead)["score"] == 0
    with pytest.raises(qualify.ModelError):
        qualify.Model.from_text(rules, params={"line": 70})
    with pytest.raises(TypeError, match="params is a dict"):
        qualify.Model.from_text(rules, params=[("line", 1)])


def test_a_difference_is_told_in_sentences(model):
    changes = qualify.diff(model, RULES.replace("add 20", "add 15"))
    assert [c["sentence"] for c in changes["changes"]] == ["`visited pricing within 7d`: 15 points, was 20"]
    assert qualify.diff(RULES, model)["changes"] == []
    with pytest.raises(qualify.ModelError):
        qualify.diff(model, "when nothing")


def test_names_that_nobody_knows_are_refused(model):
    with pytest.raises(TypeError, match="treads"):
        model.score_lead({"id": "a"}, treads=2)
    with pytest.raises(TypeError):
        qualify.Model()
    with pytest.raises(TypeError):
        pickle.dumps(model)
    with pytest.raises(AttributeError):
        model.digest = "x"
