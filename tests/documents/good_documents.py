"""Documents as a careful teacher leaves them, made by hand: every check has nothing against them."""

from dataclasses import replace
from datetime import date
from typing import Any

from app.documents.brief import Brief, Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field, Source
from app.documents.form import Form
from app.documents.level import Level
from app.documents.material import gather
from app.documents.value import (
    Descriptor,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    Stage,
    Task,
    Text,
    Value,
)
from tests.documents.starter_briefs import DOCUMENT_ID, FRACTIONS, StarterShelf, brief_of

CODES = ("5.1.2.17", "5.1.2.18")
SOURCE = Source(passage_id="p1", code=CODES[0], source="s", edition="e", place="1")
WORDS = {
    "ru": {
        "aim": "Ученики объясняют правило ({codes}), решают задачи и проверяют ответ друг друга.",
        "teacher": "Педагог показывает правило на числовом примере и задаёт вопросы ({codes}).",
        "learner": "Ученики решают задания в парах и сверяют ответы по образцу на доске.",
        "assessment": "Взаимная проверка по дескрипторам, сигнальные карточки.",
        "resources": "Учебник, карточки, доска",
        "task 1": "Найдите сумму 1/2 и 1/3 и покажите её на рисунке.",
        "task 2": "Составьте задачу о пироге, который делят между друзьями, и решите её.",
        "task 3": "Сравните два способа решения и выберите более короткий.",
        "step": "Выполняет шаг {n} и записывает его",
        "more": "Задание из тетради, по выбору ученика: рисунок или расчёт.",
        "title": "План",
    },
    "kk": {
        "aim": "Оқушылар ережені түсіндіреді ({codes}), есептер шығарады және бір-бірінің жауабын тексереді.",
        "teacher": "Педагог ережені сандық мысалмен көрсетіп, сұрақтар қояды ({codes}).",
        "learner": "Оқушылар жұпта тапсырма орындап, жауабын тақтадағы үлгімен салыстырады.",
        "assessment": "Дескриптор бойынша өзара тексеру, белгі карточкалары.",
        "resources": "Оқулық, үлестірме қағаз, тақта",
        "task 1": "1/2 мен 1/3 қосындысын тауып, суретте көрсетіңіз.",
        "task 2": "Достарымен бөліскен бәліш туралы есеп құрастырып, оны шығарыңыз.",
        "task 3": "Екі шығару жолын салыстырып, қысқасын таңдаңыз.",
        "step": "{n}-қадамды орындап, жазып көрсетеді",
        "more": "Дәптердегі тапсырма, оқушының таңдауы бойынша: сурет немесе есептеу.",
        "title": "Жоспар",
    },
    "en": {
        "aim": "Learners explain the rule ({codes}), solve problems and check each other's answers.",
        "teacher": "The teacher shows the rule with a number example and asks questions ({codes}).",
        "learner": "Learners solve the tasks in pairs and compare their answers with the board.",
        "assessment": "Peer check by descriptors, signal cards.",
        "resources": "Textbook, cards, board",
        "task 1": "Find the sum of 1/2 and 1/3 and show it in a drawing.",
        "task 2": "Make up a problem about a pie that friends share, and solve it.",
        "task 3": "Compare two ways to the answer and choose the shorter one.",
        "step": "Does step {n} and writes it down",
        "more": "A task from the workbook, as the learner likes: a drawing or a sum.",
        "title": "Plan",
    },
}
ITEMS = {
    "ru": (
        ("Сколько будет 2 + 3?", ("4", "5", "6"), 1, "Складываем 2 и 3: получается 5."),
        ("Какая доля больше остальных?", ("одна пятая", "одна вторая", "одна десятая"), 1, "Половина, одна вторая, больше."),
        ("Чему равна половина от 10?", ("5", "20", "2"), 0, "Делим 10 на 2, получаем 5."),
        ("Кто делит пирог поровну?", ("Только первый", "Только второй", "Все трое"), 2, "Поровну делят все трое."),
    ),
}  # fmt: skip


def form(kind: Kind, language: str) -> Form:
    """A form with no words of its own but its name."""
    return Form(
        name=f"{kind}/1",
        language=language,
        title=WORDS[language]["title"],
        labels={},
        phrases={},
        secondary=False,
    )


def means_of(shelf: StarterShelf, brief: Brief) -> Means:
    return Means(material=gather(shelf, brief, school=None), form=form(brief.kind, brief.language))


def good_plan(shelf: StarterShelf, language: str = "ru", **more: Any) -> tuple[Document, Means]:
    """A plan of forty minutes and ten points for two objectives."""
    plain = {"codes": CODES, "day": date(2026, 11, 23), **more}
    brief = brief_of(Kind.PLAN, language, FRACTIONS, **plain)
    means, words = means_of(shelf, brief), WORDS[language]
    codes = ", ".join(brief.codes)
    said = {key: text.replace("{codes}", codes) for key, text in words.items()}

    def stage(minutes: int) -> Stage:
        return Stage(
            minutes=minutes,
            teacher=(said["teacher"],),
            learner=(said["learner"],),
            assessment=(said["assessment"],),
            resources=(said["resources"],),
        )

    def task(number: int, level: Level, *points: int) -> Task:
        steps = tuple(
            Descriptor(text=said["step"].format(n=place), points=one) for place, one in enumerate(points, 1)
        )
        return Task(
            text=said[f"task {number}"], code=CODES[number % 2], level=level, descriptors=steps, criterion=""
        )

    wordings = tuple(Objective(code=one.code, text=one.text(language)) for one in means.material.objectives)
    values: dict[str, Value] = {
        "header.organisation": Text(text="№ 1"),
        "header.section": Text(text=said["title"]),
        "header.teacher": Text(text="[—]"),
        "header.date": Text(text="23.11.2026"),
        "header.grade": Text(text="5 «А»"),
        "header.attendance_present": Number(),
        "header.attendance_absent": Number(),
        "header.topic": Text(text=said["title"]),
        "header.objectives": Objectives(objectives=wordings),
        "header.aim": Lines(lines=(said["aim"],)),
        "header.value": Text(text=said["title"]),
        "start.stage": stage(5),
        "middle.stage": stage(30),
        "middle.task.1": task(1, Level.APPLICATION, 1, 2),
        "middle.task.2": task(2, Level.SYNTHESIS, 2, 2),
        "middle.task.3": task(3, Level.EVALUATION, 1, 2),
        "end.stage": stage(5),
        "more.homework": Text(text=said["more"]),
        "more.differentiation": Lines(lines=(said["more"],)),
        "more.special": Text(text=said["more"]),
        "more.safety": Lines(lines=(said["more"],)),
        "more.reflection": Lines(lines=(said["more"],)),
    }
    fields = tuple(
        Field(id=name, label=f"«{name}»", value=value, sources=(SOURCE,) if name == "middle.stage" else ())
        for name, value in values.items()
    )
    return _document(brief, fields), means


def good_quiz(shelf: StarterShelf) -> tuple[Document, Means]:
    """A quiz of four questions in Russian."""
    brief = brief_of(Kind.QUIZ, "ru", FRACTIONS, codes=CODES, items=4, points=4)
    means = means_of(shelf, brief)
    wordings = tuple(Objective(code=one.code, text=one.text("ru")) for one in means.material.objectives)
    levels = (Level.KNOWLEDGE, Level.APPLICATION, Level.APPLICATION, Level.ANALYSIS)
    fields = [
        Field(id="header.topic", label="Тема", value=Text(text="Доли")),
        Field(id="header.objectives", label="Цели", value=Objectives(objectives=wordings)),
        Field(id="header.instructions", label="Указания", value=Text(text="Выберите один ответ.")),
    ]
    for number, (question, options, right, explanation) in enumerate(ITEMS["ru"], 1):
        value = Item(
            question=question,
            options=options,
            right=right,
            explanation=explanation,
            code=CODES[number % 2],
            level=levels[number - 1],
        )
        fields.append(Field(id=f"items.item.{number}", label=f"Вопрос {number}", value=value))
    return _document(brief, tuple(fields)), means


def good_letter(shelf: StarterShelf, body: str = "Просим зайти в школу в четверг.") -> tuple[Document, Means]:
    brief = brief_of(Kind.LETTER, "ru", FRACTIONS, codes=CODES, teacher="Омарова Гүлнар")
    texts = {"greeting": "Уважаемые родители!", "body": body, "closing": "С уважением, Омарова Гүлнар"}
    fields = tuple(
        Field(id=f"letter.{name}", label=name, value=Text(text=text)) for name, text in texts.items()
    )
    return _document(brief, fields), means_of(shelf, brief)


def with_value(document: Document, field_id: str, **changes: Any) -> Document:
    """The document with parts of one field's value changed."""
    field = document.field(field_id)
    return document.with_field(replace(field, value=replace(field.value, **changes)))


def without(document: Document, *field_ids: str) -> Document:
    return replace(document, fields=tuple(one for one in document.fields if one.id not in field_ids))


def _document(brief: Brief, fields: tuple[Field, ...]) -> Document:
    return Document(id=DOCUMENT_ID, brief=brief, form=f"{brief.kind}/1", title="t", fields=fields)
