"""The passages of one index version in a fixed order, with what filters and folds them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.passage import Passage
from knowledge.retriever import Query, Ranked

Mask = NDArray[np.bool_]
MASKS_KEPT = 64


class Shelf:
    """Passages by position, by id, by code and by family; `mask` says which ones a query may see.

    Families and the works they are parts of (a note, a document) are numbered in order of appearance.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Put the passages up in the given order.

        Raises:
            ValueError: two of them have one id.
        """
        self.passages = tuple(passages)
        self._by_id = {one.id: position for position, one in enumerate(self.passages)}
        if len(self._by_id) != len(self.passages):
            raise ValueError("two passages have one id")
        self._by_code: dict[str, list[int]] = {}
        self._family_numbers: dict[str, int] = {}
        self._work_numbers: dict[str, int] = {}
        self._members: list[list[int]] = []
        self._works: list[list[int]] = []
        self.family_of: list[int] = []
        self.work_of: list[int] = []
        for position, one in enumerate(self.passages):
            for code in one.codes:
                self._by_code.setdefault(code, []).append(position)
            self._file(position, one)
        self._subjects, self._subject_numbers = _numbered(one.subject for one in self.passages)
        self._grades = np.array(
            [sum(1 << grade for grade in one.grades) for one in self.passages], dtype=np.int64
        )
        self._schools, self._school_numbers = _numbered(one.school or "" for one in self.passages)
        self._masked = lru_cache(maxsize=MASKS_KEPT)(self._mask)

    def _file(self, position: int, one: Passage) -> None:
        family = self._family_numbers.setdefault(one.family, len(self._members))
        if family == len(self._members):
            self._members.append([])
            work = self._work_numbers.setdefault(one.family.partition("#")[0], len(self._works))
            if work == len(self._works):
                self._works.append([])
            self._works[work].append(family)
            self.work_of.append(work)
        self._members[family].append(position)
        self.family_of.append(family)

    def __len__(self) -> int:
        return len(self.passages)

    def get(self, passage_id: str) -> Passage | None:
        """The passage of that id."""
        position = self._by_id.get(passage_id)
        return None if position is None else self.passages[position]

    def place(self, passage_id: str) -> int | None:
        """The position of the passage of that id."""
        return self._by_id.get(passage_id)

    def members(self, family: int) -> tuple[int, ...]:
        """The positions of the siblings that make a family."""
        return tuple(self._members[family])

    def named(self, family: str) -> tuple[int, ...]:
        """The positions of a family's members, by its name; none if it is not here."""
        number = self._family_numbers.get(family)
        return () if number is None else self.members(number)

    def parts(self, family: int) -> tuple[int, ...]:
        """The families that are parts of the same note or document, itself included."""
        return tuple(self._works[self.work_of[family]])

    def of_works(self, works: Sequence[int]) -> tuple[int, ...]:
        """The positions of all passages of these notes or documents."""
        return tuple(at for work in works for family in self._works[work] for at in self._members[family])

    def with_code(self, code: str) -> tuple[int, ...]:
        """The positions of the passages that serve a code."""
        return tuple(self._by_code.get(code, ()))

    def fold(self, ranked: Sequence[Ranked], limit: int) -> tuple[int, ...]:
        """The families of a ranking, each at its best place, at most `limit`."""
        return tuple(dict.fromkeys(self.family_of[one.position] for one in ranked))[:limit]

    def shown(self, family: int, language: str, mask: Mask, ranked: Sequence[int]) -> int:
        """The member to show: the one in the language, else the best ranked one, else the first that may be seen."""
        members = [at for at in self._members[family] if mask[at]]
        in_language = (at for at in members if self.passages[at].language == language)
        best_ranked = (at for at in ranked if self.family_of[at] == family)
        return next(in_language, next(best_ranked, members[0]))

    def mask(self, query: Query) -> Mask:
        """True where the query may look: official or the school's own; of the grade and subject, where known.

        A passage without grades or subject (a school's own paper) is not ruled out by them. Read-only: the same
        filters give the same array.
        """
        return self._masked(query.school or "", query.grade, query.subject or "")

    def _mask(self, school: str, grade: int | None, subject: str) -> Mask:
        mask = _either(self._schools, self._school_numbers, "", school)
        if grade is not None:
            mask &= (self._grades == 0) | ((self._grades >> max(0, min(grade, 62))) & 1 == 1)
        if subject:
            mask &= _either(self._subjects, self._subject_numbers, "", subject)
        mask.flags.writeable = False
        return mask


def _numbered(words: Iterable[str]) -> tuple[NDArray[np.int32], dict[str, int]]:
    """Each word as a number, and the numbers by word: comparing 100,000 numbers takes microseconds, words do not."""
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int32)
    return codes, numbers


def _either(codes: NDArray[np.int32], numbers: dict[str, int], one: str, other: str) -> Mask:
    return np.asarray((codes == numbers.get(one, -1)) | (codes == numbers.get(other, -1)), dtype=np.bool_)
