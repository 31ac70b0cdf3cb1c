# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 五、怎样解读，怎样定标准
#
# 钱不能动的时候，还可以动规则。文件里有几处说法含糊，换一种解读口径，应付的钱就不同；
# 文件里的每个上限、比例、门槛都可以修订，改到多少才装得进可用资金？
# 还有些事只要查清就好：先查哪一项？
#
# 为了快，这里只模拟 1,000 个年份；正式报告用 10,000 个。

# %%
from dataclasses import replace
from pathlib import Path

import pandas as pd
from IPython.display import Image

from model.demand.exact import make_exact_engine
from model.demand.readings import find_reading_effects
from model.money import WAN
from model.pipeline import make_question, run
from model.recording.grounds import say_value
from model.recording.record_of import make_record
from model.report.charts import as_png, cost_swings, reading_ranges
from model.report.numerals import chance, large_money_cell, money_cell
from model.report.record import freeze_record
from model.report.sentences import judged, mark_word
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
DOTS = 120
DRAWS = 1_000
FOLDER = Path("../scenarios/jiaxing-2024")

loaded = load_scenario(FOLDER / "base.yaml")
scenario = replace(loaded, settings=loaded.settings.model_copy(update={"draws": DRAWS}))
record = freeze_record(make_record(run(scenario)))

# %% [markdown]
# ## 1. 一句话，三种理解
#
# 第四十七条对获得省级外资招引激励的项目给予“1:1.5 配套”。谁是 1，谁是 1.5？
# 条文没有写明，三种理解都说得通：

# %%
pd.DataFrame(
    [
        {
            "解读口径": f"{row['letter']}　{row['says_zh']}",
            "基准情景采用": "是" if row["chosen"] else "",
            "平均应兑现（万元）": money_cell(row["demand_mean_yuan"], "zh"),
            "扩大开放的缺口可能性": chance(row["gap_probability"], "zh"),
        }
        for row in record.readings
        if row["award"] == "A47"
    ]
)

# %% [markdown]
# 这只是市本级、市级承担一半的那一份。如果全市的配套都由市级兑付，差别就以亿元计。
# 文件说省级激励资金“确保”占全省 5.5 亿元的 15%、“争取”20%，对应单个项目平均激励额的低值和中心值：

# %%
city = load_scenario(FOLDER / "whole-city.yaml")
question = make_question(city)
engine = make_exact_engine(question)
path = "pools.foreign_capital.claims.A47.columns.provincial_award_yuan.size.mean"
award = city.book.figures()[path]
found = {
    level: [
        effect
        for effect in find_reading_effects(
            question
            if level == "central"
            else replace(question, book=engine.likes.at(question.book, path, level)),
            city.account_of_award(),
            engine,
        )
        if effect.award == "A47"
    ]
    for level in ("low", "central")
}
says = {"low": "确保15%", "central": "争取20%"}
pd.DataFrame(
    {
        f"{says[level]}（每个项目省级{say_value(award, level)}）": [
            large_money_cell(round(effect.demand_mean_yuan), "zh") for effect in effects
        ]
        for level, effects in found.items()
    },
    index=[effect.letter for effect in found["central"]],
).rename_axis("A47，全市，亿元")

# %% [markdown]
# 一句话的含义，值一亿多元。其余含糊之处小得多；下图把每一处放在一起：
# 实心是采用的口径，空心是其他口径，横条是应兑现额的变动。

# %%
awards = {row["award"]: row["award_name_zh"] for row in record.readings}
read = [
    (f"{key} {name}", [row for row in record.readings if row["award"] == key])
    for key, name in awards.items()
]
Image(as_png(reading_ranges(read, words), DOTS))

# %% [markdown]
# ## 2. 装得进可用资金的标准
#
# 文件里会印出来的数排成一架梯子：100 万元、110 万元、120 万元……。从现在的数起一档一档地收，
# 直到账户的缺口可能性降到 5% 以内，最宽的那一档就是“够用的数”。下面是偏紧的账户里，
# 收紧不超过一半就够用的那些数。

# %%
tight = {a["id"] for a in judged(record.accounts) if a["verdict"] in ("tight", "short")}
fitting = [
    row
    for row in record.levers
    if row["account"] in tight
    and row["fitting"]
    and row["kind"] != "threshold"
    and row["present"]["value"] / 2 <= row["fitting"]["value"] < row["present"]["value"]
]
pd.DataFrame(
    [
        {
            "支出账户": row["account_zh"],
            "奖补事项": f"（{row['clause_zh'].strip('（）')}）{row['award_name_zh']}",
            "数": row["name_zh"],
            "现在": row["present"]["value_zh"],
            "够用的": row["fitting"]["value_zh"],
            "平均应兑现的变动（万元）": money_cell(row["fitting"]["demand_change_yuan"], "zh"),
            "缺口可能性": f"{chance(row['present']['gap_probability'], 'zh')} → "
            f"{chance(row['fitting']['gap_probability'], 'zh')}",
        }
        for row in fitting
    ]
)

# %%
figures = [row for row in record.levers if row["account"] in tight and row["kind"] != "threshold"]
out = sum(row["fitting"] is None for row in figures)
print(f"偏紧的账户里可修订的数有 {len(figures)} 个（不算门槛），其中 {out} 个怎样收紧也到不了 5%")

# %% [markdown]
# 到不了的，多半是管的钱太少。反过来，宽裕的账户可以把标准提到多高而缺口可能性仍在 5% 以内？

# %%
ample = [
    row
    for row in record.levers
    if row["account"] not in tight
    and row["fitting"]
    and row["kind"] in ("cap", "rate")
    and row["fitting"]["value"] > row["present"]["value"]
]
ample.sort(key=lambda row: -row["fitting"]["demand_change_yuan"])
pd.DataFrame(
    [
        {
            "支出账户": row["account_zh"],
            "奖补事项": row["award_name_zh"],
            "数": row["name_zh"],
            "现在": row["present"]["value_zh"],
            "可以提到": row["fitting"]["value_zh"],
            "平均多付（万元）": money_cell(row["fitting"]["demand_change_yuan"], "zh"),
        }
        for row in ample[:6]
    ]
)

# %% [markdown]
# 只提高标准、申报的人不变，是下限：标准高了，来的人也会多。
#
# 再提高一档要多欠多少：每个数提高印得出的一档，用同样的随机数重算需求、重求方案，合计多欠多少。

# %%
pd.DataFrame(
    [
        {
            "奖补事项": f"{row['clause_zh']}{row['award_name_zh']}",
            "数": row["name_zh"],
            "提高一档": f"{row['value_zh']} → {row['next_zh']}",
            "平均多付（万元）": money_cell(row["demand_change_yuan"], "zh"),
            "调剂后仍多欠（万元）": money_cell(row["objective_change_yuan"], "zh"),
        }
        for row in record.step_prices[:6]
    ]
)

# %% [markdown]
# 如果既不动钱也不动标准，至少能先说清楚能兑付几成，一百年里有九十五年不会食言：

# %%
pd.DataFrame(
    [
        {
            "支出账户": row["account_zh"],
            "可用资金（万元）": money_cell(row["available_yuan"], "zh"),
            "95%的年份不超过（万元）": money_cell(row["demand_p95_yuan"], "zh"),
            "可以承诺的兑付比例": f"{row['percent']}%",
        }
        for row in sorted(record.promised_ratios, key=lambda row: row["ratio"])
    ]
)

# %% [markdown]
# ## 3. 先查清什么
#
# 假设的分量可以用钱来量。下图是每项假设单独换用低值（空心）、高值（实心）时，
# 现有预算下合计（平均少付加最不利年份的平均缺口）变成多少；太长的条截断，以箭头表示。

# %%
knowing = record.knowing
swings = [
    (row["name_zh"], words("knowing.mark", mark=mark_word(row["mark"], words)), row)
    for row in knowing["tornado"]
    if row["swing_yuan"]
]
Image(as_png(cost_swings(swings[:12], words), DOTS))

# %% [markdown]
# 影响大，不等于值得先查。先定方案、再知道真相，和先知道真相、再定方案，两者平均少欠的差，
# 才是查清它的价值；如果无论真相如何都是同一个方案，查清它就不改变什么，价值是 0。

# %%
print(knowing["first_zh"])
pd.DataFrame(
    [
        {
            "假设": row["name_zh"],
            "低": f"{row['low']}{'' if isinstance(row['low'], str) else row['unit']}",
            "中": f"{row['central']}{'' if isinstance(row['central'], str) else row['unit']}",
            "高": f"{row['high']}{'' if isinstance(row['high'], str) else row['unit']}",
            "查清此项，预计最多可少欠（万元）": f"{row['value_yuan'] / WAN:,.0f}",
        }
        for row in knowing["values"][:5]
    ]
)

# %%
moving = sum(row["changes_moves"] for row in knowing["values"])
print(f"查过的 {len(knowing['values'])} 项假设里，查清后会改变调剂的有 {moving} 项")
print(record.robust["says_zh"])

# %% [markdown]
# 这不是说其余的假设不要紧：它们决定要不要另找钱、要不要改标准，只是不改变“从哪里调到哪里”。
# 真实的申报一到，许多假设就不必再猜，见第六篇。
