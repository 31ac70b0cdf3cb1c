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
# # 一、读一份政策文件
#
# 一份公开文件承诺了几十项奖补，也印出了拿出多少钱。本文只读文件，不猜有多少人会来：
# 文件有哪些条款和预算条目，哪些钱印了不止一次，净额是多少，哪些钱可以付同一批奖补，
# 以及一条规则怎样把一笔申报算成一个金额和一句理由。
#
# 这是六篇中的第一篇。所有计算都在 `model/` 里，这里只调用、列表、画图；
# 文件的数字都在 `scenarios/jiaxing-2024/policy.yaml` 里。

# %%
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Image

from model.money import WAN, YI, format_money, format_rate
from model.policy.exact import FEN
from model.policy.funds import find_alternatives, line_funds, print_rounding
from model.policy.reasons import explain
from model.policy.rules import entitle
from model.report.charts import as_png, money_map
from model.report.flow import lay_out_flow
from model.report.wording import read_wording
from model.scenario import load_scenario

pd.set_option("display.max_colwidth", None)
words = read_wording("zh")
DOTS = 120  # 图片每英寸的点数

scenario = load_scenario(Path("../scenarios/jiaxing-2024/base.yaml"))
document = scenario.document
print(document.title.title_zh, document.title.id)

# %% [markdown]
# ## 1. 文件里有什么
#
# 文件按领域分章，每章列出预算条目，每一条（条款）里给申报人钱的规定拆成一项项奖补事项。

# %%
print(
    f"领域 {len(document.domains)} 个，条款 {len(document.clauses)} 条，"
    f"预算条目 {len(document.lines)} 个，奖补事项 {len(document.awards)} 项"
)
tops = [document.lines[key] for key in document.domain_lines()]
pd.DataFrame(
    [
        {
            "领域": document.domains[line.domain].name_zh,
            "牵头部门": "、".join(document.domains[line.domain].lead),
            "印列金额": line.printed,
            "条款": sum(clause.domain == line.domain for clause in document.clauses.values()),
            "奖补事项": sum(
                document.clauses[award.clause].domain == line.domain
                for award in document.awards.values()
            ),
        }
        for line in tops
    ]
)

# %% [markdown]
# 奖补事项分三类。写明金额、比例或档次的可以计算；没有写金额的，和由其他主体出钱的，
# 照样列出，但不当作 0 元：它们的钱要另行预留，报告里单独成表。

# %%
statuses = {"costed": "写明金额", "no_amount": "没有写明金额", "other_payer": "其他主体承担"}
counts = pd.Series([award.cost_status for award in document.awards.values()]).value_counts()
counts.rename(index=statuses).rename("奖补事项").to_frame()

# %% [markdown]
# 每一项都带着出处：哪一条、原文里的哪个短语。下面是科技创新一章里写明金额的几项。

# %%
pd.DataFrame(
    [
        {
            "奖补事项": f"{key} {award.name_zh}",
            "条款": document.clauses[award.clause].numeral_zh,
            "原文短语": award.anchor,
            "由谁出钱": award.payer.says_zh,
        }
        for key, award in document.costed().items()
        if award.clause in (10, 11, 12)
    ]
)

# %% [markdown]
# ## 2. 印出来的钱和真有的钱
#
# 八个领域的金额加起来，比文件自己写的总额多出一大截，因为同一笔钱会印在几个领域里。
# 要知道真有多少钱，得把重复的部分只算一次。

# %%
printed = document.printed_yuan
net = sum(fund.printed_yuan for fund in scenario.funds)
print("各领域印列合计", format_money(printed))
print("其中重复印列　", format_money(printed - net))
print("只计一次　　　", format_money(net))
print("文件写明的总额", document.title.net_total_printed)

# %% [markdown]
# 文件没有说明哪些钱重复。这里采用的解释是按名称和金额推断的：

# %%
pd.DataFrame(
    [
        {
            "预算条目": f"{link.line} {document.lines[link.line].name_zh}",
            "金额": document.lines[link.line].printed,
            "关系": {"same": "就是", "inside": "包含在"}[link.relation],
            "另一条目": f"{link.other} {document.lines[link.other].name_zh}",
            "理由": link.reason_zh,
        }
        for key in document.explanations[scenario.settings.overlap].links
        for link in [document.links[key]]
    ]
)

# %% [markdown]
# 这个解释对得上总额，但不是唯一对得上的。在印刷的四舍五入以内，还有许多组别的重复关系，
# 有些分毫不差。所以“对得上”只检验了我们的算术，没有证明财政账目就是如此；
# 换一种解释会改变什么，情景 `schools-overlap.yaml` 和 `fintech-overlap.yaml` 各给出一个答案。

# %%
fitting = find_alternatives(document, print_rounding(document))
chosen = set(document.explanations[scenario.settings.overlap].links)
others = [each for each in fitting if set(each.links) != chosen]
exact = sum(each.difference_yuan == 0 for each in others)
print(f"四舍五入以内的其他解释 {len(others)} 组，其中分毫不差的 {exact} 组")

# %% [markdown]
# 左边是文件印列的条目，右边是只计一次的资金池；颜色越深，同一笔钱印的次数越多。

# %%
lines = [
    {
        "id": key,
        "parent": line.parent,
        "domain": line.domain,
        "printed_yuan": line.amount,
        "funds": line_funds(scenario.funds, key),
    }
    for key, line in document.lines.items()
]
funds = [{"id": fund.id, "budget_yuan": fund.printed_yuan} for fund in scenario.funds]
names = {
    **{key: domain.name_zh for key, domain in document.domains.items()},
    **{key: line.name_zh for key, line in document.lines.items()},
    **{fund.id: fund.name_zh for fund in scenario.funds},
}
Image(as_png(money_map(lay_out_flow(lines, funds), names, words), DOTS))

# %% [markdown]
# ## 3. 资金池和支出账户
#
# 一个资金池是只计一次的一笔钱。不需要任何人批准就能支付同一批奖补的资金池，合成一个支出账户：
# 够不够、调不调，都按账户看。奖补事项由哪个账户付，有的是文件写明的，有的是按主管部门推定的。

# %%
paying = scenario.account_of_award()
pd.DataFrame(
    [
        {
            "资金池": fund.name_zh,
            "所在条目": "、".join(fund.lines),
            "金额（亿元）": f"{fund.printed_yuan / YI:,.2f}",
            "支出账户": scenario.book.accounts[account].name_zh,
            "账户的写明金额奖补": sum(paying[award] == account for award in document.costed()),
        }
        for fund in scenario.funds
        for account in [scenario.account_of_fund()[fund.id]]
    ]
)

# %% [markdown]
# 多数账户连一项写明金额的奖补也没有：对它们，文件只说了有多少钱，没有说要付什么。
# 这些账户后面不作判断。

# %% [markdown]
# ## 4. 一条规则，三笔申报
#
# 第十一条的研发费用增量补助：规则是纯粹的计算，不知道机会，也不知道账户里还有多少钱。

# %%
rule = document.costed()["A11a"]
print(rule.name_zh)
print("比例", format_rate(rule.rate), "，上限", format_money(rule.cap))
print("增幅不低于", format_rate(rule.minimum_growth))
for column, least in rule.minimums.items():
    print(rule.columns[column].label_zh, "不低于", format_money(least))

# %% [markdown]
# 三家虚构的企业：甲合格；乙是规上企业，增量大，碰到上限；丙增幅不够。
# 金额以分为单位计算，没有舍入误差；理由里的每个数都是算出来的。

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
# ## 5. 文件没有说的
#
# 有些话可以有几种理解。每一种都写下来，情景选用一种，其余的后面都算出差别（第五篇）。

# %%
pd.DataFrame(
    [
        {
            "奖补事项": f"{key} {award.name_zh}",
            "解读口径": f"{letter}　{reading.says_zh}",
            "基准情景采用": "是" if scenario.settings.readings.get(key) == letter else "",
        }
        for key, award in document.awards.items()
        for letter, reading in award.readings.items()
    ]
)

# %% [markdown]
# 文件也没有说会来多少申报。下一篇看申报主体池：这些数从哪里来，哪些查得到，哪些只是估计。
