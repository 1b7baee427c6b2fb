"""Draw a traced outline again with as few quadratic curves as a tolerance allows."""

from __future__ import annotations

import cmath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import RecordingPen

# Where a piece is compared with what stands in for it, as parts of its way; its start is the end of another.
_SAMPLES = np.linspace(0, 1, 5)[1:]
# More pieces than this never come down to one curve.
_LONGEST = 16
# How often the samples are moved along a curve to where they are nearest to it.
_ROUNDS = 3


@dataclass(frozen=True)
class Piece:
    """A line or a quadratic curve as complex numbers; a line has its middle for its control."""

    start: complex
    control: complex
    end: complex

    def samples(self) -> Any:
        """Return points on it, the last of them its end."""
        return _curve(self.start, self.control, self.end, _SAMPLES)

    def bend(self, before: Piece) -> float:
        """Return the angle between it and the piece before it, in radians."""
        ahead, behind = self.control - self.start, before.end - before.control
        return abs(cmath.phase(ahead / behind)) if ahead and behind else 0


def fitted(recorded: Any, tolerance: float) -> Iterator[list[tuple[complex, bool]]]:
    """Yield the contours of a recorded drawing on whole units, as points and whether each is on the curve.

    No sample of the drawing is farther than `tolerance` units from what is yielded, except where a curve by
    itself, rounded to whole units, is.
    """
    for pieces in _contours(recorded):
        points = _drop_implied(_fewest(pieces, tolerance))
        if len(points) > 2:
            yield points


def _contours(recorded: Any) -> Iterator[list[Piece]]:
    """Yield the contours of a drawing as pieces that are quadratic within a quarter of a unit."""
    quadratic = RecordingPen()
    recorded.replay(Cu2QuPen(quadratic, 0.25))
    for operator, values in quadratic.value:
        points = [complex(*point) for point in values]
        if operator == "moveTo":
            first, at, pieces = points[0], points[0], []
        elif operator == "closePath":
            yield [piece for piece in (*pieces, _line(at, first)) if piece.start != piece.end]
        elif operator == "lineTo":
            pieces.append(_line(at, points[0]))
            at = points[0]
        else:
            for control, end in decomposeQuadraticSegment(values):
                pieces.append(Piece(at, complex(*control), complex(*end)))
                at = pieces[-1].end


def _line(start: complex, end: complex) -> Piece:
    return Piece(start, (start + end) / 2, end)


def _fewest(pieces: list[Piece], tolerance: float) -> list[tuple[complex, bool]]:
    """Return the points of a contour with the fewest points, among those whose nodes are its own.

    Dynamic programming over the nodes, from the sharpest corner on: `best` has for each node how few points
    lead to it, from which node, and by which control.
    """
    if not pieces:
        return []
    corner = max(range(len(pieces)), key=lambda number: pieces[number].bend(pieces[number - 1]))
    pieces = pieces[corner:] + pieces[:corner]
    nodes = [_rounded(piece.start) for piece in (*pieces, pieces[0])]
    samples = [piece.samples() for piece in pieces]
    best: list[tuple[float, int, complex | None]] = [(0, 0, None)] + [(cmath.inf, 0, None)] * len(pieces)
    for start, piece in enumerate(pieces):
        for end in range(start + 1, min(len(pieces), start + _LONGEST) + 1):
            found = _stand_in(nodes[start], nodes[end], np.concatenate(samples[start:end]), tolerance)
            if found is None and end == start + 1:
                found = (2, _rounded(piece.control))
            if found is None:
                break
            cost = best[start][0] + found[0]
            if cost < best[end][0]:
                best[end] = (cost, start, found[1])
    points: list[tuple[complex, bool]] = []
    end = len(pieces)
    while end:
        _, start, control = best[end]
        points += [(nodes[end], True)] + ([(control, False)] if control is not None else [])
        end = start
    return points[::-1]


def _stand_in(start: complex, end: complex, samples: Any,
              tolerance: float) -> tuple[int, complex | None] | None:
    """Return how many points a line or curve takes that passes all samples, and the curve's control.

    None where none does. The control is the one of least squares, for samples at parts of the way, which are
    then moved along the curve by Newton's method.
    """
    if _off_line(start, end, samples) <= tolerance:
        return 1, None
    way = np.cumsum(np.abs(np.diff(np.concatenate(([start], samples)))))
    part, inner = way[:-1] / way[-1], samples[:-1]
    for turn in range(_ROUNDS + 1):
        weight = 2 * part * (1 - part)
        square = (weight * weight).sum()
        if square == 0:
            return None
        control = (weight * (inner - (1 - part) ** 2 * start - part ** 2 * end)).sum() / square
        if turn < _ROUNDS:
            part = _nearest(start, control, end, (inner, part))
    control = _rounded(control)
    off = np.abs(_curve(start, control, end, part) - inner).max()
    return (2, control) if off <= tolerance else None


def _off_line(start: complex, end: complex, samples: Any) -> float:
    """Return how far the farthest sample is from a line."""
    along = end - start
    if along == 0:
        return float(np.abs(samples - start).max())
    part = np.clip(((samples - start) / along).real, 0, 1)
    return float(np.abs(samples - start - part * along).max())


def _nearest(start: complex, control: complex, end: complex, of: tuple[Any, Any]) -> Any:
    """Return, after one step of Newton's, the parts of a curve nearest to samples; `of` is both."""
    samples, part = of
    off = _curve(start, control, end, part) - samples
    speed = 2 * ((1 - part) * (control - start) + part * (end - control))
    bend = 2 * (end - 2 * control + start)
    slope = np.abs(speed) ** 2 + (off * np.conj(bend)).real
    step = np.divide((off * np.conj(speed)).real, slope, out=np.zeros_like(slope), where=slope > 0)
    return np.clip(part - step, 0, 1)


def _curve(start: complex, control: complex, end: complex, part: Any) -> Any:
    return (1 - part) ** 2 * start + 2 * part * (1 - part) * control + part ** 2 * end


def _rounded(point: complex) -> complex:
    return complex(round(point.real), round(point.imag))


def _drop_implied(points: list[tuple[complex, bool]]) -> list[tuple[complex, bool]]:
    """Leave out each point that TrueType puts in the middle of two controls, to half a unit."""
    kept = []
    for number, (point, on) in enumerate(points):
        (before, on_before), (after, on_after) = points[number - 1], points[(number + 1) % len(points)]
        middle = (before + after) / 2 - point
        implied = on and not on_before and not on_after and max(abs(middle.real), abs(middle.imag)) <= 0.5
        if not implied:
            kept.append((point, on))
    return kept
