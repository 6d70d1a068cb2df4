"""What the pages share: their folder of templates, and words in both languages of which a page shows one."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from monazite.writers.words import word

PAGE = Path(__file__).with_name("page")


def environment(**known: object) -> Environment:
    """The templates of `page/`, with the words and whatever else a page's templates call."""
    made = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals.update(t=both, duo=duo, word=word, in_both=in_both, **known)
    return made


def resource(name: str) -> Markup:
    """A style sheet or script of `page/` as it stands."""
    return Markup((PAGE / name).read_text(encoding="utf-8"))


def in_both(english: str, chinese: str) -> Markup:
    """A text in both languages, of which the page shows one."""
    if english == chinese:
        return Markup(escape(english))
    return Markup('<span class="en">{}</span><span class="zh" lang="zh">{}</span>').format(english, chinese)


def both(key: object) -> Markup:
    """A word in both languages, of which the page shows one."""
    return in_both(word(str(key)), word(str(key), "zh"))


def duo(key: object) -> Markup:
    """A legal term in both languages, side by side."""
    return Markup('<span class="duo"><span lang="en">{}</span><span lang="zh">{}</span></span>').format(
        word(str(key)), word(str(key), "zh")
    )
