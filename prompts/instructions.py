"""What a model is told to write, one paragraph for each sort of field; the words are in `fields.<language>.toml`."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from prompts.catalogue import HOME, LANGUAGES, PLACE, fill

PLACES = frozenset({"topic", "objectives", "minutes", "level", "points", "notes", "present", "instruction"})
"""What a caller may fill in: plain words of the brief, of the field as it is now, and a teacher's own wish."""

SAME = {
    "unit.task": "assessment.task",
    "term.task": "assessment.task",
    "unit.special": "plan.special",
    "term.special": "plan.special",
}
"""Sorts of fields that are written as another one is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """How to write one sort of field; `text` has places such as `{topic}`."""

    name: str
    text: str

    @property
    def places(self) -> frozenset[str]:
        """The names of its places."""
        return frozenset(PLACE.findall(self.text))

    @property
    def plain(self) -> str:
        """Its own words, without the lines that are filled in."""
        return "\n".join(line for line in self.text.splitlines() if not PLACE.search(line))

    @property
    def labels(self) -> tuple[str, ...]:
        """What its filled-in lines begin with, such as `Topic:`."""
        heads = (
            line[: found.start()].strip() for line in self.text.splitlines() if (found := PLACE.search(line))
        )
        return tuple(head for head in heads if head)

    def fill(self, **values: str | int) -> str:
        """The instruction for one field, without the lines whose place has nothing to fill it.

        What is filled in is never read for places again.

        Raises:
            LookupError: a value for a name that no instruction has.
        """
        unknown = values.keys() - PLACES
        if unknown:
            raise LookupError(f"no instruction has a place {', '.join(sorted(unknown))}")
        plain = {name: str(value).strip() for name, value in values.items()}
        return "\n".join(
            fill(line, plain)
            for line in self.text.splitlines()
            if all(plain.get(place) for place in PLACE.findall(line))
        )


class Instructions(Mapping[str, Instruction]):
    """All instructions in one language by name (`plan.aim`); `digest` is the SHA-256 of their file in hex."""

    def __init__(self, language: str, texts: Mapping[str, str], digest: str) -> None:
        self.language, self.digest = language, digest
        self._texts = {**texts, **{name: texts[other] for name, other in SAME.items()}}

    def __getitem__(self, name: str) -> Instruction:
        return Instruction(name=name, text=self._texts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@cache
def load(language: str) -> Instructions:
    """The instructions in kk, ru or en.

    Raises:
        LookupError: there are none in this language.
        ValueError: one has a place that nobody fills.
    """
    if language not in LANGUAGES:
        raise LookupError(f"no instructions in {language!r}; there are {LANGUAGES}")
    content = (HOME / f"fields.{language}.toml").read_bytes()
    texts = {
        f"{group}.{name}": str(text).strip()
        for group, named in tomllib.loads(content.decode("utf-8")).items()
        for name, text in named.items()
    }
    for name, text in texts.items():
        if unknown := set(PLACE.findall(text)) - PLACES:
            raise ValueError(f"fields.{language}.toml, {name}: nobody fills {', '.join(sorted(unknown))}")
    return Instructions(language, texts, hashlib.sha256(content).hexdigest())


def digest_with(template_digest: str, language: str) -> str:
    """One digest of a template and of the instructions beside it, as records hold it.

    Returns:
        SHA-256, in hex, over the two hex digests (of the template's file, then of `fields.<language>.toml`)
        with a line end after each; whoever has both files can compute it again.
    """
    both = f"{template_digest}\n{load(language).digest}\n"
    return hashlib.sha256(both.encode()).hexdigest()
