"""Names replaced by codes: the same name, the same code; from the code alone no way back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace

from model.errors import Problem
from model.register.register import Aside, Refused, Register
from model.register.spelling import party

LETTERS = 12  # 60 bits: two of a million names share a code with a chance below one in a million
HIDDEN_ZH = "（已隐去）"
# The name of a column, which stays, or else what a message quotes of a cell.
_QUOTED = re.compile(r"(column '[^']*')|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def anonymised(register: Register, salt: str = "") -> Register:
    """The register with codes for applicants, claims and products, and no cell as it was written.

    Two spellings of one name (in width, case and outer space) have one code, so that every rule
    over several rows gives what it gave. Refused rows keep their place and what is wrong with
    them, without what they held. The names of the file and of its sheets are left out when a
    register is read (`read_register`), where they enter places and sentences.

    Args:
        salt: makes the codes; the same salt gives the same codes in another register. Without
            one it is taken from the register, so that codes hold within this register only.
    """
    key = (salt or _own_salt(register)).encode()

    def coded(kind_zh: str, names: Sequence[str]) -> list[str]:
        codes = {name: _code(key, kind_zh, party(name)) for name in dict.fromkeys(names)}
        return [codes[name] if name else "" for name in names]

    return replace(
        register,
        header=(),
        rows=[()] * len(register.claim),
        claim=coded("编号", register.claim),
        applicant=coded("主体", register.applicant),
        product=coded("产品", register.product),
        refused=[_without_cells(row) for row in register.refused],
        set_aside=[
            Aside(place=a.place, cells=(), reason_zh=a.reason_zh) for a in register.set_aside
        ],
    )


def _code(key: bytes, kind_zh: str, name: str) -> str:
    digest = hmac.digest(key, f"{kind_zh}\0{name}".encode(errors="surrogatepass"), hashlib.sha256)
    return kind_zh + base64.b32encode(digest).decode()[:LETTERS]


def _own_salt(register: Register) -> str:
    digest = hashlib.sha256()
    for names in (register.claim, register.applicant, register.product):
        for name in names:
            digest.update(f"{name}\0".encode(errors="surrogatepass"))
    return digest.hexdigest()


def _without_cells(row: Refused) -> Refused:
    problems = [
        Problem(place=p.place, fact=_hide(p.fact), remedy=_hide(p.remedy)) for p in row.problems
    ]
    return Refused(place=row.place, cells=(), problems=problems)


def _hide(text: str) -> str:
    return _QUOTED.sub(lambda found: found[1] or HIDDEN_ZH, text)
