from monazite.regime.model import Effect, Grade, Status
from monazite.terms.facts import FACTS, ROLES
from monazite.terms.outcomes import VERDICTS
from monazite.writers.words import allowed_values, fact_words, with_terms, word, words


def test_every_outcome_effect_status_and_grade_has_its_chinese():
    keys = [
        *(f"outcome.{v}" for v in VERDICTS),
        *(f"effect.{e}" for e in Effect),
        *(f"status.{s}" for s in Status),
    ]
    keys += [f"grade.{g}" for g in Grade]
    assert [key for key in keys if key not in words() or word(key, "zh") == word(key)] == []


def test_the_words_of_the_page_are_chinese_too():
    lacking = [
        key for key, (en, zh, _) in words().items() if key.startswith(("ui.", "term.", "fact.")) and en == zh
    ]
    assert lacking == ["ui.of"] or lacking == []


def test_every_fact_can_be_said_in_english_and_chinese():
    assert [path for path in FACTS if not fact_words(path)] == []
    assert [path for path in FACTS if not any(ord(c) > 0x2E80 for c in fact_words(path, "zh"))] == []


def test_a_fact_of_a_party_names_the_party():
    assert fact_words("end_user.military") == "end user: is a military user"
    assert {role for role in ROLES if word(f"party.{role}", "zh") == word(f"party.{role}")} == set()


def test_every_fact_says_how_it_may_be_stated():
    assert [path for path, fact in FACTS.items() if not allowed_values(fact)] == []


def test_a_term_gets_its_chinese_once_and_the_longest_term_wins():
    said = with_terms("An end-user and end-use statement of the end user; the end user signs.")
    assert (
        said
        == "An end-user and end-use statement 最终用户和最终用途证明 of the end user 最终用户; the end user signs."
    )


def test_a_term_inside_a_word_is_left_alone():
    assert with_terms("re-exporters of non-bonded-goods") == "re-exporters of non-bonded-goods"


def test_a_word_that_one_law_uses_otherwise_has_its_own_chinese_there():
    said = "An exporter looks at the control list."
    assert (
        with_terms(said)
        == with_terms(said, "CN")
        == "An exporter 出口经营者 looks at the control list 管控名单."
    )
    assert with_terms(said, "US") == "An exporter 出口商 looks at the control list 商业管制清单."


def test_every_role_fact_says_what_it_is_of_the_party():
    lacking = {path.partition(".")[2] for path in FACTS if path.split(".")[0] in ROLES}
    assert {name for name in lacking if f"fact.{name}" not in words()} == set()
