"""The command `budget` and its options; heavy imports wait until a command needs them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from model.errors import BudgetError, InputError, Problem, refuse

if TYPE_CHECKING:
    from model.assessing import Assessed, Manner

DONE, FAILED, BAD_INPUT, NO_PLAN, INTERRUPTED = 0, 1, 2, 3, 130

# Typer raises it, but exports only its child.
_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]

app = typer.Typer(
    help="预算沙盘: what a policy paper promises, which fund runs short, how money can be moved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioPath = Annotated[Path, typer.Argument(help="a scenario file, for example base.yaml")]
Language = Annotated[str, typer.Option(help="zh or en")]
RegisterPath = Annotated[Path, typer.Argument(help="a register of claims: .xlsx, .xls or .csv")]
RulesFrom = Annotated[Path, typer.Option(help="the scenario whose rules and readings apply")]
TableOut = Annotated[Path, typer.Option(help="the workbook (.xlsx) or CSV to write")]
Readings = Annotated[
    list[str] | None, typer.Option(help="another reading of an award, for example A1=B")
]
Strict = Annotated[bool, typer.Option("--strict", help="write nothing if any row cannot be read")]
Anonymise = Annotated[
    bool,
    typer.Option(
        "--anonymise", help="codes for applicants, claims and products, no name of file or sheet"
    ),
]
Salt = Annotated[
    str,
    typer.Option(
        help="a secret that makes the codes of --anonymise, the same in every register; "
        "without it they hold within this register only"
    ),
]


@app.command()
def check(
    scenario: ScenarioPath,
    source: Annotated[
        Path | None, typer.Option(help="the text of the paper, to verify every citation in it")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON instead of text")] = False,
    lang: Language = "zh",
) -> None:
    """Read everything a scenario uses, solve nothing, print the reconciliation."""
    language = _language(lang)
    from model.checking import check_scenario, say_check

    typer.echo(say_check(check_scenario(scenario, source), as_json=as_json, language=language))


@app.command()
def run(  # noqa: PLR0913  (one parameter for each option of the command)
    scenarios: Annotated[list[Path], typer.Argument(help="one or more scenario files")],
    draws: Annotated[int | None, typer.Option(min=4, help="simulated years")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="another seed, other draws")] = None,
    out: Annotated[Path, typer.Option(help="folder for the records")] = Path("reports/runs"),
    lang: Language = "zh",
    engine: Annotated[
        str, typer.Option(help="exact (laws) or applicants (every claim drawn, the reference)")
    ] = "exact",
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="write the record only")] = False,
) -> None:
    """Simulate the years, judge every account, find the moves, write record and report."""
    language, chosen = _language(lang), _engine(engine)
    from model.running import Wish, run_scenarios

    wish = Wish(out=out, language=language, engine=chosen, draws=draws, seed=seed, pdf=not no_pdf)
    if not run_scenarios(scenarios, wish):
        raise typer.Exit(NO_PLAN)


@app.command()
def report(
    record: Annotated[
        Path, typer.Argument(help="the folder of a finished run, or its record.json")
    ],
    lang: Language = "zh",
) -> None:
    """Make the PDF and the workbook of a saved record again: equal records, equal bytes."""
    from model.report.pdf import render_report
    from model.report.record import read_record
    from model.report.results_book import FILES, write_results

    folder = record.parent if record.name == "record.json" else record
    language, saved = _language(lang), read_record(folder)
    typer.echo(render_report(saved, language, folder / f"report.{language}.pdf"))
    typer.echo(write_results(saved, language, folder / FILES[language]))


@app.command()
def compare(
    scenarios: Annotated[
        list[Path], typer.Argument(help="two or more scenario files; the first one is the measure")
    ],
    out: Annotated[Path, typer.Option(help="folder for the comparison")],
    draws: Annotated[int | None, typer.Option(min=4, help="simulated years for the plans")] = None,
    lang: Language = "zh",
) -> None:
    """How scenarios differ from the first one, and which change causes how much of it."""
    language = _language(lang)
    from model.comparing import compare_scenarios

    for path in compare_scenarios(scenarios, out, language, draws):
        typer.echo(path)


@app.command()
def template(
    out: Annotated[Path, typer.Argument(help="the workbook to write, .xlsx")],
    scenario: RulesFrom,
    unit: Annotated[str, typer.Option(help="the unit of money columns: 万元 or 元")] = "万元",
) -> None:
    """A blank register: a sheet for each award, with drop-downs, notes and an example."""
    chosen = _money_unit(unit)
    from model.templating import make_template

    typer.echo(make_template(scenario, out, chosen))


@app.command()
def assess(  # noqa: PLR0913  (one parameter for each option of the command)
    register: RegisterPath,
    scenario: RulesFrom,
    out: TableOut,
    reading: Readings = None,
    strict: Strict = False,
    anonymise: Anonymise = False,
    salt: Salt = "",
) -> None:
    """What each claim of a register is entitled to, and why."""
    from model.assessing import assess_register

    manner = _manner(reading, strict=strict, anonymise=anonymise, salt=salt)
    _tell_assessed(assess_register(register, scenario, out, manner))


@app.command()
def allot(  # noqa: PLR0913  (one parameter for each option of the command)
    register: RegisterPath,
    scenario: RulesFrom,
    out: TableOut,
    rule: Annotated[
        str,
        typer.Option(
            help="one rule for all accounts: pro_rata, first_come, smallest_ratio, equal_awards, "
            "equal_losses or talmud; else as the scenario says"
        ),
    ] = "",
    reading: Readings = None,
    strict: Strict = False,
    anonymise: Anonymise = False,
    salt: Salt = "",
) -> None:
    """What each claim of a register is paid when money is short, and which limit cuts it."""
    from model.allotting import allot_register

    manner = _manner(reading, strict=strict, anonymise=anonymise, salt=salt)
    _tell_assessed(allot_register(register, scenario, out, manner, rule))


@app.command()
def forecast(  # noqa: PLR0913  (one parameter for each option of the command)
    register: RegisterPath,
    scenario: RulesFrom,
    as_of: Annotated[
        str, typer.Option("--as-of", help="the last day whose claims count, like 2024-09-30")
    ],
    out: Annotated[Path, typer.Option(help="folder for the forecast")],
    draws: Annotated[int | None, typer.Option(min=4, help="simulated years for the plan")] = None,
    lang: Language = "zh",
) -> None:
    """The rest of the year: what each account will be asked for, and when its money runs out."""
    language = _language(lang)
    from model.forecasting import Wanted, forecast_register, tell_forecast

    wanted = Wanted(as_of=as_of, out=out, language=language, draws=draws)
    done = forecast_register(register, scenario, wanted)
    tell_forecast(done)
    if not done.planned:
        raise typer.Exit(NO_PLAN)


@app.command()
def backtest(
    registers: Annotated[
        list[Path], typer.Argument(help="registers of whole past years: .xlsx, .xls or .csv")
    ],
    scenario: RulesFrom,
    out: Annotated[Path, typer.Option(help="folder for the comparison")],
    lang: Language = "zh",
) -> None:
    """How forecasts of past years would have held, and which assumptions the facts refute."""
    language = _language(lang)
    from model.backtesting import backtest_registers, tell_backtest

    tell_backtest(backtest_registers(registers, scenario, out, language))


def _manner(reading: list[str] | None, *, strict: bool, anonymise: bool, salt: str) -> Manner:
    from model.assessing import Manner

    return Manner(readings=tuple(reading or ()), strict=strict, anonymise=anonymise, salt=salt)


def _tell_assessed(done: Assessed) -> None:
    """What was written; what is wrong with refused rows goes to standard error."""
    for problem in done.problems:
        typer.echo(problem, err=True)
    for line in done.summary_zh:
        typer.echo(line)


def _language(lang: str) -> Literal["zh", "en"]:
    if lang not in ("zh", "en"):
        raise refuse("--lang", f"there is no language '{lang}'", "Give zh or en.")
    return cast(Literal["zh", "en"], lang)


def _money_unit(unit: str) -> Literal["万元", "元"]:
    if unit not in ("万元", "元"):
        raise refuse("--unit", f"there is no unit '{unit}'", "Give 万元 or 元.")
    return cast(Literal["万元", "元"], unit)


def _engine(name: str) -> Literal["exact", "applicants"]:
    if name not in ("exact", "applicants"):
        raise refuse("--engine", f"there is no engine '{name}'", "Give exact or applicants.")
    return cast(Literal["exact", "applicants"], name)


def main() -> None:
    """Run the command; every error ends in a sentence and an exit code, never in a traceback."""
    sys.exit(_run_command())


def _run_command() -> int:
    try:
        result = app(standalone_mode=False)
        if result == INTERRUPTED:  # typer caught the interrupt and hands its code back
            return _tell_interrupted()
        return result if isinstance(result, int) else DONE
    except typer.Exit as leave:
        return leave.exit_code
    except _USAGE_ERROR as error:
        error.show()
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        return _tell_interrupted()
    except InputError as error:
        _tell_problems(error.problems)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (the reader of our output went away)
        return DONE
    except (BudgetError, OSError) as error:
        return _tell_failure(error)


def _tell_failure(error: BudgetError | OSError) -> int:
    if isinstance(error, OSError):
        typer.echo(f"{error.filename or 'a file'}: {error.strerror or error}", err=True)
        return BAD_INPUT
    typer.echo(f"Not done: {error}", err=True)
    return FAILED


def _tell_interrupted() -> int:
    typer.echo("Interrupted; nothing half-done was left behind.", err=True)
    return INTERRUPTED


def _tell_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)
    count = len(problems)
    typer.echo(f"{count} problem{'s' if count > 1 else ''}; nothing was written.", err=True)
