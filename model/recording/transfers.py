"""A move of money as the record keeps it, and who must agree."""

from __future__ import annotations

from model.allocation.plan import Transfer
from model.recording.estimates import Entry
from model.scenario import Scenario
from model.settings import Approval
from model.transfer_rules import names_of


def record_transfer(scenario: Scenario, transfer: Transfer) -> Entry:
    """A move of money, and who must agree."""
    giver, receiver = (names_of(scenario, end) for end in (transfer.giver, transfer.receiver))
    approval: Approval = getattr(scenario.settings.allocation.approvals, transfer.approval)
    return {
        "from": transfer.giver,
        "to": transfer.receiver,
        "from_zh": giver[0],
        "from_en": giver[1],
        "to_zh": receiver[0],
        "to_en": receiver[1],
        "amount_yuan": transfer.amount_yuan,
        "approval": transfer.approval,
        "approval_zh": approval.name_zh,
        "approval_en": approval.name_en,
        "basis_zh": approval.basis_zh,
        "basis_en": approval.basis_en,
    }
