"""Graphs as files: CSV holds every point, SVG is well-formed and small, whatever the graph."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import numpy as np
import pytest

from tui.report.explain import Tone
from tui.report.graphs.csv import csv_lines
from tui.report.graphs.scales import Unit
from tui.report.graphs.series import Graph, Series, Shape
from tui.report.graphs.svg import HEIGHT, WIDTH, svg_lines

COLOURS = {tone: f"#00000{number}" for number, tone in enumerate(Tone)}


def _series(shape: Shape, count: int, name: str = "values", sign: str = "v") -> Series:
    x = np.arange(count) * 1_000_001
    y = np.arange(count) * 7 % 1000
    return Series(name, sign, shape, Tone.GOOD, x, y, np.arange(count), np.maximum(y - 5, 0))


def _svg(graph: Graph, title: str = "a graph") -> str:
    first, last = graph.extent()
    return "\n".join(svg_lines(graph, title, (first, last + 1), (0, 1000), COLOURS, "#ffffff"))


def test_csv_has_a_line_a_point_with_nanoseconds_and_packet_numbers() -> None:
    bars, rates = (
        _series(Shape.BARS, 2, "segments"),
        Series('a, "b"', "1", Shape.LINE, Tone.GOOD, np.array([-1]), np.array([0.5]), np.array([41])),
    )
    rows = list(csv.reader(csv_lines(Graph("", Unit.RATE, (bars, rates), 0))))
    assert rows == [
        ["series", "time_s", "value", "low", "packet"],
        ["segments", "0.000000000", "0", "0", "1"],
        ["segments", "0.001000001", "7", "2", "2"],
        ['a, "b"', "-0.000000001", "0.5", "", "42"],
    ]


@pytest.mark.parametrize("shape", Shape)
def test_a_picture_is_well_formed_and_names_what_it_shows(shape: Shape) -> None:
    graph = Graph("", Unit.BYTES, (_series(shape, 30), _series(Shape.STEPS, 30, "others")), 30_000_000)
    root = ElementTree.fromstring(_svg(graph, "title <&> \x1b[31m"))
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    texts = [each.text or "" for each in root.iter() if each.tag.endswith("text")]
    assert "v values" in texts
    assert "v others" in texts
    assert "512 B" in texts
    assert any("title <&>" in text and "\x1b" not in text for text in texts)


@pytest.mark.parametrize("shape", [Shape.DOTS, Shape.STEPS, Shape.LINE])
def test_a_picture_of_very_many_points_stays_small(shape: Shape) -> None:
    graph = Graph("", Unit.BYTES, (_series(shape, 1_000_000),), 0)
    assert len(_svg(graph)) < 2_500_000
