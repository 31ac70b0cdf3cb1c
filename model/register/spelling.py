"""Whether two spellings of a name are the same."""

from __future__ import annotations

import unicodedata


def party(name: str) -> str:
    """The name by which two spellings of one applicant or product are the same."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
