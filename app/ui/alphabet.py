"""The order of names on the screens: ә stands after а and қ after к, as in Kazakh and Russian dictionaries."""

ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
PLACES = {letter: place for place, letter in enumerate(ALPHABET)}


def alphabetical(text: str) -> tuple[int, ...]:
    """A sort key; letters of other alphabets stand after these."""
    return tuple(PLACES.get(letter, ord(letter) + len(PLACES)) for letter in text.casefold())
