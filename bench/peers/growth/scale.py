"""Where a value lies on an axis, and which values get a tick."""

import math

STEPS = (1, 2, 5)


def _down(value):
    """The greatest of 1, 2, 5, 10, 20, 50, ... that is not above `value`."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return max(step * power for step in STEPS if step * power <= value * (1 + 1e-9))


def _up(value):
    """The least of them that is not below."""
    below = _down(value)
    return below if below >= value * (1 - 1e-9) else _next(below)


def _next(round_value):
    power = 10.0 ** math.floor(math.log10(round_value) + 1e-9)
    return next((step * power for step in STEPS if step * power > round_value * (1 + 1e-9)), 10 * power)


def _tidy(value):
    """Without the error of a power's last digit."""
    return float(f"{value:.6g}")


class Log:
    """From the least to the greatest of some positive values, a decade as long as any other."""

    def __init__(self, low, high):
        self.low, self.high = low, max(high, low * 1.001)

    @classmethod
    def around(cls, values):
        """With round values at both ends, so that none lies on the frame."""
        return cls(_tidy(_down(min(values) * 0.99)), _tidy(_up(max(values) * 1.01)))

    def place(self, value):
        """0 at the low end, 1 at the high one."""
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self):
        """Powers of ten; 1, 2, 5 of each where those would be few."""
        found, value = [], _up(self.low)
        while value <= self.high * (1 + 1e-9):
            found.append(_tidy(value))
            value = _next(value)
        powers = [tick for tick in found if abs(math.log10(tick) % 1) < 1e-6]
        return powers if len(powers) >= 4 else found


class Linear:
    """From zero, as long as it takes for the greatest of some values."""

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
