"""The command line as a whole: help, languages, exit codes, and no traceback on the screen whatever happens."""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import cli
from experiments.cli import answer, build_parser, language_of, main
from experiments.commands import COMMANDS
from experiments.errors import CannotWrite, WrongUsage
from model.reading.problems import Problem, Refused

ROOT = Path(__file__).parent.parent


def pillars(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    line = [sys.executable, "-m", "experiments.cli", *arguments]
    return subprocess.run(line, check=False, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, **settings)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_in_both_languages(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main([*([name] if name else []), "--help", "--lang", language])
    assert leaving.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("cách dùng: " if language == "vi" else "usage: ")
    assert ("tùy chọn:" if language == "vi" else "options:") in said


def test_help_is_quick() -> None:
    fastest = 1e9
    for _ in range(5):
        began = time.perf_counter()
        assert pillars("--help").returncode == 0
        fastest = min(fastest, time.perf_counter() - began)
    bare = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import argparse, yaml"], check=True)
    bare = time.perf_counter() - bare
    assert fastest < max(0.150, 3 * bare)


def test_nothing_heavy_is_loaded_for_help() -> None:
    program = (
        "import sys\nfrom experiments.cli import build_parser\nbuild_parser('vi')\n"
        "print([name for name in ('numpy','scipy','pyarrow','matplotlib','mesa','pydantic','shtab') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert said.stdout.strip() == "[]"


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out.startswith("pillars ")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "vi_VN.UTF-8"}, "vi"),
        ([], {"LANG": "tr_TR.UTF-8"}, "en"),
        ([], {"LANG": "vi_VN", "LC_ALL": "C"}, "en"),
        (["run", "--lang", "vi"], {"LANG": "en_US"}, "vi"),
        (["--lang=vi"], {}, "vi"),
        (["--lang"], {}, "en"),
        (["--lang", "de"], {"LANG": "vi_VN"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert language_of(arguments, environment) == language


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rum"],
        ["run"],
        ["run", "x", "--replicates", "many"],
        ["run", "x", "--no-such"],
        ["--lang", "de", "run", "x"],
        ["schema", "--write", "--check"],
    ],
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_wrong_usage_leaves_with_2(arguments: list[str], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--lang", language, *arguments] if "de" not in arguments else arguments)
    assert leaving.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--help" in said.err


def test_mistakes_in_arguments_are_explained_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--lang", "vi", "run"])
    assert "thiếu tham số bắt buộc: SCENARIO" in capsys.readouterr().err


def test_every_option_has_a_help_text() -> None:
    parser = build_parser("vi")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for own in action.choices.values():
                assert own.description
                assert all(one.help for one in own._actions)


def test_refused_files_are_all_named_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "no/such.yaml", "nor/this.yaml", "--lang", "vi"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 2
    assert "không có tệp" in said.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Refused([Problem("no_such_file", "a.yaml", 0, 0, "", {"value": "a.yaml"})]), 2, "a.yaml"),
        (WrongUsage("run.no_scenario"), 2, "at least one"),
        (CannotWrite("write.foreign", folder="x"), 3, "x exists"),
    ],
)
def test_every_refusal_has_its_code(
    error: Exception, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(error, "en", []) == code
    assert words in capsys.readouterr().err


def with_command(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the command `check` raise an error."""

    def broken(_: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr("experiments.commands.check.main", broken)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_our_own_mistake_leaves_a_report_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with_command(monkeypatch, ZeroDivisionError("a secret of the code"))
    assert main(["check", "x", "--lang", language]) == cli.BUG == 70
    said = capsys.readouterr().err
    assert "Traceback" not in said
    reports = list(tmp_path.glob("pillars-error-*.txt"))
    assert len(reports) == 1
    assert str(reports[0]) in said
    assert "a secret of the code" in reports[0].read_text(encoding="utf-8")


def test_the_report_goes_elsewhere_if_it_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.bug import report_bug

    monkeypatch.setattr(Path, "cwd", lambda: tmp_path / "not" / "there")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert Path(report_bug(ValueError("x"), ["run"])).parent == tmp_path
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "not" / "there"))
    assert report_bug(ValueError("x"), ["run"]) == "-"


def test_interruption_leaves_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_command(monkeypatch, KeyboardInterrupt())
    assert main(["check", "x"]) == 130
    assert "Nothing was written" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_mistake() -> None:
    line = f"{sys.executable} -m experiments.cli schema | head -c 1"
    said = subprocess.run(["bash", "-o", "pipefail", "-c", line], check=False, capture_output=True, text=True, cwd=ROOT)
    assert said.stderr == ""


@pytest.mark.parametrize("locale", ["C", "vi_VN.CP1258", "tr_TR.UTF-8"])
def test_any_locale_can_print_vietnamese(locale: str) -> None:
    said = pillars(
        "check",
        "scenarios/ha_tinh/baseline.yaml",
        "--lang",
        "vi",
        env={"LC_ALL": locale, "PATH": "", "PYTHONUTF8": "0"},
    )
    assert said.returncode == 0
    assert said.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    assert "--replicates" in script or shell == "tcsh"


def test_check_finds_nothing_wrong_with_our_own_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "scenarios" / "ha_tinh"), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "Checked: nothing wrong.\n"


def test_check_names_what_is_wrong(scenario_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = scenario_folder / "ha_tinh" / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("pillars_share", "pilars_share"), encoding="utf-8")
    assert main(["check", str(path), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert "programme.yaml:" in said.out
    assert "pillars_share" in said.out
    assert main(["check", str(path), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {"code", "file", "line", "column", "path", "message"} <= set(problems[0])


def test_schema_is_printed_written_and_checked(scenario_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--scenarios", str(scenario_folder)]
    (scenario_folder / "scenario.schema.json").unlink(missing_ok=True)
    assert main(["schema", "--check", *place]) == 1
    assert main(["schema", "--write", *place]) == 0
    assert main(["schema", "--check", *place]) == 0
    capsys.readouterr()
    assert main(["schema"]) == 0
    said = capsys.readouterr().out
    assert said == (scenario_folder / "scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(said)["properties"]["budget"]


def test_a_schema_that_cannot_be_written_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--write", "--scenarios", str(tmp_path / "absent"), "--lang", "en"]) == 3
    assert "Cannot write" in capsys.readouterr().err


def test_profile_shows_facts_and_marks_what_is_imputed(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--scenarios", str(ROOT / "scenarios")]
    assert main(["profile", "ha_tinh", "--lang", "vi", *folder]) == 0
    said = capsys.readouterr().out
    assert "Hà Tĩnh: 69" in said
    assert main(["profile", "ha_tinh", "--json", *folder]) == 0
    data = json.loads(capsys.readouterr().out)
    assert said.count("* ") >= data["imputed_inputs"] > 0
    assert {"name", "value", "unit", "source", "confidence"} <= set(data["facts"][0])
    assert "cơ cấu cả nước, quy theo dân số" in said
    for fact in data["facts"]:
        assert fact["confidence"] != "imputed" or fact["rule"], fact["name"]
        assert re.search(rf"^{fact['name']} .*{fact['source']}$", said, re.MULTILINE), fact["name"]
    grown = next(one for one in data["outturns"] if (one["outcome"], one["year"]) == ("grdp_growth", 2025))
    assert re.search(rf"^grdp_growth +{str(grown['value']).replace('.', ',')} ", said, re.MULTILINE)


def test_profile_tells_every_rule_once_and_a_range_beside_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "quang_tri", "--lang", "en", "--scenarios", str(ROOT / "scenarios")]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^grdp_nominal +77,600\* +72,000–83,000 +bn VND", said, re.MULTILINE)
    assert said.count("size_share_small, size_share_medium, size_share_large: As micro.") == 1


def test_an_unknown_place_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "ha_tin", "--scenarios", str(ROOT / "scenarios")]) == 2
    assert "ha_tinh" in capsys.readouterr().err
