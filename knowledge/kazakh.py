"""A light stemmer of Kazakh: takes endings off one by one, each only where the letter before it allows it.

Kazakh endings assimilate to the sound before them: the accusative is -ны after a vowel, -ды after a voiced
consonant and -ты after a voiceless one. So "климаты" cannot be "клима" with -ты: it is "климат" with -ы.
Everything happens in plain letters (see `PLAIN`), because many people type Kazakh on a Russian keyboard.
"""

PLAIN = str.maketrans("әғқңөұүһі", "агкноуухи")
DEVOICED = str.maketrans("бгғ", "пкқ")
ROUNDS = 6

VOWELS = frozenset("аеиоуыэюя")
VOICED = frozenset("лрймнзжув")
# Loan words that end in б, в, г, д take the endings of voiceless ones: клуб, клубтың.
VOICELESS = frozenset("кпстшщфхцчбгдв")
NASALS = frozenset("мн")
AFTER_L = VOWELS | frozenset("рйу")  # where л- stays л-
AFTER_D = frozenset("лмнзж")  # where л- becomes д-
OPEN = VOWELS | VOICED
CONSONANTS = VOICED | VOICELESS
ANY = VOWELS | CONSONANTS
THIRD = frozenset("ыи")  # the possessive of the third person, before which cases begin with н
# Stems of nouns in -ыс lose only -ы ("батысы"); after these the ending is -сы ("оқушысы", "жылқысы").
TAKES_SY = frozenset("шкг")
# A narrow vowel between a consonant and one of these comes and goes: халық, халқы; орын, орны.
FLEETING = frozenset("кнрлзс")

# Endings, the letters after which they stand, and how many letters must be left. A is а or е, Y is ы or и.
ENDINGS = (
    # plural
    ("лAр", AFTER_L, 3), ("дAр", AFTER_D, 3), ("тAр", VOICELESS, 3),
    # genitive, accusative, dative, locative, ablative, instrumental
    ("нYн", VOWELS | NASALS, 3), ("дYн", frozenset("лрйузжв"), 3), ("тYн", VOICELESS, 3),
    ("нY", VOWELS, 3), ("дY", VOICED, 3), ("тY", VOICELESS, 3),
    ("гA", OPEN, 3), ("кA", VOICELESS, 3), ("нA", VOWELS, 3),
    ("дA", OPEN, 3), ("тA", VOICELESS, 3), ("ндA", THIRD, 3),
    ("дAн", OPEN - NASALS, 3), ("тAн", VOICELESS, 3), ("нAн", NASALS | THIRD, 3),
    ("мен", OPEN, 3), ("бен", frozenset("зж"), 3), ("пен", VOICELESS, 3),
    # possessive
    ("Y", CONSONANTS, 3), ("сY", VOWELS, 3), ("Yм Yн", CONSONANTS, 4),
    ("YмYз YнYз", CONSONANTS, 3), ("мYз нYз", VOWELS, 3),
    # "that is at", "that is like"
    ("дAгY", OPEN, 3), ("тAгY", VOICELESS, 3), ("ндAгY", THIRD, 3), ("гY", VOICED, 4), ("кY", VOICELESS, 4),
    ("дAй", OPEN, 4), ("тAй", VOICELESS, 4),
    # nouns and adjectives made of others
    ("лYк", AFTER_L, 4), ("дYк", AFTER_D, 4), ("тYк", VOICELESS, 4), ("лYг лYгY", AFTER_L, 4), ("лY", AFTER_L, 4),
    ("сYз", ANY, 3), ("шY шA шYлYк", ANY, 4),
    # verbs: tenses and participles, converbs, moods, negation, voices
    ("Aды Aди", CONSONANTS - {"у"}, 3), ("йды йди", VOWELS, 3), ("Aтын Aтин", CONSONANTS, 3),
    ("йтын йтин", VOWELS, 3), ("гAн", OPEN, 3), ("кAн", VOICELESS, 3), ("Yп", CONSONANTS - {"у"}, 3),
    # verbs: persons of the present ("салыстырамыз", "есептейміз"), the past and the wish ("салыстырдық", "салыстырайық")
    ("AмYз AмYн AсYз AсYн", CONSONANTS - {"у"}, 3), ("ймYз ймYн йсYз йсYн", VOWELS, 3),
    ("дYк дYм", VOWELS | VOICED, 4), ("тYк тYм", VOICELESS, 4), ("AйYк", CONSONANTS, 3), ("йYк", VOWELS, 4),
    ("сAк", ANY, 4), ("у", VOWELS, 5),
    ("сA", ANY, 4), ("Aр", CONSONANTS, 4), ("у", CONSONANTS, 3), ("мA мAй", OPEN, 4), ("пA", VOICELESS, 4),
    ("Yл Yн Yлу Yну", CONSONANTS, 4), ("дYр гYз", OPEN, 4), ("тYр кYз", VOICELESS, 4),
)  # fmt: skip


def _endings() -> dict[str, tuple[frozenset[str], int]]:
    found: dict[str, tuple[frozenset[str], int]] = {}
    for patterns, after, least in ENDINGS:
        for pattern in patterns.split():
            for wide in "ае":
                for narrow in "ыи":
                    ending = pattern.replace("A", wide).replace("Y", narrow)
                    known = found.get(ending, (frozenset[str](), least))
                    found[ending] = (known[0] | after, min(known[1], least))
    return found


BY_ENDING = _endings()
LENGTHS = tuple(sorted({len(one) for one in BY_ENDING}, reverse=True))


def stem_kazakh(token: str) -> str:
    """The stem of a folded Kazakh word in plain letters: endings off while three or four letters with a vowel are left.

    The voicing that an ending brought is undone (кітаб- is кітап), and a vowel that comes and goes is left out.
    A stem is for comparing, not for showing.
    """
    word = token.translate(PLAIN)
    for _ in range(ROUNDS):
        shorter = _without_ending(word)
        if shorter == word:
            break
        word = shorter
    word = word[:-1] + word[-1:].translate(DEVOICED)
    if len(word) >= 4 and word[-1] in FLEETING and word[-2] in THIRD and word[-3] not in VOWELS:
        return word[:-2] + word[-1]
    return word


def _without_ending(word: str) -> str:
    """The word without its longest ending that may stand there."""
    for length in LENGTHS:
        kept, ending = word[:-length], word[-length:]
        after, least = BY_ENDING.get(ending, (frozenset[str](), 0))
        if kept and len(kept) >= least and kept[-1] in after and not VOWELS.isdisjoint(kept):
            if ending in ("сы", "си") and kept[-1] in THIRD and kept[-2] not in TAKES_SY:
                return word[:-1]
            return kept
    return word
