"""The linear programmes: one function per family of limits, and what the solver made of them.

Money is in 万元 here and only here (`WAN`): the solver's tolerances are absolute, and 1e-9 万元
is far below one yuan while the largest budgets stay near 1e6. Everything is minimised, and
every limit has a name `family__id`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pulp

from model.allocation.plan import Clash, Relaxation
from model.allocation.problem import Arc, Limit, Problem, keeps, limit_row, limits, safe_ids
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

FAMILIES = (
    "money_after",
    "movable_share",
    "floor",
    "domain_line",
    "paid_entitlement",
    "paid_money",
    "worst_share",
    "mean_cut",
    "tail_cut",
    "hold_cost",
)
_TOLERANCE = 1e-9


@dataclass(slots=True)
class Model:
    """A PuLP problem and its variables, by account, arc, draw or limit.

    Accounts and arcs stand in the order of their ids, whatever their order in the problem: the
    solver's path, and with it the choice among equal plans, does not depend on it.
    """

    problem: Problem
    lp: pulp.LpProblem
    ids: dict[str, str]
    arcs: tuple[Arc, ...]
    moved: dict[Arc, pulp.LpVariable]
    money: dict[str, pulp.LpVariable]
    slack: dict[str, pulp.LpVariable] = field(default_factory=dict)
    paid: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    excess: list[pulp.LpVariable] = field(default_factory=list)
    threshold: pulp.LpVariable | None = None
    mean: dict[str, pulp.LpVariable] = field(default_factory=dict)
    tail: pulp.LpVariable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanCut:
    """A plane below the weighted expected unpaid of an account: level_yuan + slope x money.

    Like the tail's, it speaks of the money after the moves only, and so holds for every budget
    and every limit.
    """

    account: str
    slope: float
    level_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailCut:
    """A plane below the worst-share mean: level_yuan + slopes . money (yuan per yuan)."""

    slopes: FloatArray
    level_yuan: float


def new_model(problem: Problem) -> Model:
    """The variables of the moves and no limit: money moved on each arc, money of each account."""
    ids = safe_ids(problem.accounts)
    arcs = tuple(sorted(problem.arcs, key=lambda arc: (arc.giver, arc.receiver)))
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    moved = {
        arc: lp.add_variable(f"moved__{ids[arc.giver]}__{ids[arc.receiver]}", lowBound=0)
        for arc in arcs
    }
    money = {a: lp.add_variable(f"money__{ids[a]}", lowBound=0) for a in sorted(ids)}
    return Model(problem=problem, lp=lp, ids=ids, arcs=arcs, moved=moved, money=money)


def add_money_after(model: Model) -> None:
    """Money after is the budget minus what leaves plus what arrives.

    money[a] + sum_r moved[a, r] - sum_g moved[g, a] = budget[a]
    """
    rows = {account: {money: 1.0} for account, money in model.money.items()}
    for arc, moved in model.moved.items():
        rows[arc.giver][moved], rows[arc.receiver][moved] = 1.0, -1.0
    budget = dict(zip(model.problem.accounts, model.problem.budget_yuan.tolist(), strict=True))
    for account, terms in rows.items():
        name = f"money_after__{model.ids[account]}"
        model.lp.addConstraint(_sum(terms) == budget[account] / WAN, name)


def add_movable_share(model: Model) -> None:
    """What leaves an account is at most its movable share.

    sum_r moved[g, r] <= may_leave[g]
    """
    for limit in _limits_of(model, "movable_share"):
        leaves = {moved: 1.0 for arc, moved in model.moved.items() if arc.giver == limit.subject}
        row = _sum(leaves) - _slack(model, limit) <= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_floor(model: Model) -> None:
    """An account keeps at least its floor.

    money[a] >= floor[a]
    """
    for limit in _limits_of(model, "floor"):
        row = model.money[limit.subject] + _slack(model, limit) >= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_domain_line(model: Model) -> None:
    """The accounts of a domain together hold at most its line.

    sum_{a in domain} money[a] <= line[domain]
    """
    members = {domain.id: domain.accounts for domain in model.problem.domain_limits}
    for limit in _limits_of(model, "domain_line"):
        held = {model.money[account]: 1.0 for account in sorted(members[limit.subject])}
        row = _sum(held) - _slack(model, limit) <= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_paid_entitlement(model: Model) -> None:
    """In no draw is more paid than is owed: the claims of the draw and what is committed.

    paid[a, d] <= demand[d, a] + committed[a]
    """
    for account, draw, owed in _owed(model):
        name = f"paid_entitlement__{model.ids[account]}__{draw}"
        model.lp.addConstraint(model.paid[account, draw] <= owed, name)


def add_paid_money(model: Model) -> None:
    """In no draw does an account pay more than its money.

    paid[a, d] <= money[a]
    """
    for account, draw, _ in _owed(model):
        name = f"paid_money__{model.ids[account]}__{draw}"
        model.lp.addConstraint(model.paid[account, draw] - model.money[account] <= 0, name)


def add_worst_share(model: Model) -> None:
    """The excess of a draw is what its weighted unpaid money is above the threshold.

    excess[d] >= sum_a weight[a] (demand[d, a] + committed[a] - paid[a, d]) - threshold
    """
    weight = dict(zip(model.problem.accounts, model.problem.weights.tolist(), strict=True))
    terms: list[dict[pulp.LpVariable, float]] = [{} for _ in model.excess]
    owed_in = [0.0] * len(model.excess)
    for account, draw, owed in _owed(model):
        terms[draw][model.paid[account, draw]] = weight[account]
        owed_in[draw] += weight[account] * owed
    for draw, excess in enumerate(model.excess):
        row = excess + model.threshold + _sum(terms[draw]) >= owed_in[draw]
        model.lp.addConstraint(row, f"worst_share__{draw}")


def mean_cut(model: Model, cut: MeanCut) -> pulp.LpConstraint:
    """The weighted expected unpaid of an account lies above the plane.

    mean[a] >= level + slope x money[a]
    """
    terms = {model.mean[cut.account]: 1.0, model.money[cut.account]: -cut.slope}
    return _sum(terms) >= cut.level_yuan / WAN


def tail_cut(model: Model, cut: TailCut) -> pulp.LpConstraint:
    """The worst-share mean lies above the plane.

    tail >= level + sum_a slope[a] x money[a]
    """
    slopes = zip(model.problem.accounts, cut.slopes.tolist(), strict=True)
    terms = {model.money[account]: -slope for account, slope in slopes if slope}
    return _sum({model.tail: 1.0} | terms) >= cut.level_yuan / WAN


def hold_cost(model: Model, maximum_yuan: float) -> pulp.LpConstraint:
    """The cost stays at the optimum, within the tolerance: cost <= maximum."""
    return master_cost(model) <= maximum_yuan / WAN


def master_cost(model: Model) -> pulp.LpAffineExpression:
    """The cost as the master sees it: sum_a mean[a] + worst_weight x tail."""
    terms = dict.fromkeys(model.mean.values(), 1.0)
    return _sum(terms | {model.tail: model.problem.worst_weight})


def moves_price(model: Model) -> pulp.LpAffineExpression:
    """What the moves cost to approve, and ids where that is equal: 1000 x price / step + rank.

    The step is the smallest difference between two prices. The rank of the i-th of n arcs, in
    the order of giver and receiver, is 1 + (i / n)^2, so that the earlier arcs win; with i
    itself the swap of a-c, b-d for a-d, b-c would be a tie again. One objective and not two:
    holding the price while the rank is chosen would trade the tolerance for smaller ids.
    """
    prices = sorted({0.0, *(arc.price for arc in model.arcs)})
    step = min(np.diff(prices), default=1.0)
    n = max(len(model.arcs), 1)
    return _sum(
        {
            model.moved[arc]: 1000 * arc.price / step + 1 + ((i + 1) / n) ** 2
            for i, arc in enumerate(model.arcs)
        }
    )


def add_moves(model: Model) -> None:
    """Every family of limits on the moves."""
    for add in (add_money_after, add_movable_share, add_floor, add_domain_line):
        add(model)


def full_model(problem: Problem) -> Model:
    """The whole programme, a row for each account and draw: for small cases and as oracle.

    Its objective value, times `WAN`, is the least cost in yuan.
    """
    model = draws_model(problem)
    add_moves(model)
    for add in (add_paid_entitlement, add_paid_money, add_worst_share):
        add(model)
    return model


def draws_model(problem: Problem) -> Model:
    """The variables and the objective of the full model, without a limit."""
    model = new_model(problem)
    n = len(problem.demand)
    weight = dict(zip(problem.accounts, problem.weights.tolist(), strict=True))
    for a in model.money:
        for d in range(n):
            name = f"paid__{model.ids[a]}__{d}"
            model.paid[a, d] = model.lp.add_variable(name, lowBound=0)
    model.threshold = model.lp.add_variable("threshold")
    model.excess = [model.lp.add_variable(f"excess__{d}", lowBound=0) for d in range(n)]
    tail = problem.worst_weight
    objective = {paid: -weight[a] / n for (a, _), paid in model.paid.items()}
    objective |= dict.fromkeys(model.excess, tail / (problem.worst_share * n))
    objective[model.threshold] = tail
    owed = sum(weight[a] * owed for a, _, owed in _owed(model)) / n
    model.lp.setObjective(_sum(objective) + owed)
    return model


def full_cost(problem: Problem, solver: Literal["HiGHS", "CBC"] = "HiGHS") -> float:
    """The least cost in yuan by the full model.

    Raises:
        BudgetError: no optimum was found.
    """
    engine = (
        pulp.HiGHS(msg=False, threads=1)
        if solver == "HiGHS"
        # The CBC that PuLP brings along; its own class for it is deprecated.
        else pulp.COIN_CMD(msg=False, path=pulp.PULP_CBC_CMD.pulp_cbc_path)
    )
    model = full_model(problem)
    model.lp.solve(engine)
    if model.lp.sol_status != pulp.LpSolutionOptimal:
        raise BudgetError(f"{solver}: {pulp.LpSolution[model.lp.sol_status]}")
    return float(pulp.value(model.lp.objective)) * WAN


def master_model(problem: Problem) -> Model:
    """The small programme of the cutting planes: the limits on the moves, no row per draw."""
    model = planes_model(problem)
    add_moves(model)
    return model


def planes_model(problem: Problem) -> Model:
    """The variables and the objective of the master, without a limit."""
    model = new_model(problem)
    model.mean = {a: model.lp.add_variable(f"mean__{model.ids[a]}", lowBound=0) for a in model.ids}
    model.tail = model.lp.add_variable("tail", lowBound=0)
    model.lp.setObjective(master_cost(model))
    return model


def elastic_model(problem: Problem) -> Model:
    """The limits on the moves, each with a slack; the least sum of slacks is what is short."""
    model = new_model(problem)
    for limit in limits(problem):
        model.slack[limit.name] = model.lp.add_variable(f"slack__{limit.name}", lowBound=0)
    model.lp.setObjective(_sum(dict.fromkeys(model.slack.values(), 1.0)))
    add_moves(model)
    return model


def _limits_of(model: Model, family: str) -> list[Limit]:
    return [limit for limit in limits(model.problem) if limit.family == family]


def _slack(model: Model, limit: Limit) -> pulp.LpVariable | float:
    return model.slack.get(limit.name, 0.0)


def _sum(terms: dict[pulp.LpVariable, float]) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression(terms)


def _owed(model: Model) -> Iterator[tuple[str, int, float]]:
    """Account, draw and what is owed in it, in 万元."""
    owed = model.problem.demand + model.problem.committed_yuan
    for account, i in sorted(model.problem.index.items()):
        for draw, amount in enumerate(owed[:, i].tolist()):
            yield account, draw, amount / WAN


class Live:
    """A model inside HiGHS, changed and solved again in milliseconds.

    PuLP hands the model over once; later rows go to both, so that a written file shows what
    the solver has seen.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        solver = pulp.HiGHS(
            msg=False,
            threads=1,
            solver="simplex",
            primal_feasibility_tolerance=_TOLERANCE,
            dual_feasibility_tolerance=_TOLERANCE,
        )
        model.lp.solve(solver)
        self._highs = model.lp.solverModel
        self._columns = self._rows = np.empty(0)

    def solve(self) -> bool:
        """True if optimal, False if infeasible; read from HiGHS, not from PuLP's zeros.

        Raises:
            BudgetError: the solver stopped for any other reason.
        """
        self._highs.run()
        status = self._status()
        if status not in ("Optimal", "Infeasible"):
            self._highs.clearSolver()  # a warm start can end undecided; a cold one is slower
            self._highs.run()
            status = self._status()
        if status not in ("Optimal", "Infeasible"):
            raise BudgetError(f"the solver stopped without an answer: {status}")
        # Kept here, because a row added later makes HiGHS forget its solution.
        solution = self._highs.getSolution()
        self._columns = np.asarray(solution.col_value)
        self._rows = np.asarray(solution.row_dual)
        return bool(status == "Optimal")

    def _status(self) -> str:
        return str(self._highs.modelStatusToString(self._highs.getModelStatus()))

    def objective(self) -> float:
        """The objective of the last solve, in the model's unit."""
        return float(self._highs.getObjectiveValue())

    def values(self, variables: list[pulp.LpVariable]) -> FloatArray:
        """The values of variables in the last solve, in the model's unit."""
        return self._columns[[variable.index for variable in variables]]

    def multiplier(self, name: str) -> float:
        """Fall of the objective per unit that the limit is relaxed, by the last solve."""
        row = self.model.lp.get_constraint_by_name(name)
        return abs(float(self._rows[row.index]))

    def minimise(self, expression: pulp.LpAffineExpression) -> None:
        """Take another objective."""
        variables = self.model.lp.variables()
        columns = np.array([variable.index for variable in variables], dtype=np.int32)
        costs = np.array([float(expression.get(variable, 0.0)) for variable in variables])
        self._highs.changeColsCost(len(columns), columns, costs)

    def add(self, row: pulp.LpConstraint, name: str) -> None:
        """Add a limit."""
        self.model.lp.addConstraint(row, name)
        terms = [(variable.index, value) for variable, value in row.items() if value]
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        values = np.array([value for _, value in terms])
        low, high = _bounds(row)
        self._highs.addRow(low, high, len(terms), columns, values)
        row.index = self._highs.getNumRow() - 1

    def set_right_side(self, name: str, value: float) -> None:
        """Change the amount of a limit; infinite takes the limit out."""
        row = self.model.lp.get_constraint_by_name(name)
        row.changeRHS(value)
        self._highs.changeRowBounds(row.index, *_bounds(row))

    def set_bounds(self, variable: pulp.LpVariable, low: float, high: float) -> None:
        """Change the bounds of a variable."""
        self._highs.changeColBounds(variable.index, low, high)


def _bounds(row: pulp.LpConstraint) -> tuple[float, float]:
    low, high = row.getLb(), row.getUb()
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)


def whole_yuan(problem: Problem, moved_yuan: dict[Arc, float]) -> dict[Arc, int]:
    """The moves in whole yuan: rounded, below 1 yuan left out, and every limit kept exactly.

    Where rounding breaks a limit, an integer programme finds the fewest yuan to give or take.
    """
    amounts = {arc: round(moved_yuan.get(arc, 0.0)) for arc in problem.arcs}
    used = {limit: _use(problem, limit, amounts) for limit in limits(problem)}
    if not all(keeps(limit, yuan) for limit, yuan in used.items()):
        change = _least_change(problem, used, amounts)
        amounts = {arc: amount + change[arc] for arc, amount in amounts.items()}
    return {arc: amount for arc, amount in amounts.items() if amount}


def _use(problem: Problem, limit: Limit, amounts: dict[Arc, int]) -> int:
    start, signs = limit_row(problem, limit)
    return start + sum(sign * amounts[problem.arcs[i]] for i, sign in signs.items())


def _least_change(
    problem: Problem, used: dict[Limit, int], amounts: dict[Arc, int]
) -> dict[Arc, int]:
    lp = pulp.LpProblem("whole_yuan", pulp.LpMinimize)
    reach = len(amounts) + 1
    more, less = {}, {}
    for i, (arc, amount) in enumerate(amounts.items()):
        more[arc] = lp.add_variable(f"more__{i}", 0, reach, pulp.LpInteger)
        less[arc] = lp.add_variable(f"less__{i}", 0, min(reach, amount), pulp.LpInteger)
    lp.setObjective(pulp.lpSum([*more.values(), *less.values()]))
    for limit, yuan in used.items():
        signs = limit_row(problem, limit)[1]
        arcs = {problem.arcs[i]: sign for i, sign in signs.items()}
        change = pulp.lpSum(sign * (more[arc] - less[arc]) for arc, sign in arcs.items())
        room = limit.amount_yuan - yuan
        lp.addConstraint(change >= room if limit.family == "floor" else change <= room, limit.name)
    live = Live(Model(problem=problem, lp=lp, ids={}, arcs=(), moved={}, money={}))
    if not live.solve():
        raise BudgetError("no plan in whole yuan meets the limits, though one in fractions does")
    arcs_in_order = list(amounts)
    up = live.values([more[arc] for arc in arcs_in_order])
    down = live.values([less[arc] for arc in arcs_in_order])
    return {arc: round(up[i]) - round(down[i]) for i, arc in enumerate(arcs_in_order)}


def find_clashes(problem: Problem) -> tuple[Clash, ...]:
    """Why no plan meets the limits: sets of limits that clash; none if a plan exists.

    The least sum of relaxations comes from the elastic model. The clashes are found one after
    the other, each set aside before the rest is searched again.
    """
    elastic = Live(elastic_model(problem))
    found = {limit.name: limit for limit in limits(problem)}
    together = _relaxations(elastic, found, set(found), set())
    if not together:
        return ()
    sets: list[set[str]] = []
    while names := _smallest_clash(elastic, found, set(found).difference(*sets)):
        sets.append(names)
    clashes = []
    for names in sets:
        enforced = set(found).difference(*(other for other in sets if other is not names))
        short = _relaxations(elastic, found, names, set()) or ()
        alone = [_relaxations(elastic, found, {n}, enforced - {n}) or () for n in sorted(names)]
        clashes.append(
            Clash(
                limits=tuple(found[name] for name in sorted(names)),
                short_yuan=sum(relaxation.relax_by_yuan for relaxation in short),
                remedies=tuple(relaxation for one in alone for relaxation in one),
                together=together,
            )
        )
    return tuple(clashes)


def _smallest_clash(elastic: Live, found: dict[str, Limit], names: set[str]) -> set[str]:
    """Limits that cannot hold together while any of them left out mends it; empty if none."""
    if not _relaxations(elastic, found, names, set()):
        return set()
    # Shares first, floors last: what a scenario demanded outright is what should remain.
    families = ("movable_share", "domain_line", "floor")
    for name in sorted(names, key=lambda name: (families.index(found[name].family), name)):
        if _relaxations(elastic, found, names - {name}, set()):
            names = names - {name}
    return names


def _relaxations(
    elastic: Live, found: dict[str, Limit], soft: set[str], enforced: set[str]
) -> tuple[Relaxation, ...] | None:
    """The least relaxations of the soft limits; None if the enforced ones clash all the same.

    Limits that are neither are set aside. The whole yuan found are verified by solving with
    them.
    """
    slack = elastic.model.slack
    for name, variable in slack.items():
        elastic.set_bounds(variable, 0.0, 0.0 if name in enforced else np.inf)
    elastic.minimise(_sum({slack[name]: 1.0 for name in sorted(soft)}))
    if not elastic.solve():
        return None
    order = sorted(soft)
    yuan = elastic.values([slack[name] for name in order]) * WAN
    needed = {n: int(np.ceil(y - 0.01)) for n, y in zip(order, yuan.tolist(), strict=True)}
    for name, amount in needed.items():
        elastic.set_bounds(slack[name], 0.0, amount / WAN)
    if not elastic.solve():
        raise BudgetError(f"relaxing {needed} yuan does not mend what the solver said it would")
    return tuple(
        Relaxation(limit=name, says_zh=found[name].says_zh, relax_by_yuan=amount)
        for name, amount in needed.items()
        if amount > 0
    )
