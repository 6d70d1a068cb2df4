"""Draw the shapes of the world map once: from Natural Earth's countries to src/monazite/writers/page/world.csv.

    python tools/world.py countries-110m.json

The argument is the file of that name in the npm package world-atlas 2.0.2 (ISC), which holds Natural Earth 4.1.0,
1:110m admin 0 countries, public domain. Every point is put on the Equal Earth projection (Savric, Patterson and Jenny
2018, doi:10.1080/13658816.2018.1504949) and rounded to whole units of a sheet 2,000 wide. Antarctica is left out.
Places too small for that scale get a position of our own.
"""

import csv
import itertools
import json
import math
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 2000
MIDDLE = 11  # degrees east: the edge of the sheet then runs through the Bering Strait and cuts no country
NAMED = {"Kosovo": "XKX", "N. Cyprus": "", "Somaliland": "", "Antarctica": None}  # shapes without a number
ISO = {840: "USA", 250: "FRA", 356: "IND", 756: "CHE", 578: "NOR", 158: "TWN", 260: "ATF", 10: None,
       729: "SDN", 728: "SSD", 304: "GRL", 630: "PRI", 732: "ESH", 426: "LSO", 748: "SWZ", 72: "BWA", 516: "NAM",
       442: "LUX", 238: "FLK", 275: "PSE", 540: "NCL"}  # fmt: skip
"""Numbers of ISO 3166-1 that the trade data write otherwise or do not hold."""

SMALL = {
    "HKG": (114.2, 22.3), "MAC": (113.5, 22.2), "SGP": (103.8, 1.35), "MLT": (14.4, 35.9), "BHR": (50.6, 26.0),
    "MUS": (57.6, -20.2), "CPV": (-23.6, 15.1), "SYC": (55.5, -4.7), "MDV": (73.5, 4.2), "AND": (1.5, 42.5),
    "BRB": (-59.5, 13.2), "GIB": (-5.4, 36.1), "ABW": (-70.0, 12.5), "CUW": (-69.0, 12.2), "BMU": (-64.8, 32.3),
    "LCA": (-61.0, 13.9), "WSM": (-172.1, -13.8), "TON": (-175.2, -21.2), "COM": (43.3, -11.7), "STP": (6.6, 0.3),
    "ATG": (-61.8, 17.1), "DMA": (-61.4, 15.4), "GRD": (-61.7, 12.1), "KNA": (-62.7, 17.3), "VCT": (-61.2, 13.3),
    "CYM": (-81.3, 19.3), "PYF": (-149.4, -17.6), "KIR": (173.0, 1.4), "MHL": (171.2, 7.1), "PLW": (134.5, 7.5),
    "NRU": (166.9, -0.5), "TUV": (179.2, -8.5), "FSM": (158.2, 6.9), "SMR": (12.4, 43.9),
}  # fmt: skip
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees as a place on the projection of the unit sphere."""
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    sixth = angle**6
    slope = 9 * A4 * angle**8 + 7 * A3 * sixth + 3 * A2 * angle**2 + A1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle) / (3 * slope)
    return x, A4 * angle**9 + A3 * angle**7 + A2 * angle**3 + A1 * angle


def sheet(longitude: float, latitude: float) -> tuple[int, int]:
    """Degrees as a place on the sheet, from its upper left corner; the north edge is 84 degrees."""
    half, _ = equal_earth(180, 0)
    _, top = equal_earth(0, 84)
    scale = WIDTH / 2 / half
    x, y = equal_earth(longitude - MIDDLE, latitude)
    return round((x + half) * scale), round((top - y) * scale)


def rings_of(world: dict[str, Any], shape: dict[str, Any]) -> list[list[tuple[int, int]]]:
    """The outlines of a shape on the sheet."""
    (sx, sy), (tx, ty) = world["transform"]["scale"], world["transform"]["translate"]
    found = []
    for polygon in [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]:
        for ring in polygon:
            points: list[tuple[float, float]] = []
            for number in ring:
                x = y = 0
                line = []
                for dx, dy in world["arcs"][number if number >= 0 else ~number]:
                    x, y = x + dx, y + dy
                    line.append((x * sx + tx, y * sy + ty))
                points += line if number >= 0 else reversed(line)
            # A ring that crosses 180 degrees goes on past it; most of it decides on which side it stands.
            turned = [(x if x > MIDDLE - 180 else x + 360, y) for x, y in points]
            if any(abs(a[0] - b[0]) > 180 for a, b in itertools.pairwise(turned)):
                east = sum(x for x, _ in turned) / len(turned) > MIDDLE
                turned = [(x + 360 if east and x < 0 else x, y) for x, y in points]
            flat = [sheet(x, y) for x, y in turned]
            kept = [point for i, point in enumerate(flat) if i == 0 or point != flat[i - 1]]
            if len(kept) > 3:
                found.append(kept)
    return found


def path_of(rings: list[list[tuple[int, int]]]) -> str:
    """Outlines as a path of SVG, each point by its step from the last."""
    pieces = []
    for ring in rings:
        (x, y), *rest = ring[:-1] if ring[0] == ring[-1] else ring
        steps = []
        for u, v in rest:
            steps.append(f"{u - x}{' ' if v >= y else ''}{v - y}")
            x, y = u, v
        pieces.append(f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z")
    return "".join(pieces)


def middle(ring: list[tuple[int, int]]) -> tuple[float, float, float]:
    """Area and centre of one outline."""
    area = u = v = 0.0
    for (a, b), (c, d) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = a * d - c * b
        area, u, v = area + cross, u + (a + c) * cross, v + (b + d) * cross
    return (abs(area) / 2, u / (3 * area), v / (3 * area)) if area else (0, ring[0][0], ring[0][1])


def main() -> None:
    """Write the table."""
    world = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with (ROOT / "reference/trade/baci-countries.csv").open(encoding="utf-8", newline="") as file:
        codes = {int(row["country_code"]): row["country_iso3"] for row in csv.DictReader(file)}
    rows = []
    for shape in world["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        number = int(shape["id"]) if "id" in shape else None
        code = NAMED.get(name, ISO.get(number, codes.get(number, ""))) if number is not None else NAMED[name]
        if code is None or name == "Antarctica":
            continue
        rings = rings_of(world, shape)
        _, x, y = max(middle(ring) for ring in rings)
        rows.append((code, round(x), round(y), path_of(rings)))
    drawn = {row[0] for row in rows}
    rows += [
        (code, *sheet(x if x > MIDDLE - 180 else x + 360, y), "")
        for code, (x, y) in SMALL.items()
        if code not in drawn
    ]
    out = ROOT / "src/monazite/writers/page/world.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["alpha3", "x", "y", "path"])
        table.writerows(sorted(rows))
    print(f"{len(rows)} places, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
