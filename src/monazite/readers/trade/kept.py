"""Tables of production and of governance that a user loaded, kept beside the flows: `CACHE/tables/NAME.json`.

They are small, so they are kept as text, with a checksum; written whole or not at all.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from monazite.leverage.production import Production, Stage
from monazite.readers.trade.cache import AGAIN, check_name
from monazite.readers.trade.governance import Governance
from monazite.terms.faults import BadInput, Fault, near_match

FORMAT, VERSION = "monazite tables", 1


def kept_names(cache: Path) -> tuple[str, ...]:
    """The tables of the cache by name."""
    return tuple(sorted(path.stem for path in (cache / "tables").glob("[!.]*.json")))


def keep_production(cache: Path, name: str, tables: Sequence[Production]) -> Path:
    """Keep tables of production under a name, over what was kept under it."""
    return _keep(cache, name, "production", [asdict(table) for table in tables])


def keep_governance(cache: Path, name: str, governance: Governance) -> Path:
    """Keep estimates of governance under a name, over what was kept under it."""
    held = asdict(governance)
    held["estimates"] = {str(year): dict(found) for year, found in governance.estimates.items()}
    held["doubled"] = [
        [year, country, list(values)] for (year, country), values in governance.doubled.items()
    ]
    return _keep(cache, name, "governance", held)


def read_kept(cache: Path, name: str) -> tuple[Production, ...] | Governance:
    """What is kept under a name.

    Raises
    ------
    BadInput where there is none of that name, or it is of another format or damaged
    """
    path = cache / "tables" / f"{name}.json"
    if name not in kept_names(cache):
        mend = near_match(name, kept_names(cache)) or AGAIN
        raise BadInput([Fault(where=str(path.parent), what=f"no tables '{name}' are loaded", mend=mend)])
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise BadInput([Fault(where=str(path), what="the tables are not readable", mend=AGAIN)]) from None
    if not isinstance(held, dict) or (held.get("format"), held.get("version")) != (FORMAT, VERSION):
        raise BadInput(
            [Fault(where=str(path), what=f"these are no {FORMAT} of version {VERSION}", mend=AGAIN)]
        )
    if held.get("digest") != _digest(held["tables"]):
        raise BadInput(
            [Fault(where=str(path), what="the tables were changed after they were written", mend=AGAIN)]
        )
    tables = held["tables"]
    if held["kind"] == "production":
        return tuple(
            Production(**{**row, "stage": Stage(row["stage"]), "notes": tuple(row["notes"])})
            for row in tables
        )
    return Governance(
        **{
            **tables,
            "notes": tuple(tables["notes"]),
            "estimates": {int(year): found for year, found in tables["estimates"].items()},
            "doubled": {(year, country): tuple(values) for year, country, values in tables["doubled"]},
        }
    )


def _keep(cache: Path, name: str, kind: str, tables: Any) -> Path:
    check_name(name)
    folder = cache / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    plain = json.loads(json.dumps(tables))
    held = {"format": FORMAT, "version": VERSION, "kind": kind, "tables": plain, "digest": _digest(plain)}
    part = folder / f".{name}.{os.getpid()}.part"
    part.write_text(json.dumps(held, ensure_ascii=False, indent=0), encoding="utf-8")
    return part.replace(folder / f"{name}.json")


def _digest(tables: Any) -> str:
    return sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
