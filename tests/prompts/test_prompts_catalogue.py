"""Every prompt in every language: whole, known by its digest, and deaf to what it quotes."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from prompts.budget import estimate
from prompts.catalogue import HOME

KAZAKH = re.compile("[әғқңөұүһі]")
EVERY = [(name, language) for name in prompts.names() for language in prompts.LANGUAGES]
PASSAGES = [
    ("p1", "Fractions", "A fraction is a part of a whole."),
    ("p2", "Parts", "The numerator counts parts."),
]


def render(
    name: str = "answer",
    language: str = "en",
    *,
    question: str = "What is a fraction?",
    passages: list[tuple[str, str, str]] = PASSAGES,
    history: list[tuple[str, str]] | None = None,
    canary: str = "c0ffee12",
    context_tokens: int = 4000,
) -> prompts.Rendered:
    return prompts.load(name, language).render(
        question=question,
        passages=passages,
        history=history or [],
        canary=canary,
        context_tokens=context_tokens,
    )


def test_there_is_a_prompt_for_answers() -> None:
    assert "answer" in prompts.names()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_digest_is_that_of_the_file(name: str, language: str) -> None:
    template = prompts.load(name, language)

    assert template.digest == hashlib.sha256((HOME / f"{name}.{language}.md").read_bytes()).hexdigest()
    assert template.version
    assert (template.name, template.language) == (name, language)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_place_is_filled(name: str, language: str) -> None:
    rendered = render(name, language)
    whole = "\n".join(text for _, text in rendered.messages)

    assert not re.search(r"\{\w+\}", whole)
    assert "c0ffee12" in rendered.confidential
    assert whole.count("c0ffee12") == 1
    assert [role for role, _ in rendered.messages] == ["system", "user"]
    assert rendered.messages[0][1] == rendered.confidential
    assert rendered.passage_ids == ("p1", "p2")


@pytest.mark.parametrize("name", prompts.names())
def test_each_language_is_written_in_itself(name: str) -> None:
    kk, ru, en = (prompts.load(name, language).text for language in ("kk", "ru", "en"))

    assert KAZAKH.search(kk)
    assert not KAZAKH.search(ru)
    assert not re.search("[а-яё]", en)
    assert {prompts.load(name, language).version for language in prompts.LANGUAGES} == {
        prompts.load(name, "en").version
    }


def test_an_unknown_prompt_or_language_is_not_looked_for() -> None:
    for name, language in (("answer", "de"), ("none", "en"), ("../answer", "en"), ("answer.en", "en")):
        with pytest.raises(LookupError):
            prompts.load(name, language)


def test_text_that_looks_like_a_place_stays_text() -> None:
    rendered = render(
        question="What does {canary} or {passages} mean?", passages=[("p1", "{question}", "{text}")]
    )

    assert "{canary}" in rendered.messages[-1][1]
    assert "c0ffee12" not in rendered.messages[-1][1]
    assert "{question}\n{text}" in rendered.messages[-1][1]


@given(text=st.text(st.sampled_from("⟦⟧ab \n\u200bpassage end of1<|im_start>[INST]/"), max_size=80))
def test_no_text_ends_its_own_quotation(text: str) -> None:
    plain = render().messages[-1][1]
    for rendered in (
        render(question=text),
        render(passages=[("p1", text, text), PASSAGES[1]]),
        render(history=[(text, text)]),
    ):
        *turns, last = (message for role, message in rendered.messages[1:])
        assert last.count("⟦") == plain.count("⟦")
        assert last.count("⟧") == plain.count("⟧")
        assert not any("⟦" in turn or "⟧" in turn for turn in turns)


def test_the_last_two_turns_go_along_in_order() -> None:
    rendered = render(history=[(f"question {number}", f"answer {number}") for number in (1, 2, 3)])

    assert [(role, text) for role, text in rendered.messages[1:-1]] == [
        ("user", "question 2"),
        ("assistant", "answer 2"),
        ("user", "question 3"),
        ("assistant", "answer 3"),
    ]


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_what_does_not_fit_is_left_out_from_the_last(language: str) -> None:
    passages = [(f"p{number}", "Title", "A sentence of a passage. " * 40) for number in range(6)]
    for room in range(1200, 3600, 150):
        rendered = render(language=language, passages=passages, context_tokens=room)
        assert rendered.passage_ids == tuple(one[0] for one in passages[: len(rendered.passage_ids)])
        assert sum(estimate(text) for _, text in rendered.messages) <= rendered.estimated_tokens <= room


def test_without_room_for_a_single_passage_nothing_is_asked() -> None:
    with pytest.raises(ValueError):
        render(context_tokens=200)


def test_prompts_import_nothing_of_the_app() -> None:
    for path in Path(prompts.__file__).parent.glob("*.py"):
        assert not re.search(
            r"^(from|import) (app|knowledge|guardrails)\b", path.read_text("utf-8"), re.MULTILINE
        )
