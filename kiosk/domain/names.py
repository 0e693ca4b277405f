"""Finding a name by a few typed letters in any script, as static/admin/names.js does; telling names apart. Knows no database."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

# Letters that do not come apart into a plain one and a mark.
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Small letters without marks, with single spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return " ".join("".join(it for it in apart if not unicodedata.combining(it)).replace("-", " ").split())


def fits(typed: str, name: str) -> bool:
    """Whether every typed word begins a word of the name; where words have no spaces, whether it is inside."""
    folded = fold(name)
    words = folded.split()
    return all(
        any(word.startswith(part) for word in words) or (not part.isascii() and part in folded)
        for part in fold(typed).split()
    )


def sharing(people: Iterable[tuple[int, str]]) -> tuple[tuple[int, ...], ...]:
    """The ids of those who are called the same, in the order they came in; people are pairs of id and name."""
    called: dict[str, list[int]] = defaultdict(list)
    for person, name in people:
        called[" ".join(unicodedata.normalize("NFKC", name).casefold().split())].append(person)
    return tuple(tuple(ids) for ids in called.values() if len(ids) > 1)


def tell_apart(namesakes: Iterable[Collection[int]], groups: Mapping[int, str]) -> Mapping[int, str]:
    """What is said after a name that is not alone: the group, where each is in another; else which of how many."""
    apart: dict[int, str] = {}
    for ids in namesakes:
        own = [groups.get(person, "") for person in ids]
        is_told = all(own) and len(set(own)) == len(own)
        for place, (person, group) in enumerate(zip(ids, own, strict=True), start=1):
            apart[person] = f"group {group}" if is_told else f"{place} of {len(ids)}"
    return apart
