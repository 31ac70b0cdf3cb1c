"""Why a row was refused, in Chinese: one wording for each fact that the reader tells."""

from __future__ import annotations

import re
from ast import literal_eval

from model.errors import Problem
from model.register.anonymous import HIDDEN_ZH
from model.register.register import Refused

# What a message quotes of a cell; `shown` writes it as Python would.
_QUOTED = rf"(?P<cell>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|{HIDDEN_ZH})"
_COLUMN = re.compile(r"column '(?P<title>[^']*)'(?P<rest>.*)", re.DOTALL)

_OF_COLUMNS = {
    r" is empty; award \S+ needs it where .+ is yes": "为空；相关选项填“是”的申报须填此列",
    r" is empty; award (?P<key>\S+) needs it": "为空；{key} 须填此列",
    r" is empty": "为空；必填",
    rf": {_QUOTED} is an error value": "{cell}是公式的错误值；请改正公式或直接填结果",
    rf": {_QUOTED} is a formula without its result": "{cell}是没有结果的公式；请直接填结果",
    rf": {_QUOTED} is not a whole number of fen": "{cell}不是整数分；请保留两位小数",
    rf": {_QUOTED} is above (?P<most>[\d,]+) yuan": "{cell}超过 {most}元；请核对单位",
    rf": {_QUOTED} is above the greatest rate, (?P<most>\S+)": (
        "{cell}超过最高比例 {most}；1.5%可填 0.015 或 1.5%"
    ),
    rf": {_QUOTED} is above (?P<most>[\d,]+)": "{cell}超过 {most}；请核对",
    rf": {_QUOTED} has more than six decimals": "{cell}超过六位小数；请保留六位",
    rf": {_QUOTED} is in scientific notation": "{cell}是科学计数法；请写出全部数字",
    rf": {_QUOTED} is not an amount of money": "{cell}不是金额；如 1234567.89 或 123.45万元",
    rf": {_QUOTED} is not a number": "{cell}不是数；如 1234.5，不带单位",
    rf": {_QUOTED} is negative": "{cell}是负数；请填零或正数",
    rf": {_QUOTED} is neither yes nor no": "{cell}既不是“是”也不是“否”",
    rf": {_QUOTED} is not a date": "{cell}不是日期；如 2024-03-05",
    rf": {_QUOTED} is no day of the calendar": "{cell}不是日历上有的日期；请核对",
    rf": {_QUOTED} is no day of the years (?P<most>[\d to]+)": "{cell}的年份有误；请核对",
    rf": unknown grade {_QUOTED}": "没有{cell}这一档次；可选：{grades}",
    rf": {_QUOTED} is already the claim of line (?P<line>\d+)": (
        "{cell}与第 {line} 行的申报编号重复；每笔申报须有自己的编号"
    ),
    rf": {_QUOTED} is already the claim of (?P<place>.+)": (
        "{cell}与 {place} 的申报编号重复；每笔申报须有自己的编号"
    ),
    rf": {_QUOTED} is not (?P<key>\S+), the award of the sheet": (
        "{cell}与本表的事项 {key} 不符；请移到该事项的表，或改正"
    ),
    r": the cell is merged over several rows": "跨行合并了单元格；请取消合并，逐行填写",
    rf": there is no award {_QUOTED}": "没有奖补事项{cell}",
    r": (?P<key>\S+) \((?P<name>.*)\) has no printed amount.*, so there is nothing to assess": (
        "{key} {name}在条文中没有由市级支付的金额，无从核算；请删去该行"
    ),
}
_OF_ROWS = {
    r"the row has (?P<has>\d+) cells, the header has (?P<head>\d+)": (
        "该行有 {has} 个单元格，表头有 {head} 个；含逗号的单元格请加引号，缺的单元格请补上"
    ),
}
_GRADES = "The grades are: "


def why_refused(row: Refused) -> str:
    """Everything that is wrong with a row, in one text."""
    return "；".join(dict.fromkeys(refusal_zh(problem) for problem in row.problems))


def refusal_zh(problem: Problem) -> str:
    """One problem in Chinese, with the way out; as it was told where there is no wording for it."""
    column = _COLUMN.fullmatch(problem.fact)
    told = column["rest"] if column else problem.fact
    for pattern, wording in (_OF_COLUMNS if column else _OF_ROWS).items():
        if found := re.fullmatch(pattern, told, re.DOTALL):
            grades = problem.remedy.removeprefix(_GRADES).removesuffix(".").replace(", ", "、")
            values = {key: value or "" for key, value in found.groupdict().items()}
            values["cell"] = _cell_zh(values.get("cell", ""))
            said = wording.format(**values | {"grades": grades})
            return f"“{column['title']}”列{said}" if column else said
    return f"{problem.fact}. {problem.remedy}" if problem.remedy else problem.fact


def _cell_zh(quoted: str) -> str:
    """What a message quotes, in Chinese quotation marks; hidden characters stay visible."""
    if not quoted or quoted == HIDDEN_ZH:
        return quoted
    text: str = literal_eval(quoted)
    return f"“{text}”" if text.isprintable() else f"“{quoted[1:-1]}”"
