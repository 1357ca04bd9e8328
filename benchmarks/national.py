"""A generated curriculum of the national size, in invented wording: programmes of one act, their objectives, passages.

The form is that of an official import (two official languages, tracks, languages of instruction, sections and
subsections with names, hours, quarters, mended pages); not one sentence of it is taken from anywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from knowledge.curriculum import (
    Catalogue,
    Hours,
    LearningObjective,
    Programme,
    Section,
    Subject,
    Subsection,
    catalogue,
    level_of,
)
from knowledge.difference import Change
from knowledge.passage import Kind, Passage, passage_id
from knowledge.past import Past, Switched
from knowledge.plan import Topic
from knowledge.retriever import Hit, Query
from knowledge.retrievers.codes import CodeBranch
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf

ACT, AMENDED = "Order 399 of 16.09.2022", "Order 467 of 21.11.2022"
EDITION = "as of 2026-10-09"
PRIMARY, BASIC, GENERAL = (2, 3, 4), (5, 6, 7, 8, 9), (10, 11)
BOTH = ("natural-mathematical", "social-humanitarian")
OWN = "kk ru ug uz tg".split()
LANGUAGE_NAMES = {
    "kk": ("Қазақ", "Казахск", "Kazakh"),
    "ru": ("Орыс", "Русск", "Russian"),
    "ug": ("Ұйғыр", "Уйгурск", "Uyghur"),
    "uz": ("Өзбек", "Узбекск", "Uzbek"),
    "tg": ("Тәжік", "Таджикск", "Tajik"),
}
COMMON = """
english|Ағылшын тілі|Английский язык|English language|3 4,5 6 7 8 9,10 11+
german|Неміс тілі|Немецкий язык|German language|3 4,5 6 7 8 9,10 11+
french|Француз тілі|Французский язык|French language|3 4,5 6 7 8 9,10 11+
mathematics|Математика|Математика|Mathematics|1 2 3 4,5 6
algebra|Алгебра|Алгебра|Algebra|7 8 9
geometry|Геометрия|Геометрия|Geometry|7 8 9,10 11+
algebra-analysis|Алгебра және анализ бастамалары|Алгебра и начала анализа|Algebra and Introduction to Analysis|10 11+
digital-literacy|Цифрлық сауаттылық|Цифровая грамотность|Digital Literacy|1 2 3 4
informatics|Информатика|Информатика|Informatics|5 6 7 8 9,10 11+
science|Жаратылыстану|Естествознание|Natural Science|1 2 3 4,5 6
natural-world|Дүниетану|Познание мира|Knowledge of the World|1 2 3 4
physics|Физика|Физика|Physics|7 8 9,10 11+
chemistry|Химия|Химия|Chemistry|7 8 9,10 11+
biology|Биология|Биология|Biology|7 8 9,10 11+
geography|География|География|Geography|7 8 9,10 11+
history-kazakhstan|Қазақстан тарихы|История Казахстана|History of Kazakhstan|5 6 7 8 9,10 11
world-history|Дүниежүзі тарихы|Всемирная история|World History|5 6 7 8 9,10 11+
law|Құқық негіздері|Основы права|Foundations of Law|9,10 11+
art|Бейнелеу өнері|Изобразительное искусство|Art|1 2 3 4
labour|Еңбекке баулу|Трудовое обучение|Craft|1 2 3 4
art-and-craft|Көркем еңбек|Художественный труд|Art and Craft|5 6 7 8 9
music|Музыка|Музыка|Music|1 2 3 4,5 6
physical-education|Дене шынықтыру|Физическая культура|Physical Education|1 2 3 4,5 6 7 8 9,10 11
global-competences|Жаһандық құзыреттер|Глобальные компетенции|Global Competences|5 6 7 8 9,10,11
local-studies|Өлкетану|Краеведение|Local Studies|7
religion|Зайырлылық және дінтану негіздері|Светскость и основы религиоведения|Secularism and Religious Studies|9
abai|Абайтану|Абаеведение|Abai Studies|9 10 11
graphics|Графика және жобалау|Графика и проектирование|Graphics and Design|10 11
enterprise|Кәсіпкерлік негіздері|Основы предпринимательства|Foundations of Enterprise|10 11
second-english|Екінші шет тілі: ағылшын|Второй иностранный: английский|Second language: English|10 11+
second-german|Екінші шет тілі: неміс|Второй иностранный: немецкий|Second language: German|10 11+
second-french|Екінші шет тілі: француз|Второй иностранный: французский|Second language: French|10 11+
alash|Алаштану|Алашоведение|Alash Studies|9
peoples|Этносаралық қатынастар тарихы|История межэтнических отношений|History of Interethnic Relations|8,9,10,11
extra|Зерттеу негіздері|Основы исследования|Foundations of Research|1 2 3 4,10
military|Алғашқы әскери даярлық|Начальная военная подготовка|Initial Military Training|10 11
"""
KK_VERBS = "ажырату|салыстыру|түсіндіру|талдау|қолдану|анықтау|сипаттау|құрастыру|бағалау|жинақтау".split("|")
RU_VERBS = "различать|сравнивать|объяснять|анализировать|применять|определять|описывать|составлять|оценивать|обобщать".split(
    "|"
)
KK_THINGS = (
    "оқиғалардың себептерін|шамалардың бірліктерін|мәтіннің құрылымын|денелердің қасиеттерін|"
    "жай сөйлемдерді|кестедегі деректерді|табиғат құбылыстарын|сандар тізбегін|кейіпкердің мінезін|"
    "заттардың пішінін|қозғалыс түрлерін|тәжірибе нәтижелерін"
).split("|")
RU_THINGS = (
    "причины событий|единицы величин|строение текста|свойства тел|простые предложения|данные таблицы|"
    "явления природы|числовые последовательности|характер героя|форму предметов|виды движения|результаты опыта"
).split("|")
KK_HOW = (
    "мысалдар арқылы|сызба бойынша|мұғалімнің көмегімен|жұппен жұмыс кезінде|өз бетінше|"
    "күнделікті өмірден мысал келтіріп|шағын топта|көрнекі құралға сүйеніп"
).split("|")
RU_HOW = (
    "на примерах|по схеме|с помощью учителя|в парной работе|самостоятельно|приводя примеры из жизни|"
    "в малой группе|опираясь на наглядность"
).split("|")
KK_PARTS = "Ұғымдар|Амалдар|Зерттеу|Қарым-қатынас|Құрылым|Өзгерістер".split("|")
RU_PARTS = "Понятия|Действия|Исследование|Общение|Строение|Изменения".split("|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One programme to be filled: its subject, grades, language of instruction and track."""

    subject: Subject
    grades: tuple[int, ...]
    instruction: str = "unknown"
    track: str = ""


def outlines() -> Iterator[Outline]:
    """What the programmes of the act are, in the order of their appendices."""
    for code in OWN:
        kk, ru, en = LANGUAGE_NAMES[code]
        language = Subject(
            slug=f"{en.lower()}-language",
            names={"kk": f"{kk} тілі", "ru": f"{ru}ий язык", "en": f"{en} language"},
        )
        literature = Subject(
            slug=f"{en.lower()}-literature",
            names={"kk": f"{kk} әдебиеті", "ru": f"{ru}ая литература", "en": f"{en} literature"},
        )
        primer = Subject(slug="primer", names={"kk": "Әліппе", "ru": "Букварь", "en": "Primer"})
        reading = Subject(
            slug="literary-reading",
            names={"kk": "Әдебиеттік оқу", "ru": "Литературное чтение", "en": "Literary Reading"},
        )
        yield Outline(subject=primer, grades=(1,), instruction=code)
        yield Outline(subject=language, grades=PRIMARY, instruction=code)
        yield Outline(subject=language, grades=PRIMARY, instruction="other")
        yield Outline(subject=reading, grades=PRIMARY, instruction=code)
        for subject in (language, literature):
            yield Outline(subject=subject, grades=BASIC, instruction=code)
            for track in BOTH:
                yield Outline(subject=subject, grades=GENERAL, instruction=code, track=track)
        if code in ("kk", "ru"):
            joint = Subject(
                slug=f"{en.lower()}-joint",
                names={
                    "kk": f"{kk} тілі мен әдебиеті",
                    "ru": f"{ru}ий язык и литература",
                    "en": f"{en} language and literature",
                },
            )
            yield Outline(subject=joint, grades=BASIC, instruction="other")
            yield Outline(subject=joint, grades=GENERAL, instruction="other")
    for line in COMMON.strip().splitlines():
        slug, kk, ru, en, levels = line.split("|")
        subject = Subject(slug=slug, names={"kk": kk, "ru": ru, "en": en})
        for part in levels.split(","):
            grades = tuple(map(int, part.rstrip("+").split()))
            for track in BOTH if part.endswith("+") else ("",):
                yield Outline(subject=subject, grades=grades, track=track)


def national(objectives: int = 30_000) -> Catalogue:
    """A catalogue of about so many objectives, spread over all programmes and grades."""
    planned = list(outlines())
    each = max(1, objectives // sum(len(one.grades) for one in planned))
    subjects = {one.subject.slug: one.subject for one in planned}
    return catalogue(
        subjects.values(),
        (one for at, outline in enumerate(planned, 1) for one in filled(outline, at, each)),
    )


def filled(outline: Outline, appendix: int, each: int) -> Iterator[LearningObjective]:
    """The objectives of one programme: `each` of a grade."""
    programme = Programme(
        act=ACT,
        appendix=str(appendix),
        edition=EDITION,
        subject=outline.subject.slug,
        language_of_instruction=outline.instruction,
        track=outline.track,
        amended_by=AMENDED,
        valid_from="2023-09-01",
        valid_to="",
        level=level_of(outline.grades),
        grades=outline.grades,
        hours=tuple(
            Hours(grade=one, per_week=float(2 + appendix % 4), per_year=None) for one in outline.grades
        ),
    )
    for grade in outline.grades:
        serial = count(appendix * 7 + grade)
        for place in range(each):
            section, subsection, number = place % 4 + 1, place // 4 % 3 + 1, place // 12 + 1
            yield objective(programme, f"{grade}.{section}.{subsection}.{number}", next(serial))


def objective(programme: Programme, code: str, serial: int) -> LearningObjective:
    """One objective; its wording follows from the serial number."""
    grade, section, subsection = (int(part) for part in code.split(".")[:3])
    verb, thing, how = serial % 10, serial // 10 % 12, serial // 3 % 8
    kk = f"{KK_HOW[how]} {KK_THINGS[thing]} {KK_VERBS[verb]}"
    ru = f"{RU_VERBS[verb]} {RU_THINGS[thing]} {RU_HOW[how]}"
    smaller = (section + subsection) % 6
    texts = {"ru": ru} if int(programme.appendix) % 9 == 0 else {"kk": kk, "ru": ru}
    return LearningObjective(
        code=code,
        grade=grade,
        subject=programme.subject,
        track=programme.track,
        language_of_instruction=programme.language_of_instruction,
        wording_language="ru" if "kk" not in texts else "kk",
        quarters=tuple(sorted({serial % 4 + 1, serial // 4 % 4 + 1})) if serial % 5 else (),
        section=Section(number=section, names={"kk": KK_PARTS[section], "ru": RU_PARTS[section]}),
        subsection=Subsection(
            number=f"{section}.{subsection}",
            names={"kk": f"{KK_PARTS[smaller]} туралы түсінік", "ru": f"{RU_PARTS[smaller]}: первые сведения"}
            if serial % 7
            else {},
        ),
        texts=texts,
        programme=programme,
        source="official",
        official=tuple(texts),
        as_read={"ru": ru.replace(" ", " \u00ad", 1)} if serial % 40 == 0 else {},
    )


def passages(whole: Catalogue) -> Iterator[Passage]:
    """What the import would file of the objectives, for measuring a search."""
    for one in whole.all_objectives:
        for language, text in one.texts.items():
            place = f"{one.programme.key} {one.code}"
            yield Passage(
                id=passage_id(text=text, language=language, source=ACT, place=place, school=None),
                text=text,
                language=language,
                kind=Kind.OBJECTIVE,
                title=one.subject,
                subject=one.subject,
                grades=(one.grade,),
                codes=(one.code,),
                family=one.family,
                source=ACT,
                act=ACT,
                appendix=one.programme.appendix,
                edition=EDITION,
                place=one.code,
                track=one.track,
            )


class NationalLibrary:
    """The generated curriculum as the page asks for it: by codes and by words, without vectors."""

    def __init__(self, whole: Catalogue, more: Iterable[Passage] = (), *, past: Past | None = None) -> None:
        self.catalogue, self.past = whole, past or Past((), ())
        self._shelf = Shelf([*{one.id: one for one in (*passages(whole), *more)}.values()])
        self._codes = CodeBranch(self._shelf, whole)
        self._words = LexicalBranch(self._shelf)

    def search(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        school: str | None = None,
        limit: int = 50,
    ) -> tuple[Hit, ...]:
        """Passages by codes, then by words, one of each family."""
        query = Query(text=words, language=language, subject=subject, grade=grade, school=school, limit=limit)
        mask = self._shelf.mask(query)
        ranked = (*self._codes.rank(query, 50), *self._words.rank(query, 50))
        shown = [one.position for one in ranked]
        return tuple(
            Hit(
                passage=self._shelf.passages[self._shelf.shown(family, language, mask, shown)],
                rank=rank,
                score=1 / rank,
                ranks={},
            )
            for rank, family in enumerate(self._shelf.fold(ranked, limit), 1)
        )

    def topics(self, objective: LearningObjective) -> tuple[Topic, ...]:
        """No plan was read."""
        return ()

    def history(self, objective: LearningObjective) -> tuple[Change, ...]:
        """What editions changed in an objective."""
        return self.past.of(objective.programme.key, objective.code)

    def earlier(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        limit: int = 30,
    ) -> tuple[Change, ...]:
        """What superseded editions said."""
        return self.past.search(words, language=language, subject=subject, grade=grade, limit=limit)

    def editions(self) -> tuple[Switched, ...]:
        """The editions that were switched on."""
        return self.past.editions
