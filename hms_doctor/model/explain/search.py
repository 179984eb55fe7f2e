"""Finding texts by words: rarer words count more, a word may be inflected or mistyped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import log
from typing import Final, Generic, TypeVar

from hms_doctor.model.quick_dataclass import dataclass

Item = TypeVar("Item")

_EXACT, _STEM, _TYPO = 1.0, 0.8, 0.6
_ONCE_MORE: Final = 0.05
_LEAST_SHARE: Final = 0.5
"""How much of what the query says a document must hold, the rarer words counting more."""
_LEAST_STEM: Final = 4
_LEAST_MISTYPED: Final = 5
_LONGEST_ENDING: Final = 3
_FILLERS: Final = frozenset({
    "a", "an", "and", "are", "at", "be", "but", "by", "can", "cannot", "do", "does", "for", "from", "get",
    "has", "i", "in", "is", "it", "me", "my", "no", "not", "of", "on", "or", "so", "that", "the", "this", "to",
    "was", "we", "when", "why", "with", "you", "your",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Document(Generic[Item]):
    """One thing that can be found. ``fields``: its texts, each with the weight of a word found there."""

    item: Item
    fields: tuple[tuple[float, str], ...]

    @cached_property
    def phrases(self) -> tuple[tuple[float, str], ...]:
        """The fields as words between single blanks."""
        return tuple((weight, f" {' '.join(words(text))} ") for weight, text in self.fields)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Every word with the highest weight that it has in any field, and a little for each further field."""
        found: dict[str, list[float]] = {}
        for weight, text in self.fields:
            for word in vocabulary(text):
                found.setdefault(word, []).append(weight)
        return {word: max(each) + _ONCE_MORE * (sum(each) - max(each)) for word, each in found.items()}


def rank(query: str, documents: Sequence[Document[Item]]) -> tuple[Item, ...]:
    """Give what the query finds, the best first; nothing where too little of the query is found."""
    asked = [word for word in dict.fromkeys(words(query)) if word not in _FILLERS]
    if not asked:
        return ()
    terms = tuple(_terms(asked, documents))
    phrase = f" {' '.join(words(query))} "
    scored = [(_score(document, terms, phrase), document.item) for document in documents]
    return tuple(item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score > 0)


@dataclass(frozen=True)
class _Term:
    """One word of the query: how much it says, and which words of the documents stand for it, how well."""

    rarity: float
    stands_for: Mapping[str, float]


def _terms(asked: Iterable[str], documents: Sequence[Document[Item]]) -> Iterator[_Term]:
    known = {word for document in documents for word in document.weights}
    for word in asked:
        stands_for = _alike(word, known)
        holding = sum(1 for document in documents if not stands_for.keys().isdisjoint(document.weights))
        yield _Term(log(1 + len(documents) / max(holding, 1)), stands_for)


def _alike(word: str, known: set[str]) -> Mapping[str, float]:
    """Give the known words that a word may mean; mistyped ones only where nothing else fits."""
    found = {other: _EXACT if other == word else _STEM for other in known if _same_stem(word, other)}
    return found or dict.fromkeys(_mistyped(word, known), _TYPO)


def _same_stem(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    if word == other:
        return True
    return len(shorter) >= _LEAST_STEM and longer.startswith(shorter) and len(longer) - len(shorter) <= _LONGEST_ENDING


def _mistyped(word: str, known: set[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, sorted(known), n=3, cutoff=0.75) if len(word) >= _LEAST_MISTYPED else []


def _score(document: Document[Item], terms: Sequence[_Term], phrase: str) -> float:
    matches = [(term.rarity, _match(document, term)) for term in terms]
    found = sum(rarity for rarity, match in matches if match)
    if found < _LEAST_SHARE * sum(rarity for rarity, _ in matches):
        return 0.0
    return sum(rarity * match for rarity, match in matches) + _phrase_bonus(document, phrase, found)


def _match(document: Document[Item], term: _Term) -> float:
    weights = document.weights
    return max((weights[word] * how for word, how in term.stands_for.items() if word in weights), default=0.0)


def _phrase_bonus(document: Document[Item], phrase: str, found: float) -> float:
    """Reward the query standing word for word in one field, more where it is the whole field."""
    held = [weight * (2 if text == phrase else 1) for weight, text in document.phrases if phrase in text]
    return found * max(held, default=0.0)


def words(text: str) -> list[str]:
    """Cut a text into its words in small letters; CamelCase and snake_case are several."""
    return re.findall(r"[a-z]+|[0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())


def vocabulary(text: str) -> set[str]:
    """Give the words of a text, those in CamelCase also as one."""
    return {*words(text), *re.findall(r"[a-z]{4,}", text.lower())}
