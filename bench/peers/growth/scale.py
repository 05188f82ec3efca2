"""Positions of values and ticks on an axis."""

import math

STEPS = (1, 2, 5)


def _down(value):
    """Returns the largest of 1, 2, 5, 10, 20, 50, ... that is at most `value`."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return max(step * power for step in STEPS if step * power <= value * (1 + 1e-9))


def _up(value):
    """Returns the smallest of them that is at least `value`."""
    below = _down(value)
    return below if below >= value * (1 - 1e-9) else _next(below)


def _next(round_value):
    power = 10.0 ** math.floor(math.log10(round_value) + 1e-9)
    return next((step * power for step in STEPS if step * power > round_value * (1 + 1e-9)), 10 * power)


def _tidy(value):
    """Removes the rounding error of a power."""
    return float(f"{value:.6g}")


class Log:
    """A logarithmic scale from the smallest to the largest of some positive values."""

    def __init__(self, low, high):
        self.low, self.high = low, max(high, low * 1.001)

    @classmethod
    def around(cls, values):
        """Rounds both ends, so that no value is on the frame."""
        return cls(_tidy(_down(min(values) * 0.99)), _tidy(_up(max(values) * 1.01)))

    def place(self, value):
        """Returns 0 for the low end, 1 for the high end."""
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self):
        """Returns powers of ten, with 1, 2 and 5 of each if these are few."""
        found, value = [], _up(self.low)
        while value <= self.high * (1 + 1e-9):
            found.append(_tidy(value))
            value = _next(value)
        powers = [tick for tick in found if abs(math.log10(tick) % 1) < 1e-6]
        return powers if len(powers) >= 4 else found


class Linear:
    """A linear scale from zero to the largest of some values."""

    def __init__(self, high):
        self.low = 0.0
        self._step = _up(high / 6)
        self.high = _tidy(math.ceil(high * 1.01 / self._step) * self._step)

    @classmethod
    def around(cls, values):
        return cls(max(values))

    def place(self, value):
        return value / self.high

    def ticks(self):
        return [_tidy(number * self._step) for number in range(round(self.high / self._step) + 1)]
