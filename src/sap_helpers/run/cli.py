"""The command line: `sap run`, `derive`, `seal`, `check`, `simulate`, `export`, `trace`; an error is one message."""

from __future__ import annotations

import argparse
import datetime
import difflib
import hashlib
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.errors import CutRefusedError, SapError, UsageError
from sap_helpers.plan.home import NOTEBOOKS, PLAN_FILE, notebook_files, notebook_name
from sap_helpers.run.engine import ENGINES, THREADS
from sap_helpers.run.progress import answer, open_streams, tell
from sap_helpers.run.scratch import remove_dead
from sap_helpers.run.stop import stoppable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from sap_helpers.run.call import Call

INTERNAL_ERROR = 3
FORMATS = ("csv", "parquet", "xpt", "json")
DOCUMENTS = ("docx", "rtf", "pdf")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one call and return its exit status: 0 done, 1 failed, 2 unusable, 3 an internal error."""
    # reproducible sums: one thread, set before numpy is imported by anything below
    for name in THREADS:
        os.environ.setdefault(name, "1")
    open_streams()
    call = _parse(_spread(sys.argv[1:] if arguments is None else arguments))
    action: Callable[[argparse.Namespace], int] = call.action
    try:
        with stoppable(is_last=arguments is None):
            return action(call)
    except SapError as error:
        tell(str(error))
        return error.exit_status
    except KeyboardInterrupt as stop:
        tell(f"stopped{f' by {stop}' if str(stop) else ''}; nothing was published")
        return 1
    except MemoryError:
        tell("memory ran out; nothing was published. Give it more, or run fewer notebooks at a time with --jobs 1.")
        return 1
    except Exception:  # noqa: BLE001 - the last resort: an error nobody foresaw is shown whole and has its own status
        tell(traceback.format_exc().rstrip())
        tell("This is a fault of the program, not of the cut. Nothing was published.")
        return INTERNAL_ERROR


def _end(made: Path) -> int:
    """Name what was made, which stands whether or not that can be said."""
    try:
        answer(f"{made}\n")
    except UsageError as error:
        tell(f"{error} What was made is {made}.")
    return 0


def _run(call: argparse.Namespace) -> int:
    from sap_helpers.run.call import Call
    from sap_helpers.run.unchanged import tell_unchanged

    remove_dead()  # also where nothing has changed, so that no scratch folder is made
    jobs = {} if call.jobs is None else {"jobs": call.jobs}
    names = {file.stem: notebook_name(file) for file in notebook_files(NOTEBOOKS)}
    only = tuple(names.get(name, name) for name in call.only) if call.only else None
    asked = Call(
        call.cut, call.reports, only, tuple(call.set), call.plan, force=call.force, engine=call.engine,
        previous=call.previous, **jobs,
    )  # fmt: skip
    index = (None if call.force else tell_unchanged(asked)) or _run_anew(asked)
    return _end(index)


def _run_anew(asked: Call) -> Path:
    """Run the plan; the engine starts first, since it warms up while this process imports, reads and derives."""
    from sap_helpers.run.engine import open_engine
    from sap_helpers.run.imports import quick_imports

    with open_engine(asked.engine) as engine:
        with quick_imports():
            from sap_helpers.run.pipeline import run_plan

        return run_plan(asked, engine)


def _derive(call: argparse.Namespace) -> int:
    from sap_helpers.run.derive import derive_folder

    return _end(derive_folder(call.cut, call.folder, call.plan, tuple(call.set)))


def _seal(call: argparse.Namespace) -> int:
    from sap_helpers.cut.seal import seal_cut
    from sap_helpers.plan import load_plan

    load_plan(call.plan)  # a seal that names a plan nobody can read would be worth nothing
    return _end(seal_cut(call.cut, hashlib.sha256(call.plan.read_bytes()).hexdigest()))


def _check(call: argparse.Namespace) -> int:
    from sap_helpers.run.check import check_findings

    return check_findings(call.cut, call.plan, tuple(call.set))


def _simulate(call: argparse.Namespace) -> int:
    from sap_helpers.cut.info import check_cut_id
    from sap_helpers.plan import load_plan
    from sap_helpers.run.simulate import cut_trial, simulate_trial, write_cut

    plan = load_plan(PLAN_FILE)
    folder = call.folder
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder.name}: exists, and is not an empty folder. Name a new one.")
    refused = check_cut_id(folder.resolve().name)
    if refused:
        raise CutRefusedError(refused)
    options = {name: value for name in ("subjects", "seed", "missing") if (value := getattr(call, name)) is not None}
    trial = simulate_trial(plan, **options)
    frames = cut_trial(trial, call.cut_date)
    cut_id = folder.resolve().name
    try:
        write_cut(folder, frames, cut_id=cut_id, cut_date=call.cut_date, study=plan.study, extension=call.format)
    except OSError as error:
        raise UsageError(f"{folder.name}: the cut cannot be written: {error.strerror}.") from error
    return _end(folder)


def _export(call: argparse.Namespace) -> int:
    if call.aggregate_only:
        if call.split:
            call.command.error("argument --split: not allowed with argument --aggregate-only")
        from sap_helpers.run.export.aggregate import export_aggregate

        return _end(export_aggregate(call.report, call.out))
    from sap_helpers.run.export.command import export_document, export_split

    return _end((export_split if call.split else export_document)(call.report, call.to, call.out))


def _trace(call: argparse.Namespace) -> int:
    from sap_helpers.run.trace import trace

    answer("\n".join([*trace(call.report, call.result_id, call.cut), ""]))
    return 0


class _Version(argparse.Action):
    """Say which package and which plan this is, and end."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        from sap_helpers.plan import load_plan

        print(f"sap {version('sap-helpers')}, plan version {load_plan(PLAN_FILE).version}")
        parser.exit()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the call; what no command has is refused with the option that it may have meant."""
    parser = _parser()
    call, unknown = parser.parse_known_args(arguments)
    if unknown:
        command: argparse.ArgumentParser = call.command
        options = re.findall(r"--[a-z-]+", command.format_usage())
        near = [name for word in unknown for name in difflib.get_close_matches(word.partition("=")[0], options, 1, 0.7)]
        hint = f"did you mean {near[0]}?" if near else f"options: {', '.join(options)}"
        command.error(f"unrecognized arguments: {' '.join(unknown)}; {hint}")
    return call


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sap", description="The statistical analysis plan of NCT02084238, executable."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="version of the package and of the plan")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the plan on a cut and publish the report")
    run.add_argument("cut", type=Path, metavar="CUT", help="folder of the data cut")
    run.add_argument("--reports", type=Path, default=Path("reports"), metavar="DIR", help="where reports are published")
    run.add_argument("--only", nargs="+", action="extend", metavar="NAME", help="notebooks to run, by name")
    run.add_argument("--force", action="store_true", help="execute also what is unchanged")
    run.add_argument("--jobs", type=_positive, metavar="N", help="notebooks at a time")
    run.add_argument("--engine", choices=ENGINES, default="fast", help="how notebooks are executed")
    run.add_argument("--previous", type=Path, metavar="REPORT", help="report to compare with, else the latest earlier")
    _plan_options(run)
    run.set_defaults(action=_run, command=run)
    derive = commands.add_parser("derive", help="analysis data and findings of a cut in a folder, without notebooks")
    derive.add_argument("cut", type=Path, metavar="CUT")
    derive.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder, or that of an earlier call")
    _plan_options(derive)
    derive.set_defaults(action=_derive, command=derive)
    seal = commands.add_parser("seal", help="write the cut's manifest")
    seal.add_argument("cut", type=Path, metavar="CUT")
    seal.add_argument("--plan", type=Path, default=PLAN_FILE, metavar="FILE")
    seal.set_defaults(action=_seal, command=seal)
    check = commands.add_parser("check", help="data-quality findings of a cut: messages on stderr, CSV on stdout")
    check.add_argument("cut", type=Path, metavar="CUT")
    _plan_options(check)
    check.set_defaults(action=_check, command=check)
    simulate = commands.add_parser("simulate", help="write a synthetic cut")
    simulate.add_argument("folder", type=Path, metavar="DIR")
    simulate.add_argument("--subjects", type=_count, metavar="N")
    simulate.add_argument("--seed", type=_count, metavar="S")
    simulate.add_argument("--cut-date", type=_date, default=datetime.date(2015, 10, 1), metavar="D")
    simulate.add_argument("--missing", type=_share, metavar="P", help="probability that a visit is missing")
    simulate.add_argument("--format", choices=FORMATS, default="csv")
    simulate.set_defaults(action=_simulate, command=simulate)
    export = commands.add_parser("export", help="write a report as documents, or a copy of it without subjects")
    export.add_argument("report", type=Path, metavar="REPORT", help="folder of the report")
    kind = export.add_mutually_exclusive_group(required=True)
    kind.add_argument("--to", choices=DOCUMENTS, help="format of the document")
    kind.add_argument("--aggregate-only", action="store_true", help="copy without content of single subjects")
    export.add_argument("--split", action="store_true", help="a document for each output, in a folder")
    export.add_argument("--out", type=Path, metavar="PATH", help="file of the document, or folder")
    export.set_defaults(action=_export, command=export)
    trace = commands.add_parser("trace", help="the analysis records and source records behind one number")
    trace.add_argument("report", type=Path, metavar="REPORT", help="report folder")
    trace.add_argument("result_id", metavar="RESULT_ID", help="as in results.csv; the method may be left out")
    trace.add_argument("--cut", type=Path, metavar="CUT", help="the report's cut: shows the source records too")
    trace.set_defaults(action=_trace, command=trace)
    return parser


def _spread(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with ``--set`` before every KEY=VALUE that follows one: it takes one or several."""
    spread: list[str] = []
    for argument in arguments:
        follows = spread[-2:-1] == ["--set"] and "=" in argument and not argument.startswith("-")
        spread += ("--set", argument) if follows else (argument,)
    return spread


def _plan_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a value other than the plan's")
    parser.add_argument("--plan", type=Path, default=PLAN_FILE, metavar="FILE", help="another plan")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of 1 or more (given: {text})")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number of 0 or more (given: {text})")
    return int(text)


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1 (given: {text})")
    return number


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a date such as 2015-10-01 (given: {text})") from error


if __name__ == "__main__":
    sys.exit(main())
