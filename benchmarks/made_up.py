"""Made-up catalogues of any size, the same for the same seed: magnets in rotors in motors in machines.

Every figure is made up. The shape follows real ones: most lines lead to plain parts, a few hundred kinds of
magnet sit deep inside, sub-assemblies are shared, a fifth of the origins and a third of the prices are unknown.
"""

import csv
from pathlib import Path

import numpy as np

MOVES = (
    ("m1", "CHN", "DEU", "cn-exporter", "de-clinic", "civil"),
    ("m2", "CHN", "USA", "cn-exporter", "us-maker", ""),
    ("m3", "JPN", "USA", "jp-maker", "us-maker", "civil"),
    ("m4", "DEU", "IND", "de-maker", "in-lab", "civil"),
)
PARTIES = (
    ("cn-exporter", "CHN", "no", "none", "0"),
    ("jp-maker", "JPN", "no", "none", "0"),
    ("de-maker", "DEU", "no", "none", "0"),
    ("de-clinic", "DEU", "no", "none", "0"),
    ("us-maker", "USA", "", "", ""),
    ("in-lab", "IND", "no", "none", "0"),
)


def write_catalogue(folder: Path, *, parts: int, lines: int, seed: int = 20251009) -> None:
    """Write parts, bom, content, moves and parties as CSV.

    Parts are numbered from the top down; a line leads from a part to one with a larger number, so nothing runs
    in a circle. The last seven tenths are bought.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made = int(parts * 0.3)
    kind = rng.choice(["plain part", "component", "magnet"], size=parts - made, p=[0.86, 0.10, 0.04])
    origin = rng.choice(
        ["CHN", "JPN", "DEU", "USA", "VNM", ""], size=parts, p=[0.3, 0.15, 0.15, 0.1, 0.1, 0.2]
    )
    cents = rng.integers(1, 5_000_000, size=parts)
    priced = rng.random(parts) > 1 / 3
    dy = rng.choice(["yes", "no", ""], size=parts, p=[0.4, 0.3, 0.3])
    with (folder / "parts.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["part", "name", "form", "family", "elements", "elements_complete", "origin", "value", "currency",
                      "supplier", "shipped"])  # fmt: skip
        for i in range(parts):
            form = "assembly" if i < made else str(kind[i - made])
            magnet = form == "magnet"
            named = "Dy" if magnet and dy[i] == "yes" else ""
            value = f"{cents[i] // 100}.{cents[i] % 100:02d}" if priced[i] else ""
            out.writerow([f"P{i:07d}", f"{form} {i}", form, "NdFeB" if magnet else "", named, "yes" if magnet and dy[i] else "",
                          origin[i], value, "USD", f"supplier {i % 977}", "yes"])  # fmt: skip
    parent = rng.integers(0, made, size=int(lines * 1.05))
    reach = np.minimum(
        parent + 1 + rng.integers(0, parts - 1, size=len(parent)) * rng.random(len(parent)) ** 0.5, parts - 1
    )
    child = np.maximum(reach.astype(np.int64), parent + 1)
    pairs = np.unique(parent * parts + child)
    pairs = np.sort(rng.permutation(pairs)[:lines])
    quantity = rng.integers(1, 9, size=len(pairs))
    with (folder / "bom.csv").open("w", newline="", encoding="utf-8") as file:
        file.write("parent,child,quantity,unit\n")
        file.writelines(
            f"P{p // parts:07d},P{p % parts:07d},{q},pcs\n"
            for p, q in zip(pairs.tolist(), quantity.tolist(), strict=True)
        )
    magnets = made + np.flatnonzero(kind == "magnet")
    with (folder / "content.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["part", "name", "form", "elements", "amount", "origin"])
        for i in magnets.tolist():
            if dy[i] == "yes":
                out.writerow([f"P{i:07d}", "dysprosium metal", "metal", "Dy", f"{int(cents[i]) % 997 / 1000 + 0.001:.3f} USD",
                              ("CHN", "", "AUS")[i % 3]])  # fmt: skip
    with (folder / "parties.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("party", "country", "military", "lists", "listed_owner_share"), *PARTIES]
        )
    with (folder / "moves.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["move", "from", "to", "exporter", "importer", "end_user", "civil"])
        out.writerows(
            (name, start, end, exporter, user, user, "yes" if use else "")
            for name, start, end, exporter, user, use in MOVES
        )
