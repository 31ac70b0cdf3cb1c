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
# # 六、用真实的申报登记表
#
# 申报主体池是登记表来之前的替代品。登记表一来，问题就变成：每一笔该给多少、为什么；
# 钱不够时谁拿多少；剩下的几个月还会来多少。本文用一份虚构的登记表走完这三步。
#
# `sample-register.xlsx` 是**虚构样例**：由模型生成，名称、金额、日期都不是真的。
# 它故意做得像单位真正交来的表：有标题行、小计、填错的格子。

# %%
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import Image

from model.account_claims import ask_accounts
from model.account_payments import pay
from model.allotment_words import RULES_ZH
from model.assessing import Manner, read_claims
from model.claiming import assess_claims, money_by_account, places
from model.claims.assessed_book import say_rows_zh
from model.claims.entitlements import OUTCOMES_ZH
from model.register.refusals_zh import why_refused
from model.claims.sums import gather, sum_awards
from model.demand.seen import covered_awards, seen_until
from model.forecasting import filed_in
from model.foreseeing import foresee
from model.money import WAN, format_money
from model.pipeline import make_question
from model.recording.forecasts import record_forecast
from model.report.canvas import BLUE, SETTINGS, axes_at, canvas
from model.report.charts import as_png
from model.report.forecast_charts import fan_charts
from model.report.numerals import chance, money_cell
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
mpl.rcParams.update(SETTINGS)
DOTS = 120
DRAWS = 1_000
FOLDER = Path("../scenarios/jiaxing-2024")

loaded = load_scenario(FOLDER / "base.yaml")
scenario = replace(loaded, settings=loaded.settings.model_copy(update={"draws": DRAWS}))
document = scenario.document

# %% [markdown]
# ## 1. 读进来，一行不丢
#
# 每一行要么核算，要么未受理（写明哪个格子、什么问题），要么不计入（标题、小计、示例）。
# 读不懂的不猜。名称换成代码，以下只用代码和合计。

# %%
register = read_claims(FOLDER / "sample-register.xlsx", scenario, Manner(anonymise=True))
print(say_rows_zh(register))
for note in register.notes_zh:
    print(note)
pd.DataFrame([{"未受理的行": row.place, "为什么": why_refused(row)} for row in register.refused])

# %%
pd.Series(Counter(row.reason_zh for row in register.set_aside)).rename("不计入的行").to_frame()

# %% [markdown]
# ## 2. 每一笔该给多少，为什么
#
# 规则与第一篇相同。每一笔都有一句带数字的理由；机器核不了的条件列出来，留给人。

# %%
assessment = assess_claims(register, scenario)
results = Counter(OUTCOMES_ZH[code] for code in assessment.outcome.tolist())
pd.Series(results).rename("笔数").to_frame()

# %%
shown = [np.flatnonzero(np.asarray(assessment.outcome) == code)[:2] for code in range(5)]
pd.DataFrame(
    [
        {
            "结果": OUTCOMES_ZH[assessment.outcome[row]],
            "奖补事项": f"{register.award[row]} {document.awards[register.award[row]].name_zh}",
            "应兑现额": format_money(int(assessment.entitlement_yuan[row])),
            "理由": assessment.reason[row],
        }
        for row in np.concatenate(shown).tolist()
    ]
)

# %% [markdown]
# 加起来，对照每个账户的可用资金：

# %%
where, money = places(scenario), money_by_account(scenario)
by_award = sum_awards(register.award, assessment.entitlement_yuan, assessment.city_yuan)
by_account = gather(by_award.values(), {key: where[key].account for key in by_award})
pd.DataFrame(
    [
        {
            "支出账户": money[key].name_zh,
            "申报": f"{each.claims:,}",
            "其中核给": f"{each.paid:,}",
            "应兑现，市级（万元）": money_cell(each.city_yuan, "zh"),
            "可用资金（万元）": money_cell(money[key].available_yuan, "zh"),
        }
        for key, each in by_account.items()
    ]
)

# %% [markdown]
# ## 3. 钱不够时谁拿多少
#
# 这份登记表里，钱都够。假如扩大开放少安排 2,500 万元，就要按规则分。文件没有说按什么规则，
# 每一种都有道理，分出来却很不一样：

# %%
ACCOUNT = "opening_up"
less = load_scenario(FOLDER / "base.yaml", {f"funds.{ACCOUNT}.budget": {"add": "-2500万元"}})
chosen = ("pro_rata", "equal_awards", "equal_losses", "first_come")
rules = {rule: RULES_ZH[rule].partition("：")[0] for rule in chosen}
paid = {}
for rule in rules:
    asked = ask_accounts(less, register, assessment.city_yuan, rule)
    (one,) = [each for each in pay(asked, assessment).accounts if each.claims.money.id == ACCOUNT]
    paid[rule] = one
available, due = one.claims.asked.money_yuan, one.claims.asked.total()
print(f"可用 {format_money(available)}，应兑现 {format_money(due)}")
pd.DataFrame(
    [
        {
            "规则": rules[rule],
            "足额": int((one.found.paid_yuan >= one.claims.asked.claims_yuan).sum()),
            "少付": int(
                (
                    (one.found.paid_yuan < one.claims.asked.claims_yuan) & (one.found.paid_yuan > 0)
                ).sum()
            ),
            "分文未得": int(
                ((one.found.paid_yuan == 0) & (one.claims.asked.claims_yuan > 0)).sum()
            ),
            "最大一笔得到（万元）": money_cell(
                int(one.found.paid_yuan[one.claims.asked.claims_yuan.argmax()]), "zh"
            ),
            "合计兑付（万元）": money_cell(int(one.found.paid_yuan.sum()), "zh"),
        }
        for rule, one in paid.items()
    ]
)

# %% [markdown]
# 每个点是一笔申报：横轴是应兑现额，纵轴是兑付的比例。按比例，人人一样；等额，小的足额、大的封顶；
# 等额少付，大的几乎不减、小的全无；先报先付，只看早晚。

# %%
figure = canvas(56)
for place, (rule, one) in enumerate(paid.items()):
    axes = axes_at(figure, (12 + 41 * place, 12, 32, 34))
    due = one.claims.asked.claims_yuan
    some = due > 0
    axes.plot(due[some] / WAN, 100 * one.found.paid_yuan[some] / due[some], "o", ms=2, color=BLUE)
    axes.set(xscale="log", ylim=(-4, 104), yticks=[0, 50, 100], xlabel="应兑现额，万元")
    axes.set_title(rules[rule], size=8, loc="left")
    axes.xaxis.set_major_formatter("{x:,g}")
figure.text(0.012, 0.93, "兑付比例（%）", size=7)
Image(as_png(figure, DOTS))

# %% [markdown]
# 每一笔也有一句话，说明少付多少、因为哪个限制。例如按比例时的最后两笔：

# %%
for told in paid["pro_rata"].told[-2:]:
    print(told.sentence)

# %% [markdown]
# ## 4. 剩下的几个月
#
# 登记表也是证据。到六月底已经来了这些，年初的估计就要改：来得比预计快的，全年会更多；
# 已经见到的金额，逐步代替估计的金额。图中实线是已经申报的，浅色带是十年里九年所在的范围，
# 深色带是一半的年份，虚线是可用资金。

# %%
question = make_question(scenario)
forecasts = {}
for day in (date(2024, 6, 30), date(2024, 9, 30)):
    filed = filed_in(register, scenario, day)
    seen = seen_until(filed, day, covered_awards(question.loads, filed.of_year(day.year)))
    forecasts[day] = record_forecast(foresee(scenario, question, seen))
june, september = forecasts.values()
wanted = ("industry", "opening_up", "science", "agriculture")
panels = [account for account in june["accounts"] if account["id"] in wanted]
print("截至", june["as_of"])
Image(as_png(fan_charts(panels, june["months"], words), DOTS))

# %% [markdown]
# 到九月底，批次已过的账户几乎成了定局；批次在年末的，路还长：

# %%
panels = [account for account in september["accounts"] if account["id"] in wanted]
print("截至", september["as_of"])
Image(as_png(fan_charts(panels, september["months"], words), DOTS))

# %%
pd.DataFrame(
    [
        {
            "支出账户": now["name_zh"],
            "可用资金（万元）": money_cell(now["available_yuan"], "zh"),
            "平均全年：年初": money_cell(now["year_mean_at_start_yuan"], "zh"),
            "平均全年：六月底": money_cell(then["year_mean_yuan"], "zh"),
            "平均全年：九月底": money_cell(now["year_mean_yuan"], "zh"),
            "缺口可能性：年初": chance(now["gap_probability_at_start"], "zh"),
            "缺口可能性：六月底": chance(then["gap_probability"], "zh"),
            "缺口可能性：九月底": chance(now["gap_probability"], "zh"),
        }
        for then, now in zip(june["accounts"], september["accounts"], strict=True)
    ]
)

# %% [markdown]
# 为什么扩大开放变了？看它的奖补事项：来了多少，按月度安排（假设）本应来多少，每笔多大。

# %%
paying = scenario.account_of_award()
pd.DataFrame(
    [
        {
            "奖补事项": f"{row['id']} {row['name_zh']}",
            "已来": row["claims"],
            "本应已来": f"{row['claims_expected_by_now']:,.0f}",
            "全年：年初估计": f"{row['year_claims_at_start']:,.0f}",
            "现在估计": f"{row['year_claims_now']:,.0f}",
            "每笔（万元）：年初假设": f"{row['mean_payout_assumed_yuan'] / WAN:,.2f}",
            "已见": "—"
            if row["mean_payout_seen_yuan"] is None
            else f"{row['mean_payout_seen_yuan'] / WAN:,.2f}",
            "已见的分量": f"{row['size_weight_seen']:.0%}",
        }
        for row in september["awards"]
        if paying[row["id"]] == ACCOUNT
    ]
)

# %% [markdown]
# 外资配套按假设在第四季度才来，这份登记表里却有两笔早到，每笔也大得多：全年因此高出一截。
# 真遇到这样的情形，先核对这两笔和月度安排，再谈调剂。
#
# 需求变了，方案就重求一次。调出的额度若早已用满，换了估计也还是那几笔：

# %%
pd.DataFrame(
    [
        {
            "截至": each["as_of"],
            "调出": move["from_zh"],
            "调入": move["to_zh"],
            "金额（万元）": money_cell(move["amount_yuan"], "zh"),
            "审批": move["approval_zh"],
        }
        for each in (june, september)
        for move in each["plan"]["transfers"]
    ]
)

# %% [markdown]
# 预测凭什么可信？`budget backtest` 拿往年的登记表逐月预测、逐月对照，
# 告诉你它说的“十年里九年”是不是真有九年，以及哪些池的假设被事实推翻了。
#
# 三条命令做完本文的事：`budget assess`、`budget allot`、`budget forecast`；
# `budget template` 先给一份填得进去的空表。
