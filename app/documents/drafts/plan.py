"""The short-term lesson plan: header, course in stages that fill the lesson, tasks with descriptors, and the tail."""

from collections.abc import Sequence
from dataclasses import replace

from app.documents import header, rules
from app.documents.brief import Brief, Kind
from app.documents.field import Field, Origin
from app.documents.form import Form, load
from app.documents.material import Material
from app.documents.practice import Practice, levels_of_a_plan
from app.documents.quotes import Quotes, quoted, sources
from app.documents.scene import Scene
from app.documents.value import Lines, Stage, Task, Text
from app.documents.variety import choose, variant
from knowledge.passage import Kind as PassageKind

# Start, middle and end of a lesson by its length. Source: order 130 gives 5-7, 25-30 and 5-7 minutes of 40.
MINUTES = {
    40: ((5, 30, 5), (5, 29, 6), (6, 28, 6), (7, 27, 6)),
    45: ((6, 33, 6), (7, 32, 6), (7, 31, 7), (6, 32, 7)),
}
MOST_LISTED = 6
FIRST_GRADE = 1


def build(brief: Brief, material: Material, form: Form) -> tuple[Field, ...]:
    """The plan as far as form and curriculum give it: whole, and marked where only a person or a model writes well.

    Raises:
        BadBrief: the length is not that of a lesson, or there are fewer points than tasks.
    """
    rules.check(brief)
    count = rules.tasks_of(brief)
    scene = Scene(brief, material, form)
    practice = Practice(brief, material, form, load(Kind.TASKS, brief.language))
    tasks = practice.fields(
        place="middle.task", write="plan.task", levels=levels_of_a_plan(count), points=brief.points
    )
    start, middle, end = choose(brief, "minutes", MINUTES[brief.minutes])
    return (
        *_header(brief, material, form, scene),
        _start(scene, start),
        _middle(scene, middle, [one.value for one in tasks if isinstance(one.value, Task)]),
        *tasks,
        _end(scene, end),
        *_tail(scene),
    )


def _header(brief: Brief, material: Material, form: Form, scene: Scene) -> tuple[Field, ...]:
    section = header.section_of(brief, material)
    return (
        header.given(form, "header.organisation", brief.organisation.strip(), Origin.TEACHER),
        header.given(form, "header.section", section, Origin.CURRICULUM),
        header.given(form, "header.teacher", brief.teacher.strip(), Origin.TEACHER),
        header.date(brief, form),
        header.grade(brief, form),
        *header.empty_numbers(form, "attendance_present", "attendance_absent"),
        header.topic(brief, material, form),
        header.objectives(brief, material, form),
        _aim(scene),
        header.given(form, "header.value", _value(brief, form)),
    )


def _aim(scene: Scene) -> Field:
    objectives = "; ".join(
        f"{one.code} {quoted(one.text(scene.language), scene.language)}" for one in scene.material.objectives
    )
    named = "terms" if scene.terms else "plain"
    lines = (
        *scene.phrase("aim.all", objectives=objectives),
        *scene.one(f"aim.most.{named}"),
        *scene.one("aim.some"),
    )
    return scene.to_write("header.aim", Lines(lines=lines), write="plan.aim", origin=Origin.CURRICULUM)


def _value(brief: Brief, form: Form) -> str:
    """The value of the month, "" without a day and in the holidays."""
    return next(iter(form.phrase(f"value.{brief.day.month}")), "") if brief.day else ""


def _start(scene: Scene, minutes: int) -> Field:
    value = _value(scene.brief, scene.form)
    stage = Stage(
        minutes=minutes,
        teacher=(
            *scene.routine("start", "teacher"),
            *(scene.phrase("start.value", value=quoted(value, scene.language)) if value else ()),
        ),
        learner=scene.routine("start", "learner"),
        assessment=scene.routine("start", "assessment"),
        resources=scene.routine("start", "resources"),
    )
    return scene.to_write("start.stage", stage, write="plan.start")


def _middle(scene: Scene, minutes: int, tasks: Sequence[Task]) -> Field:
    quotes = Quotes(scene.material, scene.language)
    codes = [one.code for one in scene.material.objectives]
    explained = next(filter(None, (quotes.take(one, "explain", quotes.stands_alone) for one in codes)), None)
    worked = next(
        filter(None, (quotes.take(one, "show", lambda each: each.is_worked) for one in codes)), None
    )
    teacher = (
        *(
            scene.one(
                "middle.explain",
                title=quoted(explained.passage.title, scene.language),
                sentence=quoted(explained.text, scene.language),
            )
            if explained
            else scene.one("middle.explain.plain")
        ),
        *(scene.one("middle.worked", sentence=quoted(worked.text, scene.language)) if worked else ()),
        *(scene.one("middle.terms") if scene.terms else ()),
        *_ways(scene, len(tasks)),
        *scene.phrase("middle.support"),
    )
    stage = Stage(
        minutes=minutes,
        teacher=teacher,
        learner=(
            *scene.one("middle.learner.listen"),
            *(scene.one("middle.learner.worked") if worked else ()),
            *scene.one("middle.learner.tasks"),
        ),
        assessment=_points(scene, tasks),
        resources=_resources(scene),
    )
    field = scene.to_write("middle.stage", stage, write="plan.middle", origin=Origin.CURRICULUM)
    return replace(field, sources=sources(scene.material.passages))


def _ways(scene: Scene, count: int) -> tuple[str, ...]:
    """How the tasks are done: alone, in pairs or in groups, in turn."""
    ways = scene.form.phrase("middle.ways")
    if count > MOST_LISTED:
        return scene.phrase("middle.tasks.many", count=count)
    first = variant(scene.brief, "ways", len(ways))
    said = [
        scene.phrase("middle.way", n=number, way=ways[(first + number - 1) % len(ways)])[0]
        for number in range(1, count + 1)
    ]
    return scene.phrase("middle.tasks", ways="; ".join(said))


def _points(scene: Scene, tasks: Sequence[Task]) -> tuple[str, ...]:
    total = sum(one.points for one in tasks)
    listed = "; ".join(
        scene.phrase("middle.points", n=number, points=one.points)[0]
        for number, one in enumerate(tasks[:MOST_LISTED], start=1)
    )
    sums = "middle.total" if len(tasks) <= MOST_LISTED else "middle.total.many"
    return (
        *scene.phrase(sums, listed=listed, total=total),
        *scene.one("middle.assessment"),
        *(scene.phrase("middle.no_marks") if scene.brief.grade == FIRST_GRADE else ()),
    )


def _resources(scene: Scene) -> tuple[str, ...]:
    cited: dict[str, None] = {}
    for one in scene.material.passages:
        if one.language == scene.language or one.kind is PassageKind.DOCUMENT:
            title = quoted(one.title or one.source, scene.language)
            name = "resource.document" if one.kind is PassageKind.DOCUMENT else "resource.note"
            cited.update(dict.fromkeys(scene.phrase(name, title=title, place=one.place)))
    return (*cited, *scene.rows(), *scene.phrase("middle.resources"))


def _end(scene: Scene, minutes: int) -> Field:
    stage = Stage(
        minutes=minutes,
        teacher=(*scene.routine("end", "teacher"), *scene.phrase("end.homework")),
        learner=scene.routine("end", "learner"),
        assessment=scene.routine("end", "assessment"),
        resources=scene.routine("end", "resources"),
    )
    return scene.to_write("end.stage", stage, write="plan.end")


def _tail(scene: Scene) -> tuple[Field, ...]:
    worked = any(one.is_worked for one in Quotes(scene.material, scene.language).all)
    homework = (
        *scene.one("homework.worked" if worked else "homework"),
        *(scene.one("homework.terms") if scene.terms else ()),
    )
    needs = scene.brief.special_needs.strip()
    special = scene.phrase("special.needs", needs=needs) if needs else scene.phrase("special.plain")
    safety = (*scene.phrase(f"safety.{scene.brief.subject}"), *scene.phrase("safety"))
    helped = (
        *scene.one("differentiation.support.terms" if scene.terms else "differentiation.support"),
        *scene.one("differentiation.extension"),
        *scene.one("differentiation.pace"),
    )
    return (
        scene.to_write("more.homework", Text(text=" ".join(homework)), write="plan.homework"),
        scene.to_write("more.differentiation", Lines(lines=helped), write="plan.differentiation"),
        scene.to_write(
            "more.special", Text(text="\n".join((*special, *scene.phrase("special")))), write="plan.special"
        ),
        Field(id="more.safety", label=scene.form.label("more.safety"), value=Lines(lines=safety)),
        scene.to_write(
            "more.reflection", Lines(lines=scene.routine("reflection", "questions")), write="plan.reflection"
        ),
    )
