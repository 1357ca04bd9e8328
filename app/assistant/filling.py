"""The model's part of the line where a field of a document is filled in: one call, one value, whole or not at all."""

from collections.abc import Iterator, Sequence

from app.assistant import steps
from app.assistant.ends import withheld
from app.assistant.events import Event, Filled, Progress, Sentence, StepName
from app.assistant.leaves import Leaf, leaves, read, with_texts
from app.assistant.pump import Pump
from app.assistant.writing import Inspected, Writing
from app.documents.codes import without_foreign_codes
from app.errors import Failure, ProviderFailed, Words
from app.providers import Call
from guardrails.guardrails import Combined
from guardrails.verdict import Action

CHARACTERS_A_TOKEN = 16
SPARE_CHARACTERS = 1_024


class Filling(Writing):
    """One model call for one field.

    Every text of the value goes through the output rails by itself, and all of them together once more, before
    anything of it is durable or shown: what a reader sees in one piece is never taken back.
    """

    _looked: Combined | None = None

    def _release_all(self, pump: Pump, call: Call) -> Iterator[Event]:
        reply = ""
        for text in self._heard(pump, call):
            if text is None:
                yield Progress(step=StepName.WRITING)
            reply += text or ""
            if len(reply) > CHARACTERS_A_TOKEN * call.output_tokens + SPARE_CHARACTERS:
                raise ProviderFailed(Failure.TOO_LARGE, "the reply is longer than its tokens allow")
        if not reply.strip():
            raise ProviderFailed(Failure.EMPTY, "no text came")
        yield self._filled(reply)

    def _filled(self, reply: str) -> Filled:
        """The value of a reply, durable.

        Raises:
            End: a rail blocks one of its texts, or all of them together; the whole field is withheld.
            ProviderFailed: `FORM`, also where the rails leave nothing of a text that the schema wants.
        """
        work = self._turn.question.work
        if work is None:
            raise RuntimeError("a field without its work")
        value = read(reply, work.schema)
        # A code that the field is not about is no code for its reader, also where the catalogue holds it.
        known = {
            leaf.path: without_foreign_codes(leaf.text, work.codes) for leaf in leaves(value, work.schema)
        }
        value = with_texts(value, known)
        texts = tuple(leaves(value, work.schema))
        if not texts:
            raise ProviderFailed(Failure.EMPTY, "the value holds no text")
        released = self._inspect_all(texts)
        value = with_texts(
            value, {leaf.path: one.text for leaf, (one, _) in zip(texts, released, strict=True)}
        )
        sentences = [one for one, _ in released]
        self._make_durable(sentences, [*(inspected.step for _, inspected in released), steps.filled(value)])
        return Filled(value=value, leaves=tuple(sentences))

    def _inspect_all(self, texts: Sequence[Leaf]) -> list[tuple[Sentence, Inspected]]:
        """Every text by itself, then all together; nothing is released where one of them may not go on."""
        inspected: list[tuple[Sentence, Inspected]] = []
        blocked: list[str] = []
        try:
            for leaf in texts:
                one = self._inspect(leaf.text)
                if one is None:
                    raise ProviderFailed(Failure.FORM, "the rails leave nothing of a text")
                if one.sentence is None:
                    blocked.append(one.piece)
                    self._journal(
                        *(steps.withheld(each.piece, each.combined) for _, each in inspected), one.step
                    )
                    raise one.ending or withheld(Words(key="ask.withheld.rail"))
                inspected.append((one.sentence, one))
            self._looked = looked = super()._whole()
            if looked.action is Action.BLOCK:
                done = [steps.withheld(each.piece, each.combined) for _, each in inspected]
                self._journal(*done, steps.flagged(looked, ()))
                raise withheld(Words(key=looked.message_key or "ask.withheld.rail"))
        except BaseException:
            self._take_back([sentence for sentence, _ in inspected])
            self._turn.withheld.extend(blocked)
            raise
        return inspected

    def _whole(self) -> Combined:
        if self._looked is None:
            raise RuntimeError("a field that was not looked at as a whole")
        return self._looked
