"""The judge: one word in one form, never alone, and no answer is a block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import LANGUAGES, translator
from guardrails.choice import Choice, effective
from guardrails.guardrails import build
from guardrails.policy import SHIPPED, PolicyRefused, parse, read
from guardrails.rail import Means
from guardrails.rails.judge import CATEGORIES, WORDS, decided
from guardrails.spoken import SpokenRails
from guardrails.verdict import Action, Stage, Status, Subject, Verdict

ON = effective(read(), Choice(rails={"judge": True}))
TEXT = SHIPPED.read_text(encoding="utf-8")


def judged(reply: str | None, *beside: str) -> Verdict:
    rails = SpokenRails(ON, Means(), clock=lambda: 0.0)
    subject = Subject(
        stage=Stage.JUDGED, text="мәтін", language="kk", judgement=reply, beside=frozenset(beside)
    )
    (verdict,) = rails.inspect(subject).verdicts
    return verdict


def test_it_is_off_as_shipped_and_its_stage_lets_pass_then() -> None:
    rails = SpokenRails(read(), Means(), clock=lambda: 0.0)
    combined = rails.inspect(Subject(stage=Stage.JUDGED, text="мәтін", language="kk"))

    assert not read().rails["judge"].enabled
    assert combined.action is Action.ALLOW
    assert combined.text == "мәтін"
    assert combined.verdicts[0].status is Status.SKIPPED


@pytest.mark.parametrize(
    "reply",
    [
        # no reply, an empty one, a word that is none of the list
        None,
        "",
        "none",
        '{"verdict": "harmless"}',
        '{"verdict": "NONE"}',
        # another form, or more than was asked for
        "{}",
        '{"verdict": null}',
        '{"verdict": ["none"]}',
        '["none"]',
        '{"verdict": "none", "why": "a lesson"}',
        '{"verdict": "attack", "verdict": "none"}',
        '{"verdict": "none"} ',
        '{"verdict": "none"}\n{"verdict": "attack"}',
        'Sure: {"verdict": "none"}',
        "```json\n{}\n```",
        '{"verdict": "none"' + " " * 300 + "}",
    ],
)
def test_what_is_not_exactly_one_word_in_the_form_is_undecided_and_a_block(reply: str | None) -> None:
    if reply == '{"verdict": "none"} ':
        assert decided(reply) == "none"  # white space around is no word
        return
    verdict = judged(reply)

    assert decided(reply) is None
    assert (verdict.action, verdict.text, verdict.findings) == (Action.BLOCK, "", ())
    assert verdict.message_key is not None
    assert all(translator(language).has(verdict.message_key) for language in LANGUAGES)


@given(reply=st.text(max_size=80))
def test_no_text_whatever_breaks_the_reading(reply: str) -> None:
    word = decided(reply)

    assert word is None or word in {"none", *WORDS}


def test_harmless_is_let_pass() -> None:
    verdict = judged('{"verdict": "none"}', "injection.override")

    assert (verdict.action, verdict.text) == (Action.ALLOW, "мәтін")


@pytest.mark.parametrize("word", WORDS)
def test_alone_it_warns_at_the_most(word: str) -> None:
    for beside in ((), ("groundedness.number", "personal_data.pupil")):
        verdict = judged(f'{{"verdict": "{word}"}}', *beside)
        assert verdict.action is Action.WARN
        assert verdict.findings[0].category == WORDS[word]


def test_beside_another_rails_finding_of_the_same_kind_its_category_takes_its_action() -> None:
    assert judged('{"verdict": "attack"}', "injection.persona").action is Action.BLOCK
    assert judged('{"verdict": "attack"}', "conduct.insult").action is Action.WARN
    assert judged('{"verdict": "self_harm"}', "safeguarding.abuse").action is Action.WARN


def test_every_category_of_it_is_another_rails_as_well() -> None:
    assert set(read().categories) >= CATEGORIES
    build(read(), Means())


def test_a_policy_in_which_it_would_be_the_only_rail_of_a_category_is_refused() -> None:
    names = [f"safeguarding.{kind}" for kind in ("self_harm", "abuse", "bullying", "grooming")]
    alone = TEXT.replace('optional = ["judge"]', 'optional = ["judge", "conduct"]')
    assert names
    with pytest.raises(PolicyRefused):
        build(parse(alone), Means())
    with pytest.raises(PolicyRefused):
        parse(TEXT.replace('optional = ["judge"]', 'optional = ["judge", "injection"]'))


@pytest.mark.parametrize("word", ["none", *WORDS])
def test_a_word_said_again_of_the_same_text_changes_nothing(word: str) -> None:
    assert judged(f'{{"verdict": "{word}"}}') == judged(f'{{"verdict": "{word}"}}')
