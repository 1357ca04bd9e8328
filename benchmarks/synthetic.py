"""A national curriculum that never was: passages of invented words in three languages, with clustered vectors.

No official wording and no real text: words are syllables by lot, frequent ones more often, as in any language.
Vectors lie in clusters, a subject holding a few, so that a filter and a neighbourhood go together as they do in
a real curriculum; the siblings of a passage in other languages lie close beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.passage import LANGUAGES, Kind, Passage, passage_id

Vectors = NDArray[np.float32]
SUBJECTS = tuple(f"subject-{number:02}" for number in range(30))
GRADES = range(1, 12)
CLUSTERS = 300
WORDS = 12_000
SYLLABLES = {
    "kk": "қа ба лар дің ған мен сы ты ке ре ше рек үй рен ген дық та на ша лы".split(),
    "ru": "по ка за ла ни ет ся при мер но сть де ли ва ро ста ту жи ре ма".split(),
    "en": "tion ing re con ter ment ly pro ver ate sol fra den mul ang ple tri ber ket som".split(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: `text` in words of a passage, `vector` near it, and the passage's own filters or others."""

    text: str
    vector: Vectors
    grade: int
    subject: str


class Synthetic:
    """`count` passages with one vector each, the same for the same seed."""

    def __init__(self, count: int, *, dim: int = 384, seed: int = 20) -> None:
        self._lot = np.random.default_rng(seed)
        self._dim = dim
        self._words = {language: self._vocabulary(language) for language in LANGUAGES}
        self._centres = _unit(self._lot.normal(size=(CLUSTERS, dim)))
        self.passages: list[Passage] = []
        families = -(-count // len(LANGUAGES))
        clusters = self._lot.integers(0, CLUSTERS, families)
        shared = _unit(self._centres[clusters] + self._noise(families, 0.9))
        rows = np.repeat(shared, len(LANGUAGES), axis=0)[:count]
        self.rows: Vectors = _unit(rows + self._noise(count, 0.35)).astype(np.float32)
        for family, cluster in enumerate(clusters):
            self._add(family, int(cluster), count)
        self._by_text = {one.search_text: at for at, one in enumerate(self.passages)}

    def embed(self, texts: object) -> Vectors:
        """The row of each passage's text; any other text gets a row by lot."""
        listed = list(texts)  # type: ignore[call-overload]
        rows = _unit(self._lot.normal(size=(len(listed), self._dim))).astype(np.float32)
        for at, text in enumerate(listed):
            if (known := self._by_text.get(text)) is not None:
                rows[at] = self.rows[known]
        return rows

    def questions(self, count: int, seed: int = 7) -> tuple[Question, ...]:
        """Questions about passages by lot; every second one with the filters of another passage."""
        lot = np.random.default_rng(seed)
        asked = []
        for number, at in enumerate(lot.integers(0, len(self.passages), count)):
            one = self.passages[at]
            other = one if number % 2 == 0 else self.passages[int(lot.integers(0, len(self.passages)))]
            words = one.text.rstrip(".").split()
            vector = self.rows[at] + lot.normal(size=self._dim) * 0.5 / self._dim**0.5
            asked.append(
                Question(
                    text=" ".join(words[:6]),
                    vector=_unit(vector[None])[0].astype(np.float32),
                    grade=other.grades[0],
                    subject=other.subject,
                )
            )
        return tuple(asked)

    def _add(self, family: int, cluster: int, count: int) -> None:
        subject = SUBJECTS[cluster % len(SUBJECTS)]
        grade = int(self._lot.integers(GRADES.start, GRADES.stop))
        code = f"{grade}.{family % 8 + 1}.{family // 8 % 9 + 1}.{family // 72 + 1}"
        for language in LANGUAGES:
            if len(self.passages) == count:
                return
            text = self._sentence(language)
            self.passages.append(
                Passage(
                    id=passage_id(
                        text=text, language=language, source="synthetic", place=str(family), school=None
                    ),
                    text=text,
                    language=language,
                    kind=Kind.OBJECTIVE,
                    title=f"{subject}, {grade}",
                    subject=subject,
                    grades=(grade,),
                    codes=(code,),
                    family=f"objective:{subject}:{code}:{family}",
                    source="synthetic",
                    place=code,
                )
            )

    def _sentence(self, language: str) -> str:
        words, cumulated = self._words[language]
        chosen = np.searchsorted(cumulated, self._lot.random(int(self._lot.integers(8, 22))))
        return " ".join(words[at] for at in chosen).capitalize() + "."

    def _vocabulary(self, language: str) -> tuple[list[str], NDArray[np.float64]]:
        syllables = SYLLABLES[language]
        words: dict[str, None] = {}
        while len(words) < WORDS:
            parts = self._lot.choice(syllables, size=int(self._lot.integers(2, 5)))
            words["".join(parts)] = None
        weights = 1.0 / np.arange(10, WORDS + 10)
        return list(words), np.cumsum(weights / weights.sum())

    def _noise(self, count: int, size: float) -> NDArray[np.float64]:
        return np.asarray(self._lot.normal(size=(count, self._dim)) * size / self._dim**0.5)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
