"""The columns that the workbooks of a register share: for each thing one head, width and kind."""

from __future__ import annotations

from model.workbook import Column

PLACE = Column(head="位置", width=28)
CLAIM = Column(head="申报编号", width=16)
APPLICANT = Column(head="申报主体", width=26)
AWARD_ID = Column(head="事项编号", width=9)
AWARD = Column(head="奖补事项", width=30)
FILED = Column(head="申报日期", width=12, kind="day")
ENTITLEMENT = Column(head="应兑现额（元）", width=16, kind="yuan")
CITY = Column(head="其中市级（元）", width=16, kind="yuan")
REASON = Column(head="理由", width=100)

ID = Column(head="编号", width=16)
ACCOUNT = Column(head="支出账户", width=18)
DEPARTMENT = Column(head="部门", width=16)
N_CLAIMS = Column(head="申报（笔）", width=11, kind="count")
N_GRANTED = Column(head="核给（笔）", width=11, kind="count")
AVAILABLE = Column(head="可用资金（元）", width=18, kind="yuan")
PAID = Column(head="兑付额（元）", width=16, kind="yuan")
CUT = Column(head="少付（元）", width=16, kind="yuan")
CITY_DUE = Column(head="应兑现额（市级，元）", width=19, kind="yuan")
RATIO = Column(head="兑付比例", width=10)
EXPLAINED = Column(head="说明", width=68)
