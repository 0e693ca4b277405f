"""Where the parts of a chart go: inside the frame, on one scale, with few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.charts import BOTTOM, LEFT, RIGHT, TOP, TOP_WITH_LINES, Column, draw

values = st.floats(0, 1e6, allow_nan=False)


@given(st.lists(st.tuples(values, values), min_size=1, max_size=60))
def test_every_column_is_inside_the_frame(pairs: list[tuple[float, float]]) -> None:
    columns = [Column(place, place + 1, *pair) for place, pair in enumerate(pairs)]
    chart = draw(columns, [], since=0, until=len(columns))
    for box in (*chart.filled, *chart.outlined):
        assert box.x >= LEFT - 1e-6
        assert box.x + box.width <= RIGHT + 1e-6
        assert box.y >= TOP - 1e-6
        assert box.y + box.height == pytest.approx(BOTTOM)


@given(values)
def test_a_few_round_numbers_stand_beside_the_columns(highest: float) -> None:
    chart = draw([Column(0, 1, highest)], [], since=0, until=1)
    assert 2 <= len(chart.heights) <= 6
    assert chart.heights[0].text == "0"
    assert chart.heights[-1].at == pytest.approx(TOP)


def test_two_series_share_a_scale() -> None:
    chart = draw([Column(0, 1, 50, 100)], [], since=0, until=1)
    assert chart.outlined[0].height == pytest.approx(2 * chart.filled[0].height)


def test_one_series_is_enough() -> None:
    chart = draw([Column(0, 1, outlined=100), Column(1, 2, filled=7)], [], since=0, until=2)
    assert (len(chart.filled), len(chart.outlined)) == (1, 1)


def test_the_words_of_upright_lines_have_room_above_the_columns() -> None:
    chart = draw([Column(0, 1, 100)], [], since=0, until=1, lines=[(0.5, "Start")])
    assert chart.filled[0].y == pytest.approx(TOP_WITH_LINES)


def test_words_at_the_edges_stay_inside() -> None:
    chart = draw([Column(0, 10, 1)], [(0, "first"), (5, "middle"), (10, "last")], since=0, until=10)
    assert [it.anchor for it in chart.places] == ["start", "middle", "end"]


def test_an_upright_line_has_its_words_on_the_roomier_side() -> None:
    chart = draw([Column(0, 10, 1)], [], since=0, until=10, lines=[(1, "Start"), (9, "Late")])
    assert [it.anchor for it in chart.lines] == ["start", "end"]
