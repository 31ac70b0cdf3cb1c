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
# # 从政策文件到分配方案
#
# 一份公开文件承诺了几十项奖补，也写明了拿出多少钱。谁会来申报、来多少，没有人知道。
# 本文用基准情景走完全程：文件里有哪些钱、重复印了哪些、一条规则怎样算、申报主体从哪里来、
# 哪个支出账户会不够、哪些假设最要紧、怎样调剂、接下来该查什么。
#
# 所有计算都在 `model/` 里，这里只调用、列表、画图。文件的数字在 `scenarios/` 里。
# 为了快，这里只模拟 2,000 个年份；正式报告用 10,000 个，方案会略有出入。

# %%
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display

from model.demand.figures import plain
from model.money import WAN, YI, format_money, format_rate
from model.pipeline import run
from model.policy.exact import FEN
from model.policy.reasons import explain
from model.policy.rules import entitle
from model.recording.record_of import make_record
from model.report.chapters.drivers import strips_of
from model.report.charts import money_bars, money_map, plan_change, sensitivity_strips
from model.report.flow import lay_out_flow
from model.report.fonts import FAMILY
from model.report.numerals import chance, chance_range, percent
from model.report.record import freeze_record
from model.report.sentences import by_danger, judged
from model.report.wording import read_wording
from model.scenario import load_scenario

# %matplotlib inline
# %config InlineBackend.print_figure_kwargs = {"facecolor": "white", "dpi": 120}
pd.set_option("display.max_colwidth", None)
plt.rcParams["font.family"] = FAMILY  # the charts of the report register its file
words = read_wording("zh")

# %%
DRAWS = 2_000
SCENARIO = Path("../scenarios/jiaxing-2024/base.yaml")

loaded = load_scenario(SCENARIO)
scenario = replace(loaded, settings=loaded.settings.model_copy(update={"draws": DRAWS}))
document, book = scenario.document, scenario.book
print(document.title.id, document.title.title_zh)
print("情景", scenario.name, "：", scenario.header.question)

# %% [markdown]
# ## 1. 文件承诺了什么
#
# 文件的每一条里，给申报人钱的规定拆成一项项奖补事项。有的写了金额或比例，可以计算；
# 有的没有写金额；有的写了比例，却不由市级出钱。后两类照样列出，但不当作 0 元。

# %%
statuses = {"costed": "写明金额", "no_amount": "没有写明金额", "other_payer": "其他主体承担"}
print("条款", len(document.clauses), "，预算条目", len(document.lines))
counts = pd.Series([award.cost_status for award in document.awards.values()]).value_counts()
counts.rename(index=statuses).rename("奖补事项").to_frame()

# %% [markdown]
# ## 2. 钱的地图：印出来的和真有的
#
# 八个领域的金额加起来，比文件自己写的总额多出一大截，因为同一笔钱会印在几个领域里。
# 文件没有说明哪些钱重复，这里采用的解释是按名称和金额推断的：它让各数对得上，
# 但不代表财政账目就是如此。

# %%
printed = document.printed_yuan
net = sum(fund.printed_yuan for fund in scenario.funds)
print(
    f"印列合计 {format_money(printed)} − 重复 {format_money(printed - net)} = {format_money(net)}"
)
pd.DataFrame(
    [
        {"预算条目": link.line, "同一笔钱所在条目": link.other, "理由": link.reason_zh}
        for key in document.explanations[scenario.settings.overlap].links
        for link in [document.links[key]]
    ]
)

# %% [markdown]
# 下面开始运行：模拟年份、判断账户、求方案，得到一份运行记录。后面的图和表都出自这份记录。

# %%
outcome = run(scenario)
record = freeze_record(make_record(outcome))

# %% [markdown]
# 左边是文件印列的条目，右边是只计一次的资金池。颜色越深，同一笔钱印的次数越多。

# %%
entries = (*record.domains, *record.lines, *record.funds)
names = {entry["id"]: entry["name_zh"] for entry in entries}
money_map(lay_out_flow(record.lines, record.funds), names, words)

# %% [markdown]
# ## 3. 资金池和支出账户
#
# 一个资金池是只计一次的一笔钱。不需要任何人批准就能支付同一批奖补的资金池，合成一个支出账户：
# 够不够、调不调，都按账户看。

# %%
pd.DataFrame(
    [
        {
            "资金池": fund["name_zh"],
            "所在条目": "、".join(fund["lines"]),
            "支出账户": book.accounts[fund["account"]].name_zh,
            "预算（亿元）": f"{fund['budget_yuan'] / YI:,.2f}",
        }
        for fund in record.funds
    ]
)

# %% [markdown]
# ## 4. 一条规则，三笔申报
#
# 以第十一条的研发费用增量补助为例。规则是纯粹的计算，不知道机会，也不知道账户里还有多少钱。

# %%
rule = document.costed()["A11a"]
print(rule.name_zh)
print("比例", format_rate(rule.rate), "，上限", format_money(rule.cap))
print("增幅不低于", format_rate(rule.minimum_growth))
for column, least in rule.minimums.items():
    print(rule.columns[column].label_zh, "不低于", format_money(least))

# %% [markdown]
# 三家企业：甲合格；乙是规上企业，增量大，碰到上限；丙增幅不够。金额以分为单位，计算没有舍入误差。

# %%
claims = {
    "super_deduction": np.array([True, True, True]),
    "rd_previous_yuan": np.array([100, 2_000, 1_100]) * WAN * FEN,
    "rd_current_yuan": np.array([150, 8_000, 1_200]) * WAN * FEN,
    "revenue_yuan": np.array([0, 200_000, 0]) * WAN * FEN,
    "revenue_yuan?given": np.array([False, True, False]),
    "above_scale": np.array([False, True, False]),
    "high_tech": np.array([False, False, False]),
}
entitlement = entitle(rule, claims)
pd.DataFrame(
    {
        "申报主体": ["甲", "乙", "丙"],
        "应兑现额": [format_money(int(yuan)) for yuan in entitlement.yuan],
        "理由": explain(rule, claims, entitlement),
    }
)

# %% [markdown]
# ## 5. 账户背后的申报主体池
#
# 工信专项要支付的奖补最多。下表列出每项奖补的申报从哪里来：全市一年有多少（低、中、高），
# 其中多大比例由市本级受理。标记 A 至 D 为公开数据（A 最可靠），assumed 为估计。
# 表里绝大多数是估计，这是结论最大的弱点。

# %%
ACCOUNT = "industry"
pool_of = book.pool_of()
pd.DataFrame(
    [
        {
            "奖补事项": f"{award} {document.awards[award].name_zh}",
            "申报主体池": pool.name_zh,
            "低": mean.at("low"),
            "中": mean.at("central"),
            "高": mean.at("high"),
            "单位": pool.unit_zh,
            "市本级受理": percent(plain(book.shared(pool.covered).at("central"))),
            "标记": mean.mark,
        }
        for award, account in scenario.account_of_award().items()
        if account == ACCOUNT and award in pool_of
        for pool in [book.pools[pool_of[award]]]
        for mean in [pool.count.mean]
    ]
)

# %% [markdown]
# ## 6. 模拟年份
#
# 一个模拟年份是随机产生的一种可能：来多少家、各是多大、景气如何，所有账户同时产生。
# 随机的只有机会；假设（例如市本级比例）取中心值，从不抽取。下面是前 8 个年份里，各账户的应兑现额。

# %%
demand = dict(zip(scenario.accounts, outcome.years[:].T, strict=True))
known = judged(record.accounts)
pd.DataFrame(
    {f"{account['name_zh']}（万元）": demand[account["id"]][:8] // WAN for account in known},
    index=[f"年份 {n}" for n in range(1, 9)],
)

# %% [markdown]
# ## 7. 每个账户够不够
#
# 可用资金 = 预算 − 以前年度待兑付 − 没有金额的事项的预留。一年的应兑现额超过可用资金的机会，
# 就是缺口的可能性；假设区间是逐项换用低值、高值时，这个可能性的最小值和最大值。
# 没有依据的账户不作判断，这里不列。

# %%
accounts = by_danger(known)
pd.DataFrame(
    [
        {
            "支出账户": account["name_zh"],
            "判断": words(f"verdict.{account['verdict']}"),
            "可用资金（万元）": f"{account['available_yuan'] / WAN:,.0f}",
            "平均应兑现（万元）": f"{account['demand_mean_yuan'] / WAN:,.0f}",
            "缺口可能性": chance(account["gap_probability"], "zh"),
            "假设区间": chance_range(
                account["gap_probability_low"], account["gap_probability_high"], "zh"
            ),
            "平均少付（万元）": f"{account['expected_unpaid_yuan'] / WAN:,.0f}",
            "平均沉淀（万元）": f"{account['expected_idle_yuan'] / WAN:,.0f}",
        }
        for account in accounts
    ]
)

# %%
money_bars(accounts, words)

# %% [markdown]
# 缺口可能性最大的三个账户，一年一年地看：竖线是可用资金，右边的年份就是缺口。

# %%
figure, panels = plt.subplots(3, 1, figsize=(6.7, 6.6), layout="constrained")
for panel, account in zip(panels, accounts, strict=False):
    asked = demand[account["id"]] / WAN
    money = account["available_yuan"] / WAN
    split = [asked[asked <= money], asked[asked > money]]
    panel.hist(split, bins=60, stacked=True, color=["#6f9ac0", "#d9822b"])
    panel.axvline(money, color="#1f2a37")
    title = f"{account['name_zh']}：可用资金 {format_money(account['available_yuan'])}"
    panel.set_title(title, size=10)
    panel.xaxis.set_major_formatter("{x:,.0f}")
    panel.set(xlabel="一年的应兑现额，万元", ylabel="年份数")
    panel.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# 可能性取决于申报主体池的估计。平衡点不必相信这些估计：它说钱够付多少个，
# 到多少个时缺口的可能性是 5% 或一半。主管部门手里有实数，可以直接比。

# %%
pd.DataFrame(
    [
        {"支出账户": account["name_zh"], "平衡点": entry["text_zh"]}
        for account in accounts[:3]
        for entry in account["break_evens"]
    ]
)

# %% [markdown]
# ## 8. 假设的分量
#
# 每次只把一项假设换成低值（空心）或高值（实心），其余不变，看工信专项的缺口可能性移动多少。
# 一项假设就能把结论从“几乎不会”推到“几乎肯定”，所以单报一个百分数会误导人。

# %%
account = next(entry for entry in record.accounts if entry["id"] == ACCOUNT)
sensitivity_strips(account, strips_of(account, words), words)

# %% [markdown]
# 文件里说法含糊的地方，换一种解读口径会怎样：

# %%
pd.DataFrame(
    [
        {
            "奖补事项": f"{row['award']} {row['award_name_zh']}",
            "解读": f"{row['letter']}　{row['says_zh']}",
            "采用": "是" if row["chosen"] else "",
            "平均应兑现（万元）": f"{row['demand_mean_yuan'] / WAN:,.0f}",
            "账户缺口可能性": chance(row["gap_probability"], "zh"),
        }
        for row in record.readings
    ]
)

# %% [markdown]
# ## 9. 分配方案
#
# 在约束条件内找一个方案，使“平均每年少付的钱，加上最不利 5% 年份的平均缺口”最小；
# 几乎一样好的方案里，取审批最轻的。只有能判断的账户参与，否则钱会从了解最少的账户里拿走。

# %%
sides = [record.plan[side]["expected_unpaid_yuan"] / WAN for side in ("before", "after")]
print("平均每年少付：{:,.0f}万元 → {:,.0f}万元".format(*sides))
pd.DataFrame(
    [
        {
            "调出": move["from_zh"],
            "调入": move["to_zh"],
            "金额（万元）": f"{move['amount_yuan'] / WAN:,.0f}",
            "审批": move["approval_zh"],
            "依据": move["basis_zh"],
        }
        for move in record.plan["transfers"]
    ]
)

# %%
moved = [row for row in record.plan["accounts"] if row["after_yuan"] != row["before_yuan"]]
moved.sort(key=lambda row: row["before_yuan"] - row["after_yuan"])
if moved:
    display(plan_change(moved, words))

# %% [markdown]
# 哪些约束条件挡住了更好的方案？最后一列是放宽 100 万元，预计少欠多少
# （平均每年少付与最不利年份的平均缺口合计）。

# %%
pd.DataFrame(
    [
        {
            "约束条件": limit["says_zh"],
            "放宽100万元可少欠（万元）": f"{limit['price'] / WAN:,.1f}",
        }
        for limit in record.plan["limits"]
        if limit["binding"]
    ]
)

# %% [markdown]
# ## 10. 办得成的方案
#
# 最优方案往往要动好几笔钱。整数百万元、至多几笔、由谁批准，各能做到多少？
# “多一笔，再少欠”说明再多办一笔手续值不值。

# %%
pd.DataFrame(
    [
        {
            "最重的审批": row["approval_zh"],
            "至多几笔": row["most_moves"],
            "调剂（万元）": f"{row['moved_yuan'] / WAN:,.0f}",
            "多一笔，再少欠（万元）": f"{row['saved_yuan'] / WAN:,.0f}",
        }
        for row in record.options["menu"]
        if row["saved_yuan"] > 0
    ]
)

# %% [markdown]
# 最好的一笔，双方各会怎样：

# %%
singles = [row for row in record.options["menu"] if row["moves"] == 1]
best = min(singles, key=lambda row: row["objective_yuan"], default=None)
for side in best["sides"] if best else ():
    print(side["says_zh"])

# %% [markdown]
# 钱不能动的时候，就要动标准。下面是偏紧和短缺的账户里，把缺口可能性降到 5% 以内的那个数。
# 门槛放宽一行的结果是下限：申报主体池里只有现在够条件的主体。

# %%
tight = {account["id"] for account in known if account["verdict"] in ("tight", "short")}
pd.DataFrame(
    [
        {
            "奖补事项": f"（{row['clause_zh']}）{row['award_name_zh']}",
            "数": row["name_zh"],
            "现在": row["present"]["value_zh"],
            "够用的": row["fitting"]["value_zh"],
            "缺口可能性": f"{chance(row['present']['gap_probability'], 'zh')} → "
            f"{chance(row['fitting']['gap_probability'], 'zh')}",
        }
        for row in record.levers
        if row["account"] in tight
        and row["fitting"]
        and row["kind"] != "threshold"
        and row["present"]["value"] / 5 < row["fitting"]["value"] < row["present"]["value"]
    ]
)

# %% [markdown]
# ## 11. 接下来查什么
#
# 查清一项假设值多少钱？先定方案、再知道真相，和先知道真相、再定方案，两者平均少欠的差，就是它的价值。
# 多数假设查清了也不改变调剂，价值是 0；有价值的排在前面。

# %%
print(record.knowing["first_zh"])
pd.DataFrame(
    [
        {"假设": row["name_zh"], "查清此项，预计最多可少欠（万元）": f"{row['value_yuan'] / WAN:,.0f}"}
        for row in record.knowing["values"][:5]
    ]
)

# %% [markdown]
# 把每个账户的假设按对缺口可能性的影响排队，每个账户取前三项：这些数改变判断，即使不改变调剂。
# 查到以后，写进一个情景（例如 `pools.technical_renovation.count.mean: 50`），再运行一次。

# %%
first = [
    {
        "支出账户": account["name_zh"],
        "假设": name,
        "低值时": chance(low, "zh"),
        "高值时": chance(high, "zh"),
    }
    for account in accounts
    for name, low, high in strips_of(account, words)[:3]
]
pd.DataFrame(first)

# %% [markdown]
# 三点提醒：
#
# 1. 申报主体池大多是估计，真实登记表一到，就应替换；`budget assess` 可以逐笔核算。
# 2. 多数账户没有任何公开依据，本文没有判断它们，不等于它们没有问题。
# 3. 审批层级按预算法推定，标有“待核”；实行前须由有权机关确认。
