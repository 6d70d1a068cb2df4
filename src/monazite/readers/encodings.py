"""Bytes to text where nobody says which encoding: UTF-8, UTF-16, GB18030, Shift-JIS, Windows-1252 or Latin-1.

UTF-8 proves itself. The rest is weighed: the header row is known in four languages, and each East Asian
encoding turns the other's text into rare characters. What was decided is recorded with the file.

>>> detect("Teil;Währung\\n".encode("cp1252"), {"teil", "währung"})
'cp1252'
"""

import codecs
from collections.abc import Collection

from monazite.terms.quantities import normal

_SAMPLE = 200_000
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with mark", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
         "cp1252": "Windows-1252", "latin-1": "Latin-1", "gb18030": "GB18030", "cp932": "Shift-JIS"}  # fmt: skip


def detect(data: bytes, headers: Collection[str]) -> str:
    """The codec that reads the bytes; `headers` are known column headers in small letters."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:2000]
    if len(head) > 3 and head.count(0) >= len(head) // 4:
        # Text in Latin letters as UTF-16 without a mark: every other byte is zero.
        if not any(head[0 : len(head) & ~1 : 2]):
            return "utf-16-be"
        if not any(head[1::2]):
            return "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _mostly_utf8(data[:_SAMPLE]) else _weigh(data, headers)
    return "utf-8"


def _mostly_utf8(sample: bytes) -> bool:
    """Whether a few bytes spoil what is UTF-8 otherwise: better a fault than a file of wrong letters."""
    text = sample.decode("utf-8", errors="replace")
    strange = sum(ord(character) > 127 for character in text)
    return strange > 4 * text.count("\ufffd")


def _weigh(data: bytes, headers: Collection[str]) -> str:
    western = (
        "latin-1" if any(byte in data for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")) else "cp1252"
    )
    sample = data[:_SAMPLE]
    best, best_score = western, _score(sample.decode(western), western, headers)
    for codec in ("gb18030", "cp932"):
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        score = _score(sample.decode(codec, errors="ignore"), codec, headers)
        if score > best_score:
            best, best_score = codec, score
    return best


def _score(text: str, codec: str, headers: Collection[str]) -> float:
    """How much the text looks like what people write: known headers first, then frequent characters."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    for mark in ";\t|":
        first = first.replace(mark, ",")
    known = sum(normal(cell.strip('"')).casefold() in headers for cell in first.split(","))
    strange = [character for character in text if ord(character) > 127]
    if not strange:
        return float(known)
    return known + sum(_frequent(character, codec) for character in strange) / len(strange)


def _frequent(character: str, codec: str) -> float:
    code = ord(character)
    if codec in ("cp1252", "latin-1"):
        return 0.6 if character.isalpha() or character in "µ°²³±–’€£§×·½" else -1.0
    if 0xFF61 <= code <= 0xFF9F:
        return -0.5  # half-width kana: what Chinese text looks like when it is read as Shift-JIS
    if 0x3040 <= code <= 0x30FF:
        return 1.0 if codec == "cp932" else 0.2
    if 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF60:
        return 0.7
    try:
        first = character.encode("gb2312" if codec == "gb18030" else "cp932")[0]
    except UnicodeEncodeError:
        return -1.0
    # The first plane of each standard holds the characters in daily use.
    return 1.0 if (0xB0 <= first <= 0xD7 if codec == "gb18030" else 0x88 <= first <= 0x97) else 0.0
