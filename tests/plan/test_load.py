"""Tests of reading the plan: settings, refusals that give path and what is allowed, and the text that is kept."""

from __future__ import annotations

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan, save_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.plan.load import changed_keys, plan_text

TEXT = PLAN_FILE.read_text(encoding="utf-8")


def refusal(*settings, path=PLAN_FILE):
    with pytest.raises(PlanError) as caught:
        load_plan(path, settings)
    return str(caught.value)


@pytest.fixture
def edited(tmp_path):
    """Return a function that writes the plan with one text replaced, and returns the file."""

    def write(old, new):
        assert TEXT.count(old) == 1
        path = tmp_path / "other.yaml"
        path.write_text(TEXT.replace(old, new), encoding="utf-8")
        return path

    return write


def test_load_plan__setting_replaces_one_value():
    plan = load_plan(PLAN_FILE, ["safety.last_day=90"])
    assert plan.safety.last_day == 90
    assert plan.model_copy(update={"safety": load_plan(PLAN_FILE).safety}) == load_plan(PLAN_FILE)


def test_load_plan__setting_of_a_list():
    assert load_plan(PLAN_FILE, ["sri.weeks=[4, 10]"]).sri.weeks == (4, 10)


def test_load_plan__last_of_two_settings_wins():
    assert load_plan(PLAN_FILE, ["level=0.9", "level=0.8"]).level == 0.8


@pytest.mark.parametrize("text", ["123", "1e5", "yes", "2015-10-01", "0x10", "null"])
def test_load_plan__study_stays_the_text_that_was_written(text):
    assert load_plan(PLAN_FILE, [f"study={text}"]).study == text


def test_load_plan__key_that_is_a_number():
    assert load_plan(PLAN_FILE, ["time.windows.4=[24, 36]"]).time.windows[4] == (24, 36)


@pytest.mark.parametrize("text", ["0.30000000000000001", "0.310"])
def test_load_plan__decimal_stays_what_was_written(text):
    assert str(load_plan(PLAN_FILE, [f"sri.pga_rise={text}"]).sri.pga_rise) == text


@pytest.mark.parametrize("setting", ["level", "=0.9", ""])
def test_load_plan__setting_without_key_or_value_is_refused(setting):
    assert refusal(setting) == f"--set {setting}: not of the form KEY=VALUE, for example safety.last_day=180."


def test_load_plan__unknown_key_is_refused_with_those_allowed():
    message = refusal("sri.week=[2]")
    assert message.startswith("--set sri.week: unknown key 'week' in sri. Allowed: weeks, key_week, ")


def test_load_plan__unknown_first_key_is_refused_with_those_allowed():
    assert refusal("alpha=0.05").startswith("--set alpha: unknown key 'alpha' in the plan. Allowed: study, title, ")


def test_load_plan__key_below_a_value_is_refused():
    assert refusal("level.x=1") == "--set level.x: unknown key 'x' in level. Allowed: no key below it."


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("level=5", "level: input should be less than 1 (given: 5)"),
        ("level=95", "level: input should be less than 1 (given: 95)"),
        ("level=0.05", "level: input should be greater than or equal to 0.5 (given: 0.05)"),
        ("level=.nan", "level: input should be a finite number (given: nan)"),
        ("level=true", "level: input should be a valid number (given: True)"),
        ("level='0.9'", "level: input should be a valid number (given: 0.9)"),
        ("safety.last_day=abc", "safety.last_day: input should be a valid integer (given: abc)"),
        ("safety.last_day=180.5", "safety.last_day: input should be a valid integer (given: 180.5)"),
        ("safety.last_day=0", "safety.last_day: input should be greater than or equal to 1 (given: 0)"),
        ("study=", "study: string should have at least 1 character (given: )"),
        ("sri.weeks=[]", "sri.weeks: tuple should have at least 1 item after validation, not 0 (given: [])"),
        ("sri.weeks=[2, 4]", "sri: key_week 10 must be one of weeks [2, 4]"),
        ("sri.weeks=[10, 2]", "sri: weeks must rise and not repeat: [10, 2]"),
        ("sri.weeks=[3, 10]",
         "the plan: sri.weeks: no analysis window for week 3; allowed: "
         "[2, 4, 6, 8, 10, 12, 16, 20, 24]"),
        ("time.windows.4=[20, 36]", "time: the window of week 4 [20, 36] overlaps that of week 2 [8, 22]"),
    ],
)  # fmt: skip
def test_load_plan__value_not_allowed_is_refused_with_its_path(setting, problem):
    assert refusal(setting) == f"plan plan.yaml: {problem}."


@pytest.mark.parametrize("setting", ["title={a: b", "title=2015-99-99", "title=&a *b", "title=\x01"])
def test_load_plan__value_that_is_no_yaml_is_refused(setting):
    assert refusal(setting) == f"--set title: the value {setting[6:]!r} cannot be read as YAML."


UNFOLDED = "its aliases unfold to more than 100000 values, or one refers to itself."


def test_load_plan__alias_to_itself_is_refused():
    assert refusal("sri.weeks=&a [*a]") == f"plan plan.yaml: {UNFOLDED}"


def test_load_plan__value_nested_without_end_is_refused():
    text = "[" * 10_000
    assert refusal(f"sri.weeks={text}") == f"--set sri.weeks: the value {text!r} cannot be read as YAML."


def test_load_plan__aliases_that_unfold_without_end_are_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines), encoding="utf-8")
    message = refusal(path=tmp_path / "bomb.yaml")
    assert message == f"plan bomb.yaml: {UNFOLDED}"


@pytest.mark.parametrize("name", ["/etc/passwd", "../aesi.csv", "a/b.csv", ".hidden", "", "a\\b.csv"])
def test_load_plan__file_of_categories_is_named_plainly(name, edited):
    problem = f"safety.categories.file: must be the plain name of a file beside the plan (given: {name})."
    assert refusal(f"safety.categories.file={name}") == f"plan plan.yaml: {problem}"
    assert refusal(path=edited("file: aesi.csv", f"file: '{name}'")) == f"plan other.yaml: {problem}"


@pytest.mark.parametrize("text", ["0.30", "0.300", "3e-1", "'0.3'"])
def test_load_plan__number_written_in_another_way_is_the_same_plan(text):
    assert load_plan(PLAN_FILE, [f"sri.pga_rise={text}"]) is load_plan(PLAN_FILE)


def test_changed_keys__numbers_are_compared_as_numbers(edited):
    assert changed_keys(load_plan(edited('pga_rise: "0.3"', 'pga_rise: "0.30"')), load_plan(PLAN_FILE)) == {}
    two = load_plan(PLAN_FILE, ["sri.pga_rise=0.30", "level=0.9"])
    assert changed_keys(two, load_plan(PLAN_FILE)) == {"level": ("0.95", "0.9")}


def test_load_plan__all_problems_are_told_at_once():
    message = refusal("level=5", "safety.last_day=0")
    assert [line.split(":")[1].strip() for line in message.splitlines()] == ["level", "safety.last_day"]


def test_load_plan__unknown_key_in_the_file_is_refused(edited):
    message = refusal(path=edited("level: 0.95", "level: 0.95\nalpha: 0.05"))
    assert message == "plan other.yaml: alpha: extra inputs are not permitted (given: 0.05)."


def test_load_plan__key_missing_from_the_file_is_refused(edited):
    message = refusal(path=edited("level: 0.95\n", ""))
    assert message == "plan other.yaml: level: field required."


def test_load_plan__key_given_twice_is_refused_with_its_line(edited):
    line = TEXT.splitlines().index("level: 0.95") + 2
    message = refusal(path=edited("level: 0.95", "level: 0.95\nlevel: 0.9"))
    assert message.startswith('plan other.yaml: found duplicate key "level"')
    assert message.endswith(f" at line {line}. Keep one of the two.")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: \xff", "plan bad.yaml: not UTF-8 at byte 3. Save the file as UTF-8."),
        (b"a: [1", "plan bad.yaml: not YAML at line 1. Correct the file."),
        (b"- 1\n", "plan bad.yaml: holds no keys. A plan is a YAML mapping."),
        (b"", "plan bad.yaml: holds no keys. A plan is a YAML mapping."),
        (b"a: " + b"[" * 10_000, "plan bad.yaml: nested too deeply. Correct the file."),
        (b"#" * 2**20 + b"\n", "plan bad.yaml: more than 1048576 bytes. Name a plan file."),
        (b"title: 2015-99-99\n",
         "plan bad.yaml: a value cannot be read (month must be in 1..12). Quote it, or correct it."),
    ],
)  # fmt: skip
def test_load_plan__file_that_is_no_plan_is_refused(tmp_path, data, message):
    (tmp_path / "bad.yaml").write_bytes(data)
    assert refusal(path=tmp_path / "bad.yaml") == message


def test_load_plan__absent_file_is_refused(tmp_path):
    message = refusal(path=tmp_path / "absent.yaml")
    assert message == "plan absent.yaml: cannot be read (No such file or directory). Name an existing plan file."


@pytest.mark.parametrize("settings", [(), ("level=0.9", "sri.weeks=[4, 10]", "study=012", "sri.pga_rise=0.25")])
def test_plan_text__reads_back_as_the_same_plan(tmp_path, settings):
    plan = load_plan(PLAN_FILE, settings)
    (tmp_path / "plan.yaml").write_text(plan_text(plan), encoding="utf-8")
    assert load_plan(tmp_path / "plan.yaml") == plan


def test_plan_text__is_the_same_text_every_time():
    assert plan_text(load_plan(PLAN_FILE)) == plan_text(load_plan(PLAN_FILE))


def test_changed_keys__names_what_differs_by_its_path():
    base = load_plan(PLAN_FILE)
    changed = changed_keys(load_plan(PLAN_FILE, ["level=0.9", "sri.weeks=[4, 10]"]), base)
    assert changed == {"level": ("0.95", "0.9"), "sri.weeks": ("[2, 4, 6, 8, 10]", "[4, 10]")}


def test_changed_keys__nothing_where_nothing_differs():
    assert changed_keys(load_plan(PLAN_FILE), load_plan(PLAN_FILE)) == {}


def test_save_plan__is_known_without_being_read_again(tmp_path):
    plan = load_plan(PLAN_FILE, ["safety.last_day=90"])
    save_plan(plan, tmp_path / "plan.yaml")
    assert load_plan(tmp_path / "plan.yaml") is plan


def test_save_plan__another_plan_in_the_same_file_is_that_plan(tmp_path):
    plan = load_plan(PLAN_FILE)
    save_plan(plan, tmp_path / "plan.yaml")
    save_plan(plan.model_copy(update={"version": "9"}), tmp_path / "plan.yaml")
    assert load_plan(tmp_path / "plan.yaml").version == "9"
