"""Finding in full: codes first, then what meaning and words find, put in order, siblings folded, and the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from knowledge.closeness import Closeness, Positions
from knowledge.curriculum import Catalogue
from knowledge.details import Details
from knowledge.evidence import Evidence, Found
from knowledge.foreign_papers import ANSWERS, OFFERED, ForeignPapers, Paper
from knowledge.fusion import fuse
from knowledge.index import VectorIndex
from knowledge.language import detect
from knowledge.phrasing import content_tokens
from knowledge.relevance import Judgement, Reason, Relevance
from knowledge.reranking import Reranker, Weights
from knowledge.retriever import Hit, Query, Ranked, Retrieval
from knowledge.retrievers.codes import CodeBranch, codes_in
from knowledge.retrievers.dense import DenseBranch
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf
from knowledge.word_index import WordIndex

CANDIDATES = 50
TRANSLATED = 20
TRANSLATIONS = 3
CODE_SCORE = 1.0
KEPT_PLACE = 3
NEAREST_SENTENCES = 2


class HybridRetriever:
    """The retriever of the product over one shelf and one vector index."""

    def __init__(
        self,
        shelf: Shelf,
        index: VectorIndex,
        *,
        catalogue: Catalogue,
        relevance: Relevance,
        details: Details,
        version: str,
        words: WordIndex | None = None,
        weights: Weights | None = None,
    ) -> None:
        """`words` is the index of the shelf's passages (None: built here), `weights` those that ship where None."""
        self._shelf, self._relevance, self._version = shelf, relevance, version
        self._codes = CodeBranch(shelf, catalogue)
        self._dense = DenseBranch(shelf, index)
        self.lexical = LexicalBranch(shelf, words)
        self.evidence = Evidence(shelf, self.lexical, details)
        self.closeness = Closeness(shelf, index, self.lexical, details)
        self._reranker = Reranker(self.closeness, weights or Weights.load())
        self._papers = ForeignPapers(shelf, index, details)

    def retrieve(self, query: Query) -> Retrieval:
        """The best passages, one of each family, in the query's language where there is one, and the decision."""
        codes = self._codes.look_up(query)
        found = self.find(query)
        coded = self._codes.places(codes.objectives, query, CANDIDATES)
        features = self.evidence.features(query, found)
        judgement = self._relevance.judge(
            features,
            found=bool(found.fused),
            code=bool(coded),
            unknown_code=bool(codes.unknown or codes.elsewhere),
            only_code=not _words_beside_codes(query.text),
        )
        papers = () if codes.objectives or codes.unknown or codes.elsewhere else self._papers.near(query)
        judgement, papers = _with_papers(judgement, papers)
        hits = self._hits(query, coded, found, papers)
        margin = {"foreign_paper": papers[0].margin} if papers else {}
        return Retrieval(
            hits=hits,
            relevant=judgement.relevant,
            features={**features, "code": float(bool(coded)), "likelihood": judgement.likelihood, **margin},
            reason=judgement.reason,
            offered=() if judgement.relevant else tuple(hit.passage.id for hit in hits[: len(papers)]),
            unknown_codes=codes.unknown,
            codes_elsewhere=codes.elsewhere,
            ambiguous=codes.ambiguous,
            index_version=self._version,
        )

    def find(self, query: Query) -> Found:
        """What both branches find, before it is put in order."""
        dense = self._dense.rank(query, CANDIDATES * TRANSLATIONS)
        lexical = self.lexical.rank(query, CANDIDATES * TRANSLATIONS)
        dense_families = self._shelf.fold(dense, CANDIDATES)
        lexical_families = self._shelf.fold(lexical, CANDIDATES)
        fused = tuple(family for family, _ in fuse({"dense": dense_families, "lexical": lexical_families}))
        translated = self._shelf.fold(self.lexical.rank_translated(query, TRANSLATED), TRANSLATED)
        return Found(
            dense=dense,
            dense_families=dense_families,
            lexical=lexical,
            lexical_families=lexical_families,
            fused=fused,
            beside=tuple(family for family in translated if family not in fused),
        )

    def candidates(self, query: Query, found: Found) -> Positions:
        """The positions of all passages that the query may see of the families found."""
        mask = self._shelf.mask(query)
        members = (at for family in (*found.fused, *found.beside) for at in self._shelf.members(family))
        return np.array([at for at in members if mask[at]], dtype=np.int64)

    def in_order(self, query: Query, found: Found) -> list[tuple[int, float]]:
        """The families found with the score of their best member, best first; ties keep the order of the fusion.

        Words speak for passages in the question's language alone. So that they do not bury a paper which exists in
        another one only, the family nearest in meaning keeps the third place at worst if it has no wording in the
        question's language.
        """
        positions = self.candidates(query, found)
        best: dict[int, float] = dict.fromkeys((*found.fused, *found.beside), 0.0)
        for at, score in zip(positions, self._reranker.scores(query, positions), strict=True):
            family = self._shelf.family_of[at]
            best[family] = max(best[family], float(score))
        order = sorted(best.items(), key=lambda item: -item[1])
        nearest = found.dense_families[:1]
        if nearest and nearest[0] not in dict(order[:KEPT_PLACE]) and self._is_foreign(nearest[0], query):
            order.remove((nearest[0], best[nearest[0]]))
            order.insert(KEPT_PLACE - 1, (nearest[0], order[KEPT_PLACE - 2][1]))
        return order

    def _is_foreign(self, family: int, query: Query) -> bool:
        spoken = detect(query.text)
        return all(self._shelf.passages[at].language != spoken for at in self._shelf.members(family))

    def _hits(
        self, query: Query, coded: tuple[Ranked, ...], found: Found, papers: Sequence[Paper]
    ) -> tuple[Hit, ...]:
        language = query.language or detect(query.text)
        mask = self._shelf.mask(query)
        code_families = self._shelf.fold(coded, CANDIDATES)
        paper_families = tuple(self._shelf.family_of[one.position] for one in papers)
        ranks = {
            "code": code_families,
            "paper": paper_families,
            "dense": found.dense_families,
            "lexical": found.lexical_families,
        }
        scores = dict(self.in_order(query, found))
        order = list(dict.fromkeys((*code_families, *paper_families, *scores)))
        ranked = [one.position for one in papers]
        ranked += [one.position for one in (*found.dense, *found.lexical)]
        first = order[: max(0, query.limit)]
        positions = [self._shelf.shown(family, language, mask, ranked) for family in first]
        return tuple(
            Hit(
                passage=self._shelf.passages[at],
                rank=rank,
                score=scores.get(family, 0.0) + (CODE_SCORE if family in code_families else 0.0),
                ranks=_places(family, ranks),
                nearest=self.closeness.nearest(query, at, NEAREST_SENTENCES),
            )
            for rank, (family, at) in enumerate(zip(first, positions, strict=True), start=1)
        )


def _with_papers(judgement: Judgement, papers: tuple[Paper, ...]) -> tuple[Judgement, tuple[Paper, ...]]:
    """The decision beside the school's own papers in another language, and those of them that go first.

    One that stands out far answers; where nothing answers, those that stand out somewhat are offered.
    """
    if papers and papers[0].margin >= ANSWERS:
        answering = tuple(one for one in papers if one.margin >= ANSWERS)
        if judgement.relevant:
            return judgement, answering
        return replace(judgement, relevant=True, reason=Reason.FOREIGN_PAPER), answering
    if judgement.relevant:
        return judgement, ()
    return judgement, tuple(one for one in papers if one.margin >= OFFERED)


def _places(family: int, rankings: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    return {name: ranking.index(family) + 1 for name, ranking in rankings.items() if family in ranking}


def _words_beside_codes(text: str) -> bool:
    codes = set(codes_in(text))
    return any(
        token not in codes for language in ("kk", "ru", "en") for token in content_tokens(text, language)
    )
