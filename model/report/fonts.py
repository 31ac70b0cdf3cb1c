"""Where the one font of charts and pages lies: Noto Sans CJK SC, inside the package mpl-font."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from model.errors import refuse

FAMILY = "Noto Sans CJK SC"


def font_folder() -> Path:
    """The folder with the static faces of `FAMILY`.

    The package is located, not imported: importing it would load pyplot and change its settings.

    Raises:
        InputError: the package is not installed.
    """
    spec = find_spec("mpl_font")
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(places[0], "fonts", "noto") if places else Path()
    if not places or not any(folder.glob("NotoSansCJKsc-*.otf")):
        raise refuse("mpl-font", "the fonts of the report are missing", "Run `make setup` again.")
    return folder
