"""`budget template`: a blank register for the awards of a scenario, to be filled in by hand."""

from __future__ import annotations

from pathlib import Path

from model.claims.form import MoneyUnit
from model.claims.template import Form, write_template
from model.errors import refuse
from model.scenario import load_scenario


def make_template(scenario_path: Path, out: Path, unit: MoneyUnit = "万元") -> str:
    """A sentence on what was written: a guide, and a sheet for each award with an amount.

    Raises:
        InputError: a bad scenario, a file that exists already or cannot be written.
    """
    if out.suffix.lower() != ".xlsx":
        raise refuse(str(out), "a template is a workbook", "Give a name that ends in .xlsx.")
    scenario = load_scenario(scenario_path)
    if out.exists():
        # It may have been filled in.
        raise refuse(str(out), "this file exists already", "Give another name, or move it away.")
    form = Form(document=scenario.document, scenario=scenario.name, unit=unit)
    write_template(form, out)
    return f"{out}: {len(scenario.document.costed())} 个奖补事项各一张表，金额单位 {unit}"
