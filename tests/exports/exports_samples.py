"""Documents made by hand for the tests of files: one of each kind, in the language asked for; all people invented."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from app.documents import Brief, Document, Field, Kind, Level, Origin, State, Value
from app.documents.field import Source
from app.documents.form import Form
from app.documents.value import (
    Criterion,
    Descriptor,
    Glossary,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    PlanRow,
    Stage,
    Task,
    TermRow,
    Text,
)
from app.exports.mark import Mark

ID = UUID("01936f7e-0000-7000-8000-000000000004")
RECEIPT = "7K3M-9QXT-2BVH"
MARK = Mark(
    receipt=RECEIPT,
    made_at=datetime(2026, 11, 30, 9, 15, tzinfo=UTC),
    app_version="0.1.0",
    document=ID,
    revision=3,
    models=("Бақылау моделі 1.5",),
)
SOURCE = Source(
    passage_id="p1",
    code="5.1.2.3",
    source="Үлгілік бағдарлама, № 399 бұйрық",
    edition="2022-09-16",
    place="12-тармақ",
)
LANGUAGES = ("kk", "ru", "en")

WORDS: dict[str, dict[str, str]] = {
    "kk": {
        "title": "Қысқа мерзімді жоспар",
        "topic": "Бөлшектерді салыстыру",
        "objective": "бөлімдері әртүрлі жай бөлшектерді салыстырады",
        "aim": "Оқушылар бөлшектерді ортақ бөлімге келтіріп салыстырады және таңдауын түсіндіреді.",
        "teacher": "Алма мен нанды бөлу мысалын тақтаға сызып, сұрақ қояды: қай бөлік үлкен?",
        "learner": "Жұпта талқылап, жауабын сызба арқылы дәлелдейді.",
        "assessment": "Ауызша кері байланыс: «екі жұлдыз, бір тілек».",
        "resource": "Оқулық, бөлшек жолақтары",
        "task": "2/3 пен 3/4 бөлшектерін салыстыр. Шешімін сызбамен көрсет те, екі сөйлеммен түсіндір.",
        "step1": "Ортақ бөлімді табады",
        "step2": "Бөлшектерді ортақ бөлімге келтіреді",
        "step3": "Салыстыру белгісін қойып, түсіндіреді",
        "answer": "2/3 = 8/12, 3/4 = 9/12, сондықтан 2/3 < 3/4.",
        "text": "Бөлшек – бүтіннің бөлігі. Бөлімі бірдей бөлшектердің алымы үлкені үлкен болады.",
        "question": "Қай бөлшек үлкен?",
        "explain": "Ортақ бөлімге келтірген соң алымдарды салыстырамыз.",
        "criterion": "Бөлшектерді салыстырып, нәтижесін түсіндіреді",
        "level1": "Қатесіз салыстырады және әр қадамын түсіндіреді",
        "level2": "Салыстырады, бірақ түсіндіруі толық емес",
        "level3": "Көмекпен салыстырады",
        "hint": "сыныпқа сай мысал",
        "organisation": "«Болашақ» орта мектебі",
        "person": "А. Үлгібаева",
    },
    "ru": {
        "title": "Краткосрочный план урока",
        "topic": "Сравнение дробей",
        "objective": "сравнивает обыкновенные дроби с разными знаменателями",
        "aim": "Ученики приводят дроби к общему знаменателю, сравнивают их и поясняют свой выбор.",
        "teacher": "Рисует на доске деление яблока и хлеба, спрашивает: какая часть больше?",
        "learner": "Обсуждают в парах, доказывают ответ рисунком.",
        "assessment": "Устная обратная связь: «две звезды, одно пожелание».",
        "resource": "Учебник, полоски дробей",
        "task": "Сравни дроби 2/3 и 3/4. Покажи решение рисунком и объясни двумя предложениями.",
        "step1": "Находит общий знаменатель",
        "step2": "Приводит дроби к общему знаменателю",
        "step3": "Ставит знак сравнения и поясняет",
        "answer": "2/3 = 8/12, 3/4 = 9/12, поэтому 2/3 < 3/4.",
        "text": "Дробь есть часть целого. Из дробей с одним знаменателем больше та, у которой больше числитель.",
        "question": "Какая дробь больше?",
        "explain": "Приводим к общему знаменателю и сравниваем числители.",
        "criterion": "Сравнивает дроби и поясняет результат",
        "level1": "Сравнивает без ошибок и поясняет каждый шаг",
        "level2": "Сравнивает, но поясняет не полностью",
        "level3": "Сравнивает с помощью",
        "hint": "пример для этого класса",
        "organisation": "Средняя школа «Болашак»",
        "person": "А. Образцова",
    },
    "en": {
        "title": "Short-term lesson plan",
        "topic": "Comparing fractions",
        "objective": "compares common fractions with different denominators",
        "aim": "Learners bring fractions to a common denominator, compare them and explain their choice.",
        "teacher": "Draws an apple and a loaf being shared and asks which part is larger.",
        "learner": "Discuss in pairs and prove the answer with a drawing.",
        "assessment": "Spoken feedback: two stars and a wish.",
        "resource": "Textbook, fraction strips",
        "task": "Compare 2/3 and 3/4. Show it in a drawing and explain it in two sentences.",
        "step1": "Finds a common denominator",
        "step2": "Brings the fractions to it",
        "step3": "Sets the sign and explains",
        "answer": "2/3 = 8/12, 3/4 = 9/12, so 2/3 < 3/4.",
        "text": "A fraction is a part of a whole. With equal denominators the larger numerator is the larger fraction.",
        "question": "Which fraction is larger?",
        "explain": "With a common denominator the numerators are compared.",
        "criterion": "Compares fractions and explains the result",
        "level1": "Compares without a mistake and explains each step",
        "level2": "Compares, but does not explain everything",
        "level3": "Compares with help",
        "hint": "an example for this class",
        "organisation": "Bolashak school",
        "person": "A. Sample",
    },
}
LABELS: dict[str, dict[str, str]] = {
    "kk": {
        "header.organisation": "Білім беру ұйымының атауы",
        "header.section": "Бөлімі",
        "header.teacher": "Педагогтің аты-жөні",
        "header.date": "Күні",
        "header.grade": "Сынып",
        "header.attendance_present": "Қатысушылар саны",
        "header.attendance_absent": "Қатыспағандар саны",
        "header.topic": "Сабақтың тақырыбы",
        "header.objectives": "Оқу бағдарламасына сәйкес оқу мақсаты",
        "header.aim": "Сабақтың мақсаты",
        "header.value": "Айдың құндылығы",
        "start.stage": "Сабақтың басы",
        "middle.stage": "Сабақтың ортасы",
        "end.stage": "Сабақтың соңы",
        "task": "-тапсырма",
        "more.homework": "Үй тапсырмасы",
        "more.differentiation": "Саралау",
        "more.safety": "Қауіпсіздік",
        "more.reflection": "Рефлексия",
    },
    "ru": {
        "header.organisation": "Наименование организации образования",
        "header.section": "Раздел",
        "header.teacher": "ФИО педагога",
        "header.date": "Дата",
        "header.grade": "Класс",
        "header.attendance_present": "Количество присутствующих",
        "header.attendance_absent": "Количество отсутствующих",
        "header.topic": "Тема урока",
        "header.objectives": "Цели обучения в соответствии с учебной программой",
        "header.aim": "Цель урока",
        "header.value": "Ценность месяца",
        "start.stage": "Начало урока",
        "middle.stage": "Середина урока",
        "end.stage": "Конец урока",
        "task": "-е задание",
        "more.homework": "Домашнее задание",
        "more.differentiation": "Дифференциация",
        "more.safety": "Безопасность",
        "more.reflection": "Рефлексия",
    },
}


def label(language: str, place: str) -> str:
    """What the sample's form calls a place."""
    return LABELS.get(language, {}).get(place, place.rpartition(".")[2].replace("_", " ").capitalize())


def form(kind: Kind, language: str, *, secondary: bool = False) -> Form:
    """A form of the kind with a title and nothing else."""
    title = WORDS[language]["title"] if kind is Kind.PLAN else f"{kind} {WORDS[language]['topic']}"
    return Form(name=f"{kind}/1", language=language, title=title, labels={}, phrases={}, secondary=secondary)


def field(language: str, place: str, value: Value, **more: object) -> Field:
    """A field whose label is the sample form's."""
    made = Field(id=place, label=label(language, place), value=value)
    return replace(made, **more)  # type: ignore[arg-type]


def task(language: str, number: int) -> Task:
    """A task of ten points."""
    say = WORDS[language]
    steps = tuple(
        Descriptor(text=say[f"step{one}"], points=points) for one, points in ((1, 3), (2, 4), (3, 3))
    )
    return Task(
        text=f"{say['task']} ({number})",
        code="5.1.2.3",
        level=Level.ANALYSIS,
        descriptors=steps,
        criterion=say["criterion"],
        answer=say["answer"],
    )


def stage(language: str, minutes: int) -> Stage:
    """A stage with something in each column."""
    say = WORDS[language]
    return Stage(
        minutes=minutes,
        teacher=(say["teacher"], say["task"]),
        learner=(say["learner"],),
        assessment=(say["assessment"],),
        resources=(say["resource"],),
    )


def header(language: str) -> list[Field]:
    """What every kind has at its head."""
    say = WORDS[language]
    objective = Objective(code="5.1.2.3", text=say["objective"])
    return [
        field(language, "header.topic", Text(text=say["topic"])),
        field(language, "header.objectives", Objectives(objectives=(objective,)), sources=(SOURCE,)),
    ]


def plan(language: str) -> list[Field]:
    """The fields of a lesson plan."""
    say = WORDS[language]
    topic, objectives = header(language)
    tasks = [
        replace(
            field(language, f"middle.task.{one}", task(language, one)),
            label=f"{one}{label(language, 'task')}",
        )
        for one in (1, 2, 3)
    ]
    return [
        field(language, "header.organisation", Text(text=say["organisation"])),
        field(language, "header.section", Text(text="5.1B")),
        field(language, "header.teacher", Text(text=say["person"])),
        field(language, "header.date", Text(text="02.12.2026")),
        field(language, "header.grade", Text(text="5 «Ә»")),
        field(language, "header.attendance_present", Number()),
        field(language, "header.attendance_absent", Number()),
        topic,
        objectives,
        field(language, "header.aim", Text(text=say["aim"]), origin=Origin.MODEL, receipt=RECEIPT),
        field(language, "header.value", Text(text=say["text"])),
        field(language, "start.stage", stage(language, 5)),
        field(language, "middle.stage", stage(language, 30)),
        *tasks,
        field(language, "end.stage", stage(language, 5), state=State.TO_WRITE, hint=say["hint"]),
        field(language, "more.homework", Text(text=say["task"])),
        field(language, "more.differentiation", Lines(lines=(say["level1"], say["level3"]))),
        field(language, "more.safety", Text(text=say["text"])),
        field(language, "more.reflection", Lines(lines=(say["question"],))),
    ]


def items(language: str) -> list[Field]:
    """Five questions."""
    say = WORDS[language]
    made = [
        Item(
            question=f"{say['question']} ({one})",
            options=(f"2/{one}", f"3/{one}", "1/12", "1"),
            right=1,
            explanation=say["explain"],
            code="5.1.2.3",
        )
        for one in range(3, 8)
    ]
    return [field(language, f"items.item.{number}", one) for number, one in enumerate(made, start=1)]


def assessment(language: str) -> list[Field]:
    """Criteria, tasks and the scale of a summative assessment."""
    say = WORDS[language]
    return [
        field(language, "criteria.criterion.1", Criterion(text=say["criterion"], code="5.1.2.3")),
        *(field(language, f"tasks.task.{one}", task(language, one)) for one in (1, 2)),
        field(
            language, "scale.scale", Lines(lines=("0–39 % — 2", "40–64 % — 3", "65–84 % — 4", "85–100 % — 5"))
        ),
    ]


def body(kind: Kind, language: str) -> list[Field]:
    """The fields of a kind after its header."""
    say = WORDS[language]
    levels = (say["level1"], say["level2"], say["level3"])
    row = PlanRow(
        number=1,
        section="5.1B",
        topic=say["topic"],
        objectives=(Objective(code="5.1.2.3", text=say["objective"]),),
        hours=2,
        date="02.12",
        note=say["resource"],
    )
    terms = (TermRow(kk="бөлшек", ru="дробь", en="fraction", meaning=say["text"]),)
    made: dict[Kind, list[Field]] = {
        Kind.QUIZ: items(language),
        Kind.TASKS: [field(language, f"tasks.task.{one}", task(language, one)) for one in (1, 2)],
        Kind.UNIT: assessment(language),
        Kind.TERM: assessment(language),
        Kind.RUBRIC: [
            field(
                language,
                f"rows.criterion.{one}",
                Criterion(text=say["criterion"], code="5.1.2.3", levels=levels),
            )
            for one in (1, 2)
        ],
        Kind.DIFFERENTIATION: [
            field(language, f"versions.{one}", Text(text=f"{say['text']} ({one})"))
            for one in ("base", "easier", "harder", "special")
        ],
        Kind.GLOSSARY: [field(language, "terms.glossary", Glossary(terms=terms))],
        Kind.LETTER: [
            field(language, f"letter.{one}", Text(text=f"{say['text']} ({one})"))
            for one in ("greeting", "body", "closing")
        ],
        Kind.CALENDAR: [field(language, f"rows.row.{one}", replace(row, number=one)) for one in (1, 2, 3)],
    }
    return made[kind]


def document(kind: Kind, language: str) -> Document:
    """A whole document of the kind."""
    brief = Brief(
        kind=kind,
        language=language,  # type: ignore[arg-type]
        subject="mathematics",
        grade=5,
        programme="mathematics/5-6",
        codes=("5.1.2.3",),
        day=date(2026, 12, 2),
    )
    fields = plan(language) if kind is Kind.PLAN else [*header(language), *body(kind, language)]
    title = f"{form(kind, language).title}: {WORDS[language]['topic']}"
    return Document(id=ID, brief=brief, form=f"{kind}/1", title=title, fields=tuple(fields), revision=3)
