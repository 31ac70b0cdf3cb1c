"""Sentences made from the numbers of a record, break-even before percentage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.money import WAN
from model.report.blocks import Run, runs
from model.report.numerals import chance, chance_range, money_phrase, number, percent
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]


def judged(accounts: Sequence[Entry]) -> list[Entry]:
    """The accounts whose demand rests on rules or published figures."""
    return [a for a in accounts if a["evidence"] != "assumed" and a["verdict"] != "unknown"]


def unjudged(accounts: Sequence[Entry]) -> list[Entry]:
    """The accounts about which too little is known for a verdict."""
    return [a for a in accounts if a["evidence"] == "assumed" or a["verdict"] == "unknown"]


def by_danger(accounts: Sequence[Entry]) -> list[Entry]:
    """The accounts most likely to run out first; equal ones in the order of the record."""
    return sorted(
        accounts, key=lambda a: (-a["gap_probability"], -(a.get("gap_probability_high") or 0))
    )


def assumed_may_move(record: Record) -> bool:
    """Whether the plan may touch the money of an account that nothing is known about."""
    if record.manifest["settings"].get("assumed_may_move"):
        return True
    unknown = {account["id"] for account in unjudged(record.accounts)}
    return any(
        row["id"] in unknown and (row.get("may_give") or row.get("may_receive"))
        for row in record.plan["accounts"]
    )


def is_even(record: Record) -> bool:
    """Whether the plan seeks the most even payout: then no yuan has a price."""
    if objective := record.manifest["settings"].get("objective"):
        return bool(objective == "even_payout")
    changes = {change["path"]: change.get("new") for change in record.manifest["changes"]}
    return changes.get("allocation.objective") == "even_payout"


def chance_phrase(account: Entry, words: Wording) -> str:
    """The chance of a gap at central assumptions with its range over the assumptions."""
    low, high = account.get("gap_probability_low"), account.get("gap_probability_high")
    central = chance(account["gap_probability"], words.language)
    if low is None or high is None:
        return words("sentence.chance_alone", chance=central)
    span = chance_range(low, high, words.language)
    return words("sentence.chance", chance=central, range=span)


def moves_phrase(transfers: Sequence[Entry], record: Record, words: Wording) -> str:
    """Some transfers; those with one approval stand together, and it is said once."""
    by_approval: dict[str, list[str]] = {}
    for transfer in transfers:
        approval = words.of(transfer, "approval")
        if "待核" in transfer.get("basis_zh", ""):
            approval += words("sentence.to_check")
        by_approval.setdefault(approval, []).append(transfer_phrase(transfer, record, words))
    return words("list.semicolon").join(
        words.join(moves) + (words("sentence.approval", approval=approval) if approval else "")
        for approval, moves in by_approval.items()
    )


def transfer_phrase(transfer: Entry, record: Record, words: Wording) -> str:
    """One transfer, without who must agree to it."""
    return words(
        "sentence.transfer",
        giver=end_of(transfer, "from", (record, words)),
        receiver=end_of(transfer, "to", (record, words)),
        money=money_phrase(transfer["amount_yuan"], words.language),
    )


def end_of(transfer: Entry, end: str, texts: tuple[Record, Wording]) -> str:
    """Who gives (`from`) or receives (`to`); the general reserve is no account of the record."""
    record, words = texts
    names: dict[str, str] = {a["id"]: words.of(a, "name") for a in record.accounts}
    return names.get(str(transfer[end])) or words.of(transfer, end)


_EFFECTS = ("expected_unpaid_yuan", "worst_share_unpaid_yuan", "expected_idle_yuan")


def effect_phrases(record: Record, words: Wording) -> list[str]:
    """What the plan changes in total: unpaid, the worst years, idle money."""
    before, after = record.plan.get("before") or {}, record.plan.get("after") or {}
    return [
        words(
            f"sentence.effect_{field}",
            before=estimate_phrase(before, field, words),
            after=estimate_phrase(after, field, words),
        )
        for field in _EFFECTS
        if before.get(field) is not None and after.get(field) is not None
    ]


def estimate_phrase(entry: Entry, field: str, words: Wording) -> str:
    """An estimate of money in a sentence; with its sampling error where that is money to speak of.

    An error below a fiftieth of the estimate tells a reader of a sentence nothing.
    """
    money, error = money_phrase(entry[field], words.language), entry.get(f"{field}_se") or 0
    if error < WAN or error < 0.02 * abs(entry[field]):
        return money
    return words("sentence.with_error", money=money, error=money_phrase(error, words.language))


def clash_sentences(record: Record, words: Wording) -> list[list[Run]]:
    """Which limits cannot hold together, by how much, and the least that mends it."""
    found = [runs(words, "clash.opening")]
    for clash in record.plan["clashes"]:
        limits = [words.of(limit, "says") for limit in clash["limits"]]
        remedies = [
            words(
                "clash.remedy",
                what=words.of(remedy, "says"),
                money=money_phrase(remedy["relax_by_yuan"], words.language),
            )
            for remedy in clash["remedies"]
        ]
        short = money_phrase(clash["short_yuan"], words.language)
        found.append(
            runs(words, "clash.limits", limits=words("list.semicolon").join(limits), short=short)
        )
        if remedies:
            found.append(runs(words, "clash.remedies", remedies=words("clash.or").join(remedies)))
    return found


def marks_phrase(entries: Sequence[Entry], words: Wording) -> str:
    """How many entries bear each mark, best evidence first."""
    marks = [entry.get("mark") or "assumed" for entry in entries]
    return words.join(
        [
            words("sentence.assumed_count", n=str(marks.count(mark)))
            if mark == "assumed"
            else words("sentence.mark_count", mark=mark, n=str(marks.count(mark)))
            for mark in sorted(set(marks))
        ]
    )


def unit_word(entry: Entry, words: Wording) -> str:
    """What a break-even counts; nothing on an English page whose paper has no English for it."""
    unit = words.said(entry.get("unit_zh") or "")
    return unit if words.language == "zh" or unit.isascii() else ""


def mark_word(mark: str | None, words: Wording) -> str:
    """A letter as it is, `assumed` in words."""
    return words("mark.assumed") if mark in {None, "assumed"} else str(mark)


def judging_sentence(record: Record, words: Wording) -> list[Run]:
    """How one split of the money is held better than another: weights and worst years."""
    if is_even(record):
        return runs(words, "answer.judging_even")
    settings = record.manifest["settings"]
    weights = settings.get("weights") or {}
    names: dict[str, str] = {a["id"]: words.of(a, "name") for a in record.accounts}
    unequal = [
        words("sentence.weight", account=names.get(account, account), weight=number(weight))
        for account, weight in weights.items()
        if weight != 1
    ]
    equal = words("sentence.equal_weights")
    return runs(
        words,
        "answer.judging",
        weights=words("sentence.unequal_weights", list=words.join(unequal)) if unequal else equal,
        times=number(settings.get("worst_weight", 1)),
        share=percent(settings.get("worst_share", 0.05)),
    )
