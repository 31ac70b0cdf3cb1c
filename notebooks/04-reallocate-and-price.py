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
# # 四、调剂，以及它值多少钱
#
# 有的账户多半会不够，有的账户多半用不完。钱能不能挪、挪多少、谁批准、少欠多少？
# 本文从判断走到方案，再从最优方案退到办得成的几笔，最后给“多安排 100 万元”定价。
#
# 为了快，这里只模拟 1,000 个年份；正式报告用 10,000 个，金额会略有出入。

# %%
from dataclasses import replace
from pathlib import Path

import pandas as pd
from IPython.display import Image

from model.money import WAN
from model.pipeline import run
from model.recording.record_of import make_record
from model.report.charts import (
    as_png,
    frontier_curve,
    money_bars,
    more_money,
    option_effects,
    plan_change,
)
from model.report.numerals import chance, money_cell, money_phrase
from model.report.record import freeze_record
from model.report.sentences import by_danger, judged
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
DOTS = 120
DRAWS = 1_000

loaded = load_scenario(Path("../scenarios/jiaxing-2024/base.yaml"))
scenario = replace(loaded, settings=loaded.settings.model_copy(update={"draws": DRAWS}))
record = freeze_record(make_record(run(scenario)))
plan, options = record.plan, record.options

# %% [markdown]
# ## 1. 哪里紧，哪里松
#
# 每一行把账户的可用资金算作 100。横条从一般年份（一半的年份不超过）到偏重年份
# （95% 的年份不超过），斜线是超出可用资金的部分。

# %%
accounts = by_danger(judged(record.accounts))
Image(as_png(money_bars(accounts, words), DOTS))

# %% [markdown]
# ## 2. 什么可以动
#
# 分组、可调出的比例、审批层级都是情景里的设定，不是法律意见；审批的法律依据标着“待核”。
# 没有依据可以判断的账户保持原样。

# %%
pd.DataFrame(
    [
        {
            "支出账户": row["name_zh"],
            "可调出": "是" if row["may_give"] else "",
            "可调入": "是" if row["may_receive"] else "",
            "所在一组的理由": row["reason_zh"],
        }
        for row in plan["accounts"]
        if row["id"] in {account["id"] for account in accounts}
    ]
)

# %% [markdown]
# ## 3. 方案
#
# 在约束条件内，使“平均每年少付的钱，加上最不利 5% 年份的平均缺口”最小；
# 几乎一样好的方案里，取审批轻、而且不让本来放心的调出方冒险的。

# %%
pd.DataFrame(
    [
        {
            "调出": move["from_zh"],
            "调入": move["to_zh"],
            "金额（万元）": money_cell(move["amount_yuan"], "zh"),
            "审批": move["approval_zh"],
        }
        for move in plan["transfers"]
    ]
)

# %%
changed = [row for row in plan["accounts"] if row["after_yuan"] != row["before_yuan"]]
changed.sort(key=lambda row: row["before_yuan"] - row["after_yuan"])
Image(as_png(plan_change(changed, words), DOTS))

# %%
effects = {
    "expected_unpaid_yuan": "平均每年少付",
    "worst_share_unpaid_yuan": "最不利5%年份的平均缺口",
    "expected_idle_yuan": "平均沉淀资金",
}
pd.DataFrame(
    [
        {
            "全部可判断的账户（万元）": says,
            "调剂前": money_cell(plan["before"][field], "zh"),
            "调剂后": money_cell(plan["after"][field], "zh"),
        }
        for field, says in effects.items()
    ]
)

# %% [markdown]
# 方案是在这 1,000 个年份上挑出来的，难免迁就它们。换 1,000 个没有参与挑选的年份再看一遍，
# 同一方案的合计（平均少付加最不利年份的平均缺口）降了多少：

# %%
fresh = plan["fresh"]
pd.DataFrame(
    [
        {
            "合计（万元）": says,
            "调剂前": money_cell(before, "zh"),
            "调剂后": money_cell(after, "zh"),
            "少欠": money_cell(before - after, "zh"),
        }
        for says, before, after in (
            ("挑选方案的年份", plan["objective_before"], plan["objective_after"]),
            ("没有参与挑选的年份", fresh["objective_before"], fresh["objective_after"]),
        )
    ]
)

# %% [markdown]
# 调出方在中心假设下都够，可是假设会错。每个调出方最怕哪一项假设？那时缺口的可能性有多大？

# %%
pd.DataFrame(
    [
        {
            "调出方": giver["name_zh"],
            "调出（万元）": money_cell(giver["gives_yuan"], "zh"),
            "中心假设下": chance(giver["gap_probability"], "zh"),
            "最怕的假设": giver["worst_gap_zh"],
            "取值": giver["worst_gap_value"],
            "那时的缺口可能性": chance(giver["worst_gap_probability"], "zh"),
        }
        for giver in plan["givers"]
    ]
)

# %% [markdown]
# 如果要求无论哪一项假设不对，调出方的缺口可能性都低于 5%，能调的就少得多（只管调出方，不管调入方够不够）：

# %%
safe = plan["givers_safe"]
moves = "；".join(
    f"{move['from_zh']}→{move['to_zh']} {money_phrase(move['amount_yuan'], 'zh')}"
    for move in safe["transfers"]
)
whole = plan["objective_before"] - plan["objective_after"]
print(
    f"{moves}；少欠{money_phrase(safe['saved_yuan'], 'zh')}，上述方案少欠{money_phrase(whole, 'zh')}"
)

# %% [markdown]
# 还有什么挡住了更好的方案？下面是起作用的约束条件；最后一列是放宽 100 万元，预计少欠多少。

# %%
pd.DataFrame(
    [
        {
            "约束条件": limit["says_zh"],
            "放宽100万元，预计少欠（万元）": f"{limit['price'] / WAN:,.1f}",
        }
        for limit in plan["limits"]
        if limit["binding"]
    ]
)

# %% [markdown]
# 价格是重新求解得来的：把约束放宽 100 万元，再找一次最优方案，看合计降多少。
# 价格为 0 不等于没有用：几条约束同时起作用时，单独放宽一条可能什么也换不来。
#
# ## 4. 办得成的方案
#
# 最优方案往往要动好几笔钱，零头不整。现实里一笔调剂就是一道手续：限定整数金额、至多几笔、由谁批准，
# 各能少欠多少？“再少欠”为 0 的一行，说明多办一笔手续不值得。

# %%
pd.DataFrame(
    [
        {
            "最重的审批": row["approval_zh"],
            "至多几笔": row["most_moves"],
            "怎样调剂（万元）": "；".join(
                f"{move['from_zh']}→{move['to_zh']} {money_cell(move['amount_yuan'], 'zh')}"
                for move in row["transfers"]
            ),
            "比少办一笔再少欠（万元）": money_cell(row["saved_yuan"], "zh"),
        }
        for row in options["menu"]
        if 1 <= row["most_moves"] <= 3
    ]
)

# %%
telling = [row for row in options["menu"] if row["saved_yuan"] > 0]
numbered = [(str(number), row) for number, row in enumerate(telling, start=1)]
for number, row in numbered:
    print(f"备选方案{number}：{row['approval_zh']}，{row['moves']} 笔", end="，")
    print("共", money_phrase(row["moved_yuan"], "zh"))

# %% [markdown]
# 每个备选方案对双方各有什么影响：空心为调剂前，实心为调剂后；
# 最后一列是调出以后自己反而不够的可能性。合计变小不等于人人变好：
# 有的备选方案从本来就紧的账户调出，先看它那一行再决定。

# %%
Image(as_png(option_effects(numbered, words), DOTS))

# %% [markdown]
# 调得越多越好吗？左图是调剂金额与平均每年少付，右图是与用来评判方案的合计；
# 菱形是上面的备选方案。曲线几乎一直往下，到三千万元左右就断了：不是不再值得，
# 而是第 3 节的约束条件不许再调。（曲线和求解都用这 1,000 个年份，第 3 节的平均数
# 则由分布直接算出，所以两处的平均少付略有出入。）

# %%
Image(as_png(frontier_curve(options["frontier"], numbered, words), DOTS))

# %% [markdown]
# ## 5. 多安排 100 万元值多少
#
# 如果钱不是从别处挪来，而是新增的：给哪个账户多安排 100 万元，预计少欠多少？
# 空心是不调剂时，实心是调剂以后；虚线处，多安排 100 万元正好少欠 100 万元。

# %%
million = [row for row in record.value_curves if row["more_yuan"] == 100 * WAN]
million.sort(key=lambda row: -row["value_before_yuan"])
Image(as_png(more_money(million, words), DOTS))

# %% [markdown]
# 同一个账户，给得越多，每 100 万元越不值钱：

# %%
curves = pd.DataFrame(
    [
        {
            "支出账户": row["account_zh"],
            "多安排": money_phrase(row["more_yuan"], "zh"),
            "每100万元少欠（万元）": row["value_before_yuan"] / row["more_yuan"] * 100,
        }
        for row in record.value_curves
    ]
).pivot(index="支出账户", columns="多安排", values="每100万元少欠（万元）")
sums = [money_phrase(yuan, "zh") for yuan in sorted({r["more_yuan"] for r in record.value_curves})]
order = [row["account_zh"] for row in million]
curves.loc[order, sums].map("{:,.1f}".format).rename_axis(
    index=None, columns="调剂前，每100万元少欠（万元）"
)

# %% [markdown]
# 最值钱的账户不一定是缺口可能性最大的：评判的是欠多少，不是欠不欠。
# 交通的盘子大，不利年份一缺就是上亿元，那时多一块钱就少欠一块钱。

# %%
pd.DataFrame(
    [
        {
            "支出账户": account["name_zh"],
            "缺口可能性": chance(account["gap_probability"], "zh"),
            "最不利5%年份的平均缺口（万元）": money_cell(account["worst_share_unpaid_yuan"], "zh"),
        }
        for account in accounts[:3]
    ]
)

# %% [markdown]
# 三点提醒：审批层级按预算法推定，实行前须由有权机关确认；没有依据的账户没有参与，
# 不等于它们没有余钱；这些价格都建立在中心假设上，第五篇看假设和解读口径换了会怎样。
