"""The pictures of attendance in numbers: which column stands for what. Draws what aggregates hand out; asks no database."""

from datetime import timedelta

from kiosk.admin.services.aggregates import LectureNumbers, ModuleNumbers
from kiosk.domain.aggregates import Stretch
from kiosk.domain.charts import Chart, Column, draw

LABELS = 4
_MARGIN = 0.15
_STEPS = (5, 10, 15, 30, 60, 120)


def chart_of_weeks(numbers: ModuleNumbers) -> Chart | None:
    """A column a week: expected as the outline, there as what fills it; None when no week can be shown."""
    weeks = numbers.weeks
    if not any(week.shown.turnouts for week in weeks):
        return None
    columns = [
        Column(place + _MARGIN, place + 1 - _MARGIN, week.shown.there, week.shown.expected)
        for place, week in enumerate(weeks)
        if week.shown.turnouts
    ]
    every = -(-len(weeks) // LABELS)
    places = [
        (place + 0.5, f"{week.monday.day} {week.monday:%b}") for place, week in enumerate(weeks) if place % every == 0
    ]
    return draw(columns, places, since=0, until=len(weeks))


def chart_of_heads(numbers: ModuleNumbers) -> Chart | None:
    """A column a lecture that somebody counted: in the room as the outline, recorded as what fills it."""
    counted = numbers.counted
    if not counted:
        return None
    columns = [
        Column(place + _MARGIN, place + 1 - _MARGIN, heads.there, heads.in_room)
        for place, (_, heads) in enumerate(counted)
    ]
    every = -(-len(counted) // LABELS)
    places = [
        (place + 0.5, f"{held.on.day} {held.on:%b}") for place, (held, _) in enumerate(counted) if place % every == 0
    ]
    return draw(columns, places, since=0, until=len(counted))


def chart_of_minutes(numbers: LectureNumbers) -> Chart | None:
    """A column a stretch, as high as people came a minute, so that its area is how many; None for fewer than two."""
    if numbers.arrivals is None or len(numbers.arrivals.stretches) < 2:
        return None
    lecture, stretches = numbers.lecture, numbers.arrivals.stretches
    ends = [minutes_of(numbers, it) for it in stretches]
    columns = [Column(start, end, it.people / (end - start)) for it, (start, end) in zip(stretches, ends, strict=True)]
    since, until = ends[0][0], ends[-1][1]
    step = next((it for it in _STEPS if (until - since) / it <= LABELS + 1), _STEPS[-1])
    places = [(float(place), signed(place)) for place in range(since, until + 1) if place % step == 0]
    late = int((lecture.late_at - lecture.starts_at) / timedelta(minutes=1))
    lines = [(float(place), words) for place, words in ((0, "Start"), (late, "Late")) if since < place < until]
    return draw(columns, places, since=since, until=until, lines=lines)


def minutes_of(numbers: LectureNumbers, stretch: Stretch) -> tuple[int, int]:
    """When a stretch begins and ends, in minutes from the start of the lecture."""
    first = int((numbers.since - numbers.lecture.starts_at) / timedelta(minutes=1))
    return first + stretch.first * numbers.minutes, first + (stretch.last + 1) * numbers.minutes


def signed(minutes: int) -> str:
    """Minutes before or after the start, with a real minus sign."""
    return f"{minutes:+d}".replace("-", "−") if minutes else "0"


def busiest(numbers: LectureNumbers) -> Stretch | None:
    """The stretch in which most came a minute, of those that stand for arrivals alone."""
    found = numbers.arrivals
    if found is None:
        return None
    is_mixed = found.untimed is None or found.missing is None
    alone = found.stretches[:-1] if is_mixed else found.stretches
    return max(alone, key=lambda it: it.people / (it.last + 1 - it.first), default=None)
