"""Which row of a sheet names its columns, in whatever wording, and in which unit each one is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.money import UNITS
from model.policy.awards import Award, CostedAward
from model.register.cells import clean
from model.register.grid import Grid

SEARCHED = 40  # rows from the top among which the header must be
CLAIM, APPLICANT, AWARD, PRODUCT, FILED = "claim", "applicant", "award", "product", "filed"
NUMBER_IN_SHEET = "序号"

# By column, its names: one row of them is taken before the next.
ALIASES: Mapping[str, Sequence[Sequence[str]]] = {
    CLAIM: [
        ["claim", "申报编号", "申报号"],
        ["受理编号", "申请编号", "项目编号", "编号"],
        [NUMBER_IN_SHEET],
    ],
    APPLICANT: [
        ["applicant", "申报主体", "企业名称", "单位名称", "申报单位", "申报企业"],
        ["申报主体名称", "申报单位名称", "申报企业名称", "公司名称"],
        ["申请单位", "申请企业", "申请人", "项目单位"],
    ],
    AWARD: [["award", "事项编号", "奖补事项编号"], ["奖补事项", "奖补事项名称"]],
    PRODUCT: [["product", "产品名称", "产品名称或编号"]],
    FILED: [["filed", "申报日期", "申报时间"], ["提交日期", "申请日期", "受理日期"]],
}
REMARKS = frozenset({"note", "备注", "联系人", "联系电话", "统一社会信用代码"})
GRADE_NAMES = ("档次", "等级", "级别", "等次")
SHARES = {"%": "%", "百分比": "%", "小数": ""}

_UNIT_PARTS = re.compile(r"(.+?)(?:\((?:单位:?)?([^()]+)\)|\[([^\[\]]+)\]|[/:,;]([^/:,;()]+))")
_TITLE_UNIT = re.compile(r"(?:^|[^\u4e00-\u9fff])(?:金额|货币|计量)?单位:(?:人民币)?([^\s()]+)")
_NO_UNITS = frozenset({"", "-", "—", "/", "单位", "计量单位"})  # what else a row of units holds
_MARKS = re.compile(r"^\*+|\*+$|\((?:必填|选填|可选)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The columns of a sheet.

    Attributes:
        begin, body: the first row of the header, and the first row below it.
        cells: what stands above each column, as it is in the file.
        names: the plain name of each column, without its unit.
        units: the unit that the header states for each column; blank where it states none.
        units_row: the row of units below the header, if there is one.
        title_units: the units of money stated above the header.
    """

    begin: int
    body: int
    cells: Sequence[str]
    names: Sequence[str]
    units: Sequence[str]
    units_row: int | None = None
    title_units: tuple[str, ...] = ()

    def positions(self, names: Iterable[str]) -> list[int]:
        """The columns that bear one of some names."""
        wanted = set(names)
        return [at for at, name in enumerate(self.names) if name in wanted]

    def naming(self, column: str) -> list[int]:
        """The columns that hold what names a claim; of several names the foremost counts."""
        for names in ALIASES[column]:
            if found := self.positions(names):
                return found
        return []


def plain(text: str) -> str:
    """A header cell as names are compared: one width, one case, no spaces, no marks."""
    return _MARKS.sub("", "".join(clean(text).split()).casefold())


def award_names(award: CostedAward, column: str) -> list[str]:
    """Every plain name by which a sheet may call a column of an award."""
    label = plain(award.columns[column].label_zh)
    names = [plain(column), label]
    if award.columns[column].type == "bool" and label.startswith("是否"):
        names.append(label.removeprefix("是否"))
    if award.columns[column].type == "choice":
        names += GRADE_NAMES
    return list(dict.fromkeys(names))


def known_names(awards: Iterable[Award]) -> frozenset[str]:
    """Every plain name that the columns of some awards may bear."""
    names = {name for ranks in ALIASES.values() for rank in ranks for name in rank}
    for award in awards:
        if isinstance(award, CostedAward):
            names |= {name for column in award.columns for name in award_names(award, column)}
    return frozenset(names)


def known_units(awards: Iterable[Award]) -> frozenset[str]:
    """Every unit that a row of units may hold."""
    columns = [award.columns.values() for award in awards if isinstance(award, CostedAward)]
    own = {plain(column.unit_zh) for each in columns for column in each if column.unit_zh}
    return frozenset(own | {*UNITS, *SHARES})


def find_heading(grid: Grid, awards: Sequence[Award]) -> Heading | None:
    """The row, or the two rows, with the most names that are known; None where none has two.

    Args:
        grid: the sheet.
        awards: the awards whose columns it may have.
    """
    known = known_names(awards)
    rows = [grid.row(at) for at in range(min(SEARCHED, len(grid)))]
    scores = [_score(cells, known) for cells in rows]
    most = max(scores, default=0)
    if most < 2:
        return None
    top = scores.index(most)
    begin, last, cells = top, top, rows[top]
    for upper in (top - 1, top):
        if upper < 0 or upper + 1 >= len(rows) or len(rows[upper]) != len(rows[upper + 1]):
            continue
        both = _two_rows(rows[upper], rows[upper + 1], known)
        below = [one for one, low in zip(both, rows[upper + 1], strict=True) if clean(low)]
        if _score(both, known) > most and _score(below, known) == len(below):
            begin, last, cells, most = upper, upper + 1, both, _score(both, known)
    return heading_at(grid, (begin, last), cells, awards)


def heading_at(
    grid: Grid, place: tuple[int, int], cells: Sequence[str], awards: Sequence[Award]
) -> Heading:
    """The heading in some rows, with the units that it, a row below it and the title state.

    Args:
        grid: the sheet.
        place: the first and the last row of the header.
        cells: what stands above each column.
        awards: the awards whose columns it may have.
    """
    begin, last = place
    known = known_names(awards)
    parts = [_name_and_unit(cell, known) for cell in cells]
    body, units_row = last + 1, None
    units = [unit for _, unit in parts]
    if body < len(grid) and (below := _units(grid.row(body), known_units(awards))):
        units = [
            "|".join(dict.fromkeys(filter(None, pair)))
            for pair in zip(units, [*below, *[""] * len(units)], strict=False)
        ]
        body, units_row = body + 1, body
    return Heading(
        begin=begin,
        body=body,
        cells=cells,
        names=[name for name, _ in parts],
        units=units,
        units_row=units_row,
        title_units=_title_units(grid, begin),
    )


def _score(cells: Sequence[str], known: frozenset[str]) -> int:
    names = {_name_and_unit(cell, known)[0] for cell in cells if cell}
    return len(names & known)


def _name_and_unit(cell: str, known: frozenset[str]) -> tuple[str, str]:
    """The name in a header cell and the unit after it; the whole cell where it is a name."""
    name = plain(cell)
    if name in known:
        return name, ""
    match = _UNIT_PARTS.fullmatch(name)
    if match and match[1] in known:
        return match[1], match[2] or match[3] or match[4]
    return name, ""


def _two_rows(upper: Sequence[str], lower: Sequence[str], known: frozenset[str]) -> list[str]:
    """Two rows of header as one: ``研发费用`` that spans two columns over ``上年`` and ``当年``."""
    cells, above = [], ""
    for high, low in zip(upper, lower, strict=False):
        above = high if clean(high) else above
        if not clean(low):
            cells.append(high)
            continue
        ways = [low, low + above, above + low]
        cells.append(next((way for way in ways if _name_and_unit(way, known)[0] in known), low))
    return cells


def _units(cells: Sequence[str], known: frozenset[str]) -> list[str] | None:
    """The units in a row that holds nothing else; None where it is no such row."""
    units = [plain(cell).removeprefix("单位:").strip("()") for cell in cells]
    if not set(units) <= known | _NO_UNITS or not set(units) & known:
        return None
    return [unit if unit in known else "" for unit in units]


def _title_units(grid: Grid, begin: int) -> tuple[str, ...]:
    """The units of money that rows above the header state, like 单位：万元."""
    found: dict[str, None] = {}
    for at in range(begin):
        for cell in grid.row(at):
            for stated in _TITLE_UNIT.findall(clean(cell)):
                found |= {unit: None for unit in re.split("[、,/;]", stated) if unit in UNITS}
    return tuple(found)
