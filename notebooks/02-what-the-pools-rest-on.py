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
# # 二、申报主体池凭什么
#
# 文件说了一笔申报给多少钱，没有说会来多少笔。谁会来、来多少、多大，写在 `pools.yaml` 里：
# 每一组可能来申报的企业或项目是一个申报主体池。本文看这些池里的每个数从哪里来，
# 哪些查得到，哪些只是估计，估计错了会怎样，再把一个池拆开看。

# %%
from collections import Counter
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import Image

from model.demand.counts import as_table
from model.demand.exact import make_exact_engine
from model.demand.laws import count_law
from model.demand.ranges import find_effects
from model.money import WAN, YI, format_money
from model.pipeline import make_question
from model.recording.grounds import say_value
from model.report.canvas import BLUE, INK, MID, ORANGE, SETTINGS, axes_at, canvas
from model.report.chapters.drivers import strips_of
from model.report.charts import as_png, sensitivity_strips
from model.report.numerals import chance, number
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
mpl.rcParams.update(SETTINGS)  # 自画的图与报告同一样式
DOTS = 120  # 图片每英寸的点数

scenario = load_scenario(Path("../scenarios/jiaxing-2024/base.yaml"))
document, book = scenario.document, scenario.book
print(f"申报主体池 {len(book.pools)} 个，其中的数 {len(book.figures())} 个")

# %% [markdown]
# ## 1. 机会和假设是两回事
#
# 一年里来 15 家还是 22 家，是**机会**：用模拟年份和概率分布来回答。
# 市本级受理全市申报的多大比例，是**假设**：它有一个真值，只是没有人公布。
# 机会可以抽取，假设从不抽取：每项假设有低、中、高三个值，一项一项地换，看结论移动多少。
#
# 每个数都有标记。A 至 D 是公开数据：A 为官方网页，B 为具名报道或正式文本，C 为转载，
# D 为由公开数据推算；其余是估计。

# %%
marks = {
    "A": "A 官方网页",
    "B": "B 具名报道或正式文本",
    "C": "C 转载",
    "D": "D 由公开数据推算",
    "assumed": "估计",
}
every, varied = (
    Counter(figure.mark for figure in figures.values())
    for figures in (book.figures(), book.uncertain())
)
pd.DataFrame(
    [
        {"标记": says, "全部的数": every[mark], "其中有低、中、高的": varied[mark]}
        for mark, says in marks.items()
    ]
)

# %% [markdown]
# 绝大多数是估计，这是全部结论最大的弱点。公开数据只有下面这些，各有出处和查证日期：

# %%
pd.DataFrame(
    [
        {
            "数": figure.name_zh,
            "低": say_value(figure, "low"),
            "中": say_value(figure, "central"),
            "高": say_value(figure, "high"),
            "标记": figure.mark,
            "出处": f"{source.title_zh}（{source.publisher_zh}）",
            "查证": source.checked,
        }
        for figure in book.figures().values()
        if figure.mark in "ABCD"
        for source in [book.sources[figure.source]]
    ]
)

# %% [markdown]
# ## 2. 多少钱说得清
#
# 支出账户按依据分三种：由写明金额的规则推算，由公开的执行数推算，或者什么依据也没有。
# 没有依据的账户不作判断、不参与调剂，否则钱会从了解最少的账户里拿走。

# %%
grounds = {"rules": "由规则推算", "figures": "由公开执行数推算", "assumed": "没有依据，不作判断"}
budget = {
    kind: sum(
        scenario.budget_of(account)
        for account in scenario.accounts
        if book.accounts[account].evidence == kind
    )
    for kind in grounds
}
figure = canvas(32)
axes = axes_at(figure, (40, 9, 100, 20))
axes.barh(range(3), [budget[kind] / YI for kind in grounds], height=0.55, color=[BLUE, MID, ORANGE])
for place, (kind, says) in enumerate(grounds.items()):
    axes.text(-1, place, says, ha="right", va="center")
    axes.text(budget[kind] / YI + 0.7, place, f"{budget[kind] / YI:,.2f}", va="center")
axes.set(ylim=(2.6, -0.6), yticks=[], xlabel="预算，亿元")
Image(as_png(figure, DOTS))

# %% [markdown]
# ## 3. 一个账户背后的假设
#
# 工信专项要支付的奖补最多。下表是它的前几个申报主体池：全市一年有多少、
# 凭什么这样估计，其中多大比例由市本级受理。

# %%
ACCOUNT = "industry"
paying, pool_of = scenario.account_of_award(), book.pool_of()
behind = dict.fromkeys(pool_of[a] for a in document.costed() if paying[a] == ACCOUNT)
pd.DataFrame(
    [
        {
            "申报主体池": pool.name_zh,
            "低": number(mean.at("low")),
            "中": number(mean.at("central")),
            "高": number(mean.at("high")),
            "单位": pool.unit_zh,
            "标记": words("mark.assumed") if mean.mark == "assumed" else mean.mark,
            "凭什么": mean.why,
            "市本级受理": say_value(book.shared(pool.covered), "central"),
        }
        for pool in [book.pools[key] for key in behind][:10]
        for mean in [pool.count.mean]
    ]
)

# %% [markdown]
# 钱什么时候要付，也是假设：每项奖补有一份全年十二个月的比例。

# %%
pd.DataFrame(
    {
        calendar.name_zh: [f"{float(share):.0%}" if share else "" for share in calendar.shares]
        for calendar in book.calendars.values()
    },
    index=[f"{month}月" for month in range(1, 13)],
).transpose()

# %% [markdown]
# ## 4. 拆开一个池
#
# 智能化技术改造项目是工信专项里最大的一块。全市一年评出约 60 个 A 至 D 档项目，
# 市本级受理其中三成；投资景气好坏，家数一起增减。

# %%
pool = book.pools[pool_of["A19a"]]
steps = book.factors["investment"].levels
pd.DataFrame(
    [
        {
            "景气": step.name_zh,
            "机会": f"{step.weight:.0%}",
            "家数乘以": step.times,
            "市本级平均家数": f"{count_law(book, pool, step.times).moments.mean:.1f}",
        }
        for step in steps
    ]
)

# %% [markdown]
# 左图是三种景气下市本级一年来多少个项目；右图是全年应兑现额，三种景气已经合在一起。
# 两张图都不是抽样出来的：它们是分布本身，由家数和每笔金额的分布算出。

# %%
engine = make_exact_engine(make_question(scenario))
law = engine.award_law("A19a")
figure = canvas(62)
left, right = axes_at(figure, (14, 11, 66, 42)), axes_at(figure, (98, 11, 66, 42))
for step, colour, style in zip(steps, (ORANGE, INK, BLUE), ("--", "-", ":"), strict=True):
    table = as_table(count_law(book, pool, step.times))
    counts = np.arange(table.first, table.last + 1)
    left.plot(counts, 100 * table.pmf, color=colour, linestyle=style, label=step.name_zh)
left.set(xlim=(0, 60), xlabel="市本级项目数", title="一年来多少个（%）")
left.legend(frameon=False, title=book.factors["investment"].name_zh)
right.hist(law.yuan / WAN, weights=100 * law.mass, bins=np.arange(0, 30_001, 750), color=MID)
right.axvline(law.mean_yuan / WAN, color=INK, linewidth=0.9)
right.text(law.mean_yuan / WAN + 300, right.get_ylim()[1] * 0.97, "平均", va="top")
right.xaxis.set_major_formatter("{x:,.0f}")
right.set(
    xticks=range(0, 30_001, 10_000),
    xlabel="全年应兑现额，万元",
    title="全年要付多少（每750万元一格，%）",
)
Image(as_png(figure, DOTS))

# %% [markdown]
# 一个 A 档项目抵得上好几个 D 档，所以同样的家数，金额可以差很多。各档的构成也是估计：

# %%
rule = document.costed()["A19a"]
mix = pool.claims["A19a"].columns["grade"].mix
pd.DataFrame(
    [
        {
            "档次": grade,
            "文件金额": format_money(yuan),
            "占比：低": f"{mix.at('low')[grade]}%",
            "中": f"{mix.at('central')[grade]}%",
            "高": f"{mix.at('high')[grade]}%",
        }
        for grade, yuan in rule.grades.items()
    ]
)

# %% [markdown]
# ## 5. 估计错了会怎样
#
# 每次只把一项假设换成低值（空心）或高值（实心），其余不变，看工信专项的缺口可能性移动多少。

# %%
question = engine.central
only = replace(
    question,
    loads=(question.load(ACCOUNT),),
    budgets={ACCOUNT: question.budgets[ACCOUNT]},
)
risk = engine.risk(ACCOUNT, question.budgets[ACCOUNT], 0.05)
account = {
    "gap_probability": risk.gap_probability.value,
    "sensitivity": [
        {
            "assumption": effect.assumption,
            "name_zh": book.uncertain()[effect.assumption].name_zh,
            "at": effect.at,
            "gap_probability": effect.gap_probability,
        }
        for effect in find_effects(only, engine)
    ],
}
Image(as_png(sensitivity_strips(account, strips_of(account, words), words), DOTS))

# %%
lows, highs = (
    [extreme(low, high) for _, low, high in strips_of(account, words)] for extreme in (min, max)
)
print(
    f"中心假设 {chance(account['gap_probability'], 'zh')}，"
    f"假设区间 {chance(min(lows), 'zh')} 至 {chance(max(highs), 'zh')}"
)

# %% [markdown]
# 一项假设就能把结论从“几乎不会”推到“几乎肯定”。单报一个百分数会误导人，
# 所以报告里的每个可能性都带着假设区间，旁边还有不必相信这些估计的平衡点（第三篇）。
#
# 主管部门手里有实数。把它写进一个情景（例如 `pools.technical_renovation.count.mean: 50`），
# 或者直接交来申报登记表（第六篇），这些估计就退场了。
