"""The answerer that always works: verbatim sentences of the passages, chosen without a model."""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from app.errors import Failure, ProviderFailed
from app.providers.catalogue import Means
from app.providers.composing import compose
from app.providers.provider import Call, Chunk, Evidence, Prompt, Usage
from app.providers.quoting import quotes


class QuotingModel(BaseChatModel):
    """A chat model that says sentences of its passages and nothing else; made anew for each question."""

    question: str
    language: str
    evidence: tuple[Evidence, ...]

    def sentences(self) -> Iterator[str]:
        """The answer, one sentence and a line end at a time."""
        for piece in self._stream([]):
            yield str(piece.message.content)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        chosen = quotes(self.question, self.language, self.evidence)
        for number, quote in enumerate(chosen, start=1):
            end = "\n" if number < len(chosen) else ""
            yield ChatGenerationChunk(message=AIMessageChunk(content=quote.text + end))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self.sentences())
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    @property
    def _llm_type(self) -> str:
        return "extractive"


class Extractive:
    """Quotes; each line of the answer is a part of one passage, letter for letter."""

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """One chunk for each sentence, or one with the JSON of a schema; no tokens are counted, for none are generated.

        Raises:
            ProviderFailed: `EMPTY` where there is no passage to quote from, or none that fills in the schema.
        """
        if prompt.schema is not None:
            composed = compose(prompt)
            if composed is None:
                raise ProviderFailed(Failure.EMPTY, "sentences of the passages cannot fill this in")
            yield Chunk(text=composed)
            yield Chunk(usage=Usage(), finish="stop", model=call.served_name or call.entry_id)
            return
        model = QuotingModel(question=prompt.question, language=prompt.language, evidence=prompt.evidence)
        said = False
        for sentence in model.sentences():
            said = True
            yield Chunk(text=sentence)
        if not said:
            raise ProviderFailed(Failure.EMPTY, "there is no passage to quote from")
        yield Chunk(usage=Usage(), finish="stop", model=call.served_name or call.entry_id)


def build(means: Means) -> Extractive:
    """The provider; it needs nothing."""
    return Extractive()
