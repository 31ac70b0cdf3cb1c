"""A programme inside the solver: solved, changed, solved again, and read without trust.

PuLP shows an infeasible programme as optimal zeros; everything here is read from HiGHS itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import highspy
import numpy as np
import pulp

from model.allocation.lp_draws import full_model
from model.allocation.problem import Problem
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

_TOLERANCE = 1e-9
_WIDE_TOLERANCE = 1e-7
_ANSWERS = ("Optimal", "Infeasible")
_MANY_ROWS, _MANY_SHARE = 1_000, 0.12


class Live:
    """A programme inside HiGHS, changed and solved again in milliseconds.

    PuLP hands the programme over once; later rows go to both, so that a written file shows what
    the solver has seen.
    """

    def __init__(self, lp: pulp.LpProblem) -> None:
        self.lp = lp
        solver = pulp.HiGHS(
            msg=False,
            threads=1,
            solver="simplex",
            primal_feasibility_tolerance=_TOLERANCE,
            dual_feasibility_tolerance=_TOLERANCE,
        )
        lp.solve(solver)
        self._highs = lp.solverModel
        self._is_mip = bool(lp.isMIP())
        self._columns = self._rows = np.empty(0)
        self._costs = np.empty(0)
        self._n_new = 0  # rows since the last solve; all of them when the objective is new

    def solve(self) -> bool:
        """True if optimal, False if infeasible.

        Raises:
            BudgetError: the solver stopped for any other reason.
        """
        self._choose_method()
        self._highs.run()
        status = self._status()
        if status not in _ANSWERS:
            self._highs.clearSolver()  # a warm start can end undecided; a cold one is slower
            self._highs.setOptionValue("solver", "simplex")
            self._highs.run()
            status = self._status()
        if status not in _ANSWERS:
            # A sum over thousands of accounts has no digits left for the tolerance of ours.
            self._be_tolerant()
            self._highs.run()
            status = self._status()
        if status not in _ANSWERS:
            raise BudgetError(f"the solver stopped without an answer: {status}")
        # Kept here, because a row added later makes HiGHS forget its solution.
        solution = self._highs.getSolution()
        self._columns = np.asarray(solution.col_value)
        self._rows = np.asarray(solution.row_dual)
        return bool(status == "Optimal")

    def _choose_method(self) -> None:
        """Interior points where many rows are new: mending the old basis takes longer then."""
        n_rows = self._highs.getNumRow()
        many = not self._is_mip and self._n_new > max(_MANY_ROWS, _MANY_SHARE * n_rows)
        self._highs.setOptionValue("solver", "ipm" if many else "simplex")
        self._n_new = 0

    def _be_tolerant(self) -> None:
        """Take the solver's own tolerance: still far below a yuan."""
        for side in ("primal", "dual"):
            self._highs.setOptionValue(f"{side}_feasibility_tolerance", _WIDE_TOLERANCE)
        self._highs.clearSolver()

    def _status(self) -> str:
        return str(self._highs.modelStatusToString(self._highs.getModelStatus()))

    def objective(self) -> float:
        """The objective of the last solve, in the programme's unit."""
        return float(self._highs.getObjectiveValue())

    def values(self, variables: list[pulp.LpVariable]) -> FloatArray:
        """The values of variables in the last solve, in the programme's unit."""
        return self._columns[[variable.index for variable in variables]]

    def multiplier(self, name: str) -> float:
        """Fall of the objective per unit that the limit is relaxed, by the last solve."""
        row = self.lp.get_constraint_by_name(name)
        return abs(float(self._rows[row.index]))

    def minimise(self, terms: Mapping[pulp.LpVariable, float]) -> None:
        """Take another objective: coefficients of variables, all others 0."""
        variables = self.lp.variables()
        columns = np.array([variable.index for variable in variables], dtype=np.int32)
        costs = np.array([float(terms.get(variable, 0.0)) for variable in variables])
        self._highs.changeColsCost(len(columns), columns, costs)
        if not np.array_equal(costs, self._costs):  # the old basis is no start for it
            self._costs, self._n_new = costs, self._highs.getNumRow()

    def has(self, name: str) -> bool:
        """Whether there is a limit of this name."""
        return self.lp.get_constraint_by_name(name) is not None

    def add(self, row: pulp.LpConstraint, name: str) -> None:
        """Add a limit."""
        self.lp.addConstraint(row, name)
        terms = [(variable.index, value) for variable, value in row.items() if value]
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        values = np.array([value for _, value in terms])
        low, high = _bounds(row)
        self._highs.addRow(low, high, len(terms), columns, values)
        row.index = self._highs.getNumRow() - 1
        self._n_new += 1

    def set_right_side(self, name: str, value: float) -> None:
        """Change the amount of a limit; infinite takes the limit out."""
        row = self.lp.get_constraint_by_name(name)
        row.changeRHS(value)
        self._highs.changeRowBounds(row.index, *_bounds(row))

    def leave_gap(self, relative: float) -> None:
        """Prove integer programmes to this gap, 0 for to the last."""
        self._highs.setOptionValue("mip_rel_gap", relative)
        self._highs.setOptionValue("mip_abs_gap", 0.0)

    def relax(self, variables: list[pulp.LpVariable], whole: bool) -> None:
        """Let whole-numbered variables take any value, or only whole ones again."""
        columns = np.array([variable.index for variable in variables], dtype=np.int32)
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        self._highs.changeColsIntegrality(len(columns), columns, np.array([kind] * len(columns)))

    def set_bounds(self, variable: pulp.LpVariable, low: float, high: float) -> None:
        """Change the bounds of a variable."""
        self._highs.changeColBounds(variable.index, low, high)


def _bounds(row: pulp.LpConstraint) -> tuple[float, float]:
    low, high = row.getLb(), row.getUb()
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)


def full_cost(problem: Problem, solver: Literal["HiGHS", "CBC"] = "HiGHS") -> float:
    """The least cost in yuan by the full model, a row for each account and draw.

    Raises:
        BudgetError: no optimum was found.
    """
    engine = (
        pulp.HiGHS(msg=False, threads=1)
        if solver == "HiGHS"
        # The CBC that PuLP brings along; its own class for it is deprecated.
        else pulp.COIN_CMD(msg=False, path=pulp.PULP_CBC_CMD.pulp_cbc_path)
    )
    lp = full_model(problem).model.lp
    lp.solve(engine)
    if lp.sol_status != pulp.LpSolutionOptimal:
        raise BudgetError(f"{solver}: {pulp.LpSolution[lp.sol_status]}")
    return float(pulp.value(lp.objective)) * WAN
