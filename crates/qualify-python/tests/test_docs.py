"""The page docs/python.md and the example do what they say."""

import doctest
import re
import subprocess
import sys

import qualify


def test_the_page_runs_from_top_to_bottom(root, monkeypatch, capsys):
    page = (root / "docs" / "python.md").read_text()
    blocks = re.findall(r"^```(python|text)\n(.*?)^```", page, re.M | re.S)
    monkeypatch.chdir(root)
    names, printed = {"__name__": "page"}, ""
    for kind, block in blocks:
        if kind == "text":
            assert printed.strip() == block.strip()
        else:
            exec(compile(block, "docs/python.md", "exec"), names)
            printed = capsys.readouterr().out
    assert sum(kind == "python" for kind, _ in blocks) >= 5


def test_the_first_example_of_the_package():
    assert doctest.testmod(qualify, verbose=False).failed == 0


def test_the_example(root):
    script = root / "examples" / "embed-python" / "hot_leads.py"
    said = subprocess.check_output([sys.executable, script], text=True, cwd=root)
    assert said.startswith("call today:"), said


def test_the_stubs_name_what_there_is(root):
    stub = (root / "crates/qualify-python/python/qualify/_qualify.pyi").read_text()
    for name in qualify.__all__:
        assert re.search(rf"^(class|def) {name}\b|^{name}:", stub, re.M), name
    for cls in (qualify.Model, qualify.LeadState, qualify.Scores, qualify.Diagnostic, qualify.Problem):
        body = re.search(rf"^class {cls.__name__}\b.*?(?=^\S|\Z)", stub, re.M | re.S).group(0)
        names = {n for n in vars(cls) if not n.startswith("_")}
        missing = {n for n in names if not re.search(rf"def {n}\(", body)}
        assert not missing, (cls, missing)
        for name in names:
            assert getattr(cls, name).__doc__, (cls, name)
