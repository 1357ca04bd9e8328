"""Finding in full: codes first, then meaning and words fused by rank, siblings folded, and the decision."""

from collections.abc import Mapping

from knowledge.curriculum import Catalogue
from knowledge.details import Details
from knowledge.evidence import Evidence, Found
from knowledge.fusion import fuse
from knowledge.index import VectorIndex
from knowledge.language import detect
from knowledge.phrasing import content_tokens
from knowledge.relevance import Relevance
from knowledge.retriever import Hit, Query, Ranked, Retrieval
from knowledge.retrievers.codes import CodeBranch, codes_in
from knowledge.retrievers.dense import DenseBranch
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf

CANDIDATES = 50
TRANSLATIONS = 3
CODE_SCORE = 1.0


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
    ) -> None:
        self._shelf, self._relevance, self._version = shelf, relevance, version
        self._codes = CodeBranch(shelf, catalogue)
        self._dense = DenseBranch(shelf, index)
        self.lexical = LexicalBranch(shelf)
        self._evidence = Evidence(shelf, self.lexical, details)

    def retrieve(self, query: Query) -> Retrieval:
        """The best passages, one of each family, in the query's language where there is one, and the decision."""
        codes = self._codes.look_up(query)
        found = self._find(query)
        coded = self._codes.places(codes.objectives, query, CANDIDATES)
        features = self._evidence.features(query, found)
        judgement = self._relevance.judge(
            features,
            found=bool(found.fused),
            code=bool(coded),
            unknown_code=bool(codes.unknown),
            only_code=not _words_beside_codes(query.text),
        )
        return Retrieval(
            hits=self._hits(query, coded, found),
            relevant=judgement.relevant,
            features={**features, "code": float(bool(coded)), "likelihood": judgement.likelihood},
            reason=judgement.reason,
            unknown_codes=codes.unknown,
            ambiguous=codes.ambiguous,
            index_version=self._version,
        )

    def _find(self, query: Query) -> Found:
        dense = self._dense.rank(query, CANDIDATES * TRANSLATIONS)
        lexical = self.lexical.rank(query, CANDIDATES * TRANSLATIONS)
        dense_families = self._shelf.fold(dense, CANDIDATES)
        lexical_families = self._shelf.fold(lexical, CANDIDATES)
        fused = fuse({"dense": dense_families, "lexical": lexical_families})
        return Found(
            dense=dense,
            dense_families=dense_families,
            lexical=lexical,
            lexical_families=lexical_families,
            fused=tuple(family for family, _ in fused),
        )

    def _hits(self, query: Query, coded: tuple[Ranked, ...], found: Found) -> tuple[Hit, ...]:
        language = query.language or detect(query.text)
        mask = self._shelf.mask(query)
        code_families = self._shelf.fold(coded, CANDIDATES)
        ranks = {"code": code_families, "dense": found.dense_families, "lexical": found.lexical_families}
        scores = dict(fuse({"dense": found.dense_families, "lexical": found.lexical_families}))
        order = [*code_families, *(family for family in found.fused if family not in code_families)]
        ranked = [one.position for one in (*found.dense, *found.lexical)]
        return tuple(
            Hit(
                passage=self._shelf.passages[self._shelf.shown(family, language, mask, ranked)],
                rank=rank,
                score=scores.get(family, 0.0) + (CODE_SCORE if family in code_families else 0.0),
                ranks=_places(family, ranks),
            )
            for rank, family in enumerate(order[: max(0, query.limit)], start=1)
        )


def _places(family: int, rankings: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    return {name: ranking.index(family) + 1 for name, ranking in rankings.items() if family in ranking}


def _words_beside_codes(text: str) -> bool:
    codes = set(codes_in(text))
    return any(
        token not in codes for language in ("kk", "ru", "en") for token in content_tokens(text, language)
    )
