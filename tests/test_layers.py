"""Imports point one way, as CONTRIBUTING.md says, and nothing of any paper is in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.yamlfile import read_yaml

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "model"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
OUTSIDE = {  # package -> the modules that alone may import it; pulp and matplotlib: CONTRIBUTING.md
    "typer": {"cli"},
    "typst": {"report.pdf"},
    "ruamel": {"yamlfile", "report.wording"},
}


def name_of(path: Path) -> str:
    """The dotted name of a file of the package, without ``model.``; ``""`` for the package."""
    parts = path.relative_to(MODEL).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(MODEL.rglob("*.py"))}
PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}
MODULES = sorted(set(FILES) - PACKAGES)


@cache
def imports(module: str) -> frozenset[str]:
    """Everything a module imports, inside functions too, by its full dotted name."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            source = str(node.module)
            inside = {f"{source}.{alias.name}" for alias in node.names}
            modules = {name for name in inside if name.removeprefix("model.") in FILES}
            found |= modules if source == "model" or modules else {source}
    return frozenset(found)


def own_imports(module: str) -> set[str]:
    """The modules of this package that a module imports."""
    return {name.removeprefix("model.") for name in imports(module) if name.startswith("model.")}


def outside_imports(module: str) -> set[str]:
    """The packages outside this one that a module imports."""
    return {name.split(".")[0] for name in imports(module)} - {"model"}


# --- the table ------------------------------------------------------------------------------------


def words(cell: str) -> list[str]:
    return re.findall(r"[\w.*]+", cell.replace("`", ""))


def read_layers() -> dict[str, tuple[list[str], list[str]]]:
    """The table under "## Layers": layer -> its modules (``x.*`` for a package), may import."""
    section = CONTRIBUTING.split("\n## Layers\n")[1].split("\n## ")[0]
    rows = [line.strip().strip("|").split("|") for line in section.splitlines() if "|" in line]
    heading, _, *body = rows
    assert [cell.strip() for cell in heading] == ["layer", "modules", "may import"]
    return {words(layer)[0]: (words(modules), words(may)) for layer, modules, may in body}


LAYERS = read_layers()


def layers_of(module: str) -> list[str]:
    return [
        layer
        for layer, (members, _) in LAYERS.items()
        if any(
            module.startswith(member[:-1]) if member.endswith(".*") else module == member
            for member in members
        )
    ]


def test_every_module_belongs_to_one_layer():
    assert {module: layers_of(module) for module in MODULES if len(layers_of(module)) != 1} == {}


def test_every_entry_of_the_table_names_something():
    for members, _ in LAYERS.values():
        for member in members:
            inside = [m for m in MODULES if m.startswith(member[:-1])]
            assert inside if member.endswith(".*") else member in MODULES, member


def test_a_layer_imports_only_layers_above_it_in_the_table():
    order = list(LAYERS)
    for layer, (_, may_import) in LAYERS.items():
        assert set(may_import) <= set(order[: order.index(layer)]), layer


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may(module):
    (layer,) = layers_of(module)
    allowed = {layer, *LAYERS[layer][1]}
    wrong = {name for name in own_imports(module) if not allowed & set(layers_of(name))}
    assert wrong == set()


def test_no_module_imports_itself_by_way_of_others():
    def reached(module: str, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name in sorted(own_imports(module) - done):
            if name in path:
                yield (*path[path.index(name) :], name)
            else:
                yield from reached(name, (*path, name))
        done.add(module)

    done: set[str] = set()
    circles = [circle for module in MODULES for circle in reached(module, (module,))]
    assert circles == []


# --- the rules beyond the table -------------------------------------------------------------------


def inside(package: str) -> list[str]:
    return [module for module in MODULES if module.startswith(f"{package}.")]


def test_the_plan_knows_no_applicant_and_no_paper():
    for module in inside("allocation"):
        far = {name for name in own_imports(module) if name.startswith(("policy", "demand"))}
        assert far == set(), module


def test_the_report_computes_nothing():
    for module in inside("report"):
        near = {n for n in own_imports(module) if n.startswith("report.") or n in PACKAGES}
        pages = {"workbook", "sheet_layout", "table_sheets"}
        assert own_imports(module) - near <= {"errors", "money", "neutral", *pages}, module


def test_the_paper_knows_no_chance_and_no_solver():
    for module in inside("policy"):
        near = {"errors", "money", "strict", "yamlfile"}
        assert {n for n in own_imports(module) if not n.startswith("policy.")} <= near, module


def names_in(module: str) -> set[str]:
    """Every name that the code of a module uses or gives, without comments and docstrings."""
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        found |= {
            getattr(node, field) for field in ("id", "attr", "arg", "name") if hasattr(node, field)
        }
    return {name for name in found if isinstance(name, str)}


def test_the_draws_know_no_budget():
    assert [name for name in names_in("demand.draws") if "budget" in name.lower()] == []
    for module in inside("demand"):
        wrong = {n for n in own_imports(module) if n in ("policy.funds", "settings", "scenario")}
        assert wrong == set(), module


def named_as_only(package: str) -> set[str]:
    """The modules that CONTRIBUTING.md lists in "only `model/x.py` and ... import <package>"."""
    before, found, _ = CONTRIBUTING.replace("imports", "import").partition(f" import {package}")
    assert found, f"CONTRIBUTING.md does not say who may import {package}"
    paths = re.findall(r"`model/([\w/]+)\.py`", before[before.rindex("only ") :])
    return {path.replace("/", ".") for path in paths}


@pytest.mark.parametrize("package", ["pulp", "matplotlib"])
def test_heavy_packages_are_imported_where_contributing_says_and_nowhere_else(package):
    importing = {module for module in MODULES if package in outside_imports(module)}
    assert importing == named_as_only(package)


@pytest.mark.parametrize("package", sorted(OUTSIDE))
def test_each_tool_has_one_place(package):
    assert {module for module in MODULES if package in outside_imports(module)} == OUTSIDE[package]


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_package_holds_no_code_of_its_own(package):
    assert FILES[package].read_text(encoding="utf-8") == ""


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "common", "base", "manager", "misc"}
    assert [module for module in MODULES if drawers & set(module.split("."))] == []


# --- a second paper must one day be a second folder -----------------------------------------------


@cache
def papers() -> list[dict[str, Any]]:
    found = []
    for path in sorted((ROOT / "scenarios").glob("*/policy.yaml")):
        policy, pools = read_yaml(path).values, read_yaml(path.with_name("pools.yaml")).values
        found.append({**policy, **pools})
    return found


def ids(paper: dict[str, Any]) -> set[str]:
    """Ids of awards, lines, funds, links, targets, pools and accounts."""
    sections = ("awards", "lines", "links", "targets", "pools", "accounts")
    funds = {line["fund"]["id"] for line in paper["lines"].values() if "fund" in line}
    return funds.union(*(paper[section] for section in sections))


def names(node: Any) -> Iterator[str]:
    """Every Chinese name and title of four characters or more."""
    if isinstance(node, dict):
        for key, part in node.items():
            if key in ("name_zh", "title_zh") and len(part) >= 4:
                yield part
            yield from names(part)
    elif isinstance(node, tuple):
        for part in node:
            yield from names(part)


def all_text() -> dict[str, str]:
    """Every file under model/ that is text, whatever its kind."""
    paths = [
        path for path in MODEL.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def test_no_id_of_a_paper_is_in_the_code():
    known = set().union(*map(ids, papers()))
    assert len(known) > 150
    for path, text in all_text().items():
        words_there = set(re.findall(r"\w+", text)) | set(re.findall(r"\w+\.\d+", text))
        assert known & words_there == set(), path


def test_no_name_of_a_paper_is_in_the_code():
    known = {name for paper in papers() for name in names(paper)}
    assert len(known) > 200
    known |= {"嘉兴", "嘉政发", "Jiaxing", "jiaxing"}
    for path, text in all_text().items():
        assert {name for name in known if name in text} == set(), path
