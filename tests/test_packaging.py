"""What is installed holds all that the product reads beside its code."""

from __future__ import annotations

import tomllib

from guide_runs import ROOT, read


def test_every_wording_and_style_is_installed_with_the_package() -> None:
    targets = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]
    beside = [*(ROOT / "reports").glob("*.yaml"), *(ROOT / "reports").glob("*.typ")]
    names = sorted(path.relative_to(ROOT).as_posix() for path in beside)
    assert len(names) >= 8
    assert targets["wheel"]["force-include"] == {name: name for name in names}
