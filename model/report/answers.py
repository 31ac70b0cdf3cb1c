"""The answers of page one: what runs short, what lies idle, what to move, what it all rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import Run, plain, runs
from model.report.numerals import chance, counted_cell, money_phrase, percent
from model.report.record import Record
from model.report.sentences import (
    assumed_may_move,
    by_danger,
    clash_sentences,
    effect_phrases,
    judged,
    judging_sentence,
    moves_phrase,
    unit_word,
    unjudged,
)
from model.report.wording import Wording

Entry = Mapping[str, Any]
# More would not fit on page one; the rest is counted and stands in its chapter.
_AT_MOST = {"shortage": 3, "idle": 3, "moves": 4}
# A smaller part of the unpaid money is no message of its own.
_TELLING = 0.2


def headline(record: Record, words: Wording) -> list[Run]:
    """All in one sentence: how many accounts are in danger or idle, and what the plan mends."""
    verdicts = [account["verdict"] for account in judged(record.accounts)]
    found = [
        words(f"answer.count_{word}", n=str(verdicts.count(word)))
        for word in ("short", "tight", "idle", "ample")
        if word in verdicts
    ]
    any_short = record.totals.get("gap_probability")
    said = runs(
        words,
        "answer.headline",
        n=str(len(verdicts)),
        verdicts=words.join(found),
        any=""
        if any_short is None
        else words("answer.any_short", chance=chance(any_short, words.language)),
    )
    effects = effect_phrases(record, words)
    if not record.plan["transfers"] or not effects or record.plan["status"] == "infeasible":
        return said
    after = (record.plan.get("after") or {}).get("gap_probability")
    mended = (
        ""
        if any_short is None or after is None
        else words("answer.headline_any", chance=chance(after, words.language))
    )
    return said + runs(words, "answer.headline_move", effect=effects[0], any=mended)


def shortage_answers(record: Record, words: Wording) -> list[list[Run]]:
    """Which money will run out, and what part of the unpaid no transfer can mend."""
    short = [a for a in judged(record.accounts) if a["verdict"] in {"short", "tight"}]
    return [*_first(by_danger(short), "shortage", words), *_beyond_transfers(record, words)]


def idle_answers(record: Record, words: Wording) -> list[list[Run]]:
    """Which money will lie idle."""
    idle = [a for a in judged(record.accounts) if a["verdict"] == "idle"]
    return _first(sorted(idle, key=lambda a: -a["expected_idle_yuan"]), "idle", words)


def _first(accounts: Sequence[Entry], topic: str, words: Wording) -> list[list[Run]]:
    if not accounts:
        return [runs(words, f"answer.no_{topic}")]
    found = [verdict_sentence(account, words) for account in accounts[: _AT_MOST[topic]]]
    if rest := accounts[_AT_MOST[topic] :]:
        names = words.join([words.of(account, "name") for account in rest[:3]])
        key = "answer.rest" if len(rest) <= 3 else "answer.rest_many"
        found.append(runs(words, key, n=str(len(rest)), names=names))
    return found


def verdict_sentence(account: Entry, words: Wording) -> list[Run]:
    """One account in one sentence, in countable units; the chart below has its chance."""
    return runs(
        words,
        f"sentence.verdict_{account['verdict']}",
        account=words.label(account, "name"),
        break_even=_break_even(account, words),
        money=money_phrase(account["available_yuan"], words.language),
        idle=money_phrase(account["expected_idle_yuan"], words.language),
    )


def _break_even(account: Entry, words: Wording) -> str:
    """How many of something are expected, and how many would make a gap: the first break-even."""
    for entry in account["break_evens"][:1]:
        at = next((f for f in ("count_at_50", "count_at_5") if entry.get(f)), None)
        if at is not None and entry.get("count_central") is not None:
            clause = words.clause(entry)
            unit = unit_word(entry, words)
            central = counted_cell(entry, "count_central")
            return words(
                f"sentence.{at}",
                name=words.of(entry, "name")
                + (f" ({clause})" if clause and words.language == "en" else clause),
                central=words("sentence.per_year", count=central, unit=unit) if unit else central,
                count=counted_cell(entry, at) + (unit if words.language == "zh" else ""),
            )
    return words(
        "sentence.no_break_even",
        money=money_phrase(account["available_yuan"], words.language),
        p50=money_phrase(account["demand_p50_yuan"], words.language),
    )


def _beyond_transfers(record: Record, words: Wording) -> list[list[Run]]:
    """The account with the largest part of the unpaid money that may not receive any."""
    whole = record.totals.get("expected_unpaid_yuan") or 0
    closed = {row["id"] for row in record.plan["accounts"] if row.get("may_receive") is False}
    unpaid = [a for a in judged(record.accounts) if a["id"] in closed]
    most = max(unpaid, key=lambda a: a["expected_unpaid_yuan"], default=None)
    if most is None or not whole or most["expected_unpaid_yuan"] < _TELLING * whole:
        return []
    said = runs(
        words,
        "answer.beyond_transfers",
        account=words.of(most, "name"),
        share=percent(most["expected_unpaid_yuan"] / whole),
    )
    return [said]


def move_answers(record: Record, words: Wording) -> list[list[Run]]:
    """What should move; where no plan exists, which limits clash."""
    if record.plan["status"] == "infeasible":
        return clash_sentences(record, words)
    transfers = record.plan["transfers"]
    if not transfers:
        return [runs(words, "answer.no_move")]
    shown = sorted(transfers, key=lambda row: -row["amount_yuan"])[: _AT_MOST["moves"]]
    said = runs(
        words,
        "answer.moves",
        n=str(len(transfers)),
        total=money_phrase(sum(row["amount_yuan"] for row in transfers), words.language),
        moves=moves_phrase(shown, record, words),
        more=words("answer.more_moves") if len(shown) < len(transfers) else "",
    )
    return [said]


def basis_answers(record: Record, words: Wording) -> list[list[Run]]:
    """What the answers rest on: how much is assumed, what nobody knows, how plans are judged."""
    assumed = [entry for entry in record.assumptions if entry.get("mark") in {None, "assumed"}]
    n_assumptions = str(len(record.assumptions))
    said = runs(words, "answer.rests_on", n=n_assumptions, assumed=str(len(assumed)))
    if unknown := unjudged(record.accounts):
        money = sum(account["budget_yuan"] for account in unknown)
        whole = sum(account["budget_yuan"] for account in record.accounts)
        key = "answer.unknown_moves" if assumed_may_move(record) else "answer.unknown_stays"
        share = percent(money / whole if whole else None)
        said += runs(words, key, n=str(len(unknown)), share=share)
    return [[*said, *plain(words("list.stop"))], judging_sentence(record, words)]
