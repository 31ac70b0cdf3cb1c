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
# # 三、一笔钱的风险：直接算和逐户模拟
#
# 一个支出账户够不够？同一个问题有两种算法。一种不抽样，由家数和金额的分布直接算出
# 全年应兑现额的分布；另一种把每个模拟年份里的每一户申报都抽出来，逐笔套用规则。
# 两种算法各写各的代码，结果应当在抽样误差以内一致。本文用三个账户作比较，再看这个分布能回答什么。

# %%
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import Image

from model.demand.applicants import make_applicants_engine
from model.demand.breakeven import find_break_evens
from model.demand.exact import make_exact_engine
from model.demand.exceeding import find_exceedance
from model.money import WAN, format_money
from model.pipeline import make_question
from model.recording.accounts import run_out
from model.recording.estimates import account_risk
from model.report.canvas import BLUE, INK, ORANGE, PALE, SETTINGS, axes_at, canvas
from model.report.charts import as_png, exceedance_curves, run_out_strip
from model.report.numerals import chance, count, money_cell
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
mpl.rcParams.update(SETTINGS)
DOTS = 120
DRAWS = 20_000
ACCOUNTS = ("industry", "opening_up", "transport")

# %%
loaded = load_scenario(Path("../scenarios/jiaxing-2024/base.yaml"))
scenario = replace(loaded, settings=loaded.settings.model_copy(update={"draws": DRAWS}))
book = scenario.book
question = make_question(scenario)
loads = tuple(question.load(account) for account in ACCOUNTS)
question = replace(
    question,
    awards={key: question.awards[key] for load in loads for key in load.awards},
    loads=loads,
    budgets={account: question.budgets[account] for account in ACCOUNTS},
)
pd.DataFrame(
    [
        {
            "支出账户": book.accounts[load.account].name_zh,
            "要支付的": "、".join(load.awards)
            + ("、按进度支付的工程款" if book.accounts[load.account].payment else ""),
            "预算": format_money(question.budgets[load.account]),
            "可用资金": format_money(question.money(load.account)),
        }
        for load in loads
    ]
)

# %% [markdown]
# 可用资金 = 预算 − 以前年度待兑付 − 没有金额的事项的预留。
#
# ## 1. 两种算法，一个答案
#
# 下表是扩大开放账户。“相差”以抽样误差为单位：多数应在 2 以内。

# %%
exact, drawn = make_exact_engine(question), make_applicants_engine(question)
ACCOUNT = "opening_up"
budget = question.budgets[ACCOUNT]
fields = {
    "demand_mean_yuan": "平均应兑现（万元）",
    "demand_sd_yuan": "年份之间的波动（万元）",
    "demand_p95_yuan": "95%的年份不超过（万元）",
    "expected_unpaid_yuan": "平均少付（万元）",
    "worst_share_unpaid_yuan": "最不利5%年份的平均缺口（万元）",
    "gap_probability": "缺口可能性（%）",
}
both = [engine.risk(ACCOUNT, budget, 0.05) for engine in (exact, drawn)]
pd.DataFrame(
    [
        {
            "扩大开放": says,
            "直接算": f"{one.value / scale:,.2f}",
            "逐户模拟": f"{other.value / scale:,.2f}",
            "抽样误差": f"{other.se / scale:,.2f}",
            "相差（倍误差）": f"{(other.value - one.value) / other.se:+.1f}",
        }
        for field, says in fields.items()
        for scale in [0.01 if field == "gap_probability" else WAN]
        for one, other in [[getattr(risk, field) for risk in both]]
    ]
)

# %% [markdown]
# 全年应兑现额超过某个金额的可能性：曲线是直接算的，圆点是 20,000 个模拟年份里数出来的。
# 横轴是万元，竖线是可用资金，斜线部分就是缺口。

# %%
entries = []
for account in ACCOUNTS:
    risk = exact.risk(account, question.budgets[account], 0.05)
    points = find_exceedance(exact.look(question, account), risk)
    entries.append(
        {
            "id": account,
            "name_zh": book.accounts[account].name_zh,
            **account_risk(risk),
            **run_out(exact.run_out(account, question.budgets[account])),
            "exceedance": [{"amount_yuan": yuan, "chance": share} for yuan, share in points],
        }
    )
figure = exceedance_curves(entries, words)
for axes, account, entry in zip(figure.axes, ACCOUNTS, entries, strict=True):
    years = drawn.demand.column(account)
    sums = np.array([point["amount_yuan"] for point in entry["exceedance"]])[::3]
    counted = 100 * (years[:, None] > sums).mean(axis=0)
    axes.plot(sums, counted, "o", ms=3.2, mfc="white", mec=ORANGE, mew=1.0, zorder=5)
Image(as_png(figure, DOTS))

# %% [markdown]
# ## 2. 抽多少个年份才够
#
# 抽样误差按年份数的平方根缩小。细线是随着年份增多数出来的缺口可能性，浅色带是它的两倍误差，
# 粗线是直接算的。要把 10% 说准到正负半个百分点，需要一万多个年份；直接算不需要。

# %%
short = drawn.demand.column(ACCOUNT) > question.money(ACCOUNT)
years = np.arange(1, DRAWS + 1)
share = np.cumsum(short) / years
error = np.sqrt(share * (1 - share) / years)
shown = np.unique(np.geomspace(50, DRAWS, 400).astype(int)) - 1
figure = canvas(60)
axes = axes_at(figure, (16, 11, 140, 43))
at, middle, width = years[shown], 100 * share[shown], 200 * error[shown]
axes.fill_between(at, middle - width, middle + width, color=PALE)
axes.plot(at, middle, color=BLUE, linewidth=1.0)
axes.axhline(100 * both[0].gap_probability.value, color=INK, linewidth=1.8)
axes.set(xscale="log", xlim=(50, DRAWS), ylim=(0, 25), xlabel="模拟年份数")
axes.xaxis.set_major_formatter("{x:,.0f}")
axes.set_title("扩大开放的缺口可能性（%）", loc="left")
Image(as_png(figure, DOTS))

# %% [markdown]
# 直接算也不是分毫不差：每笔金额的分布用有限个点代替，误差写在旁边，比上面的抽样误差小得多。

# %%
print(f"直接算的缺口可能性 {both[0].gap_probability.value:.6f}")
print(f"　　　　　其误差约 {both[0].gap_probability.se:.6f}")

# %% [markdown]
# ## 3. 到哪个月用完
#
# 每项奖补有一份全年各月的比例（假设），所以分布可以按月累计：到月底，要付的是否已经超过可用资金。
# 格内是到该月底已用完的可能性（%），“·”为低于 1%；最后两列是这样的年份达到十分之一、一半的月份。

# %%
Image(as_png(run_out_strip(entries, words), DOTS))

# %% [markdown]
# 逐户模拟里，每一笔申报随机落在某个月，数出来的与上面一致：

# %%
pd.DataFrame(
    {
        says: [f"{100 * share:.1f}" for share in engine.run_out(ACCOUNT, budget)]
        for says, engine in {"直接算（%）": exact, "逐户模拟（%）": drawn}.items()
    },
    index=[f"到{month}月底" for month in range(1, 13)],
).transpose().iloc[:, -4:]

# %% [markdown]
# ## 4. 不必相信估计的数
#
# 上面的可能性都建立在对家数的估计上。平衡点反过来问：可用资金单付这一项够付多少个；
# 其他申报不变，每年平均来多少个时，缺口可能性到 5%、到一半。主管部门手里有实数，可以直接比。
# （0 是说即使没有这类申报也已达到；“—”是在八倍以内达不到，或者只是其中一档。）

# %%
pd.DataFrame(
    [
        {
            "支出账户": book.accounts[account].name_zh,
            "奖补事项": f"{each.award} {scenario.document.awards[each.award].name_zh}"
            + (f"（{each.grade}档）" if each.grade else ""),
            "每笔（万元）": f"{each.unit_yuan / WAN:,.1f}",
            "够付": f"{each.money_pays:,}",
            "中心假设": count(each.count_central),
            "5%时": count(each.count_at_5) if each.count_at_5 is not None else "—",
            "一半时": count(each.count_at_50) if each.count_at_50 is not None else "—",
        }
        for account in ("industry", "opening_up")
        for each in find_break_evens(question, account, exact)
    ]
)

# %% [markdown]
# ## 5. 要多少钱才稳妥
#
# 分布反过来读：要把缺口可能性压到某个水平，可用资金至少要多少。

# %%
pd.DataFrame(
    [
        {
            "支出账户": entry["name_zh"],
            "可用资金": money_cell(entry["available_yuan"], "zh"),
            "缺口可能性": chance(entry["gap_probability"], "zh"),
            **{
                f"缺口{level:.0%}时要": money_cell(exact.money_for((account,), level), "zh")
                for level in (0.2, 0.1, 0.05, 0.01)
            },
        }
        for account, entry in zip(ACCOUNTS, entries, strict=True)
    ]
)

# %% [markdown]
# （单位：万元。）钱从哪里来，见第四篇。
