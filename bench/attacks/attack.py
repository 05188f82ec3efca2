"""An attack: its name, the settings of its gateway, and the function that runs it."""

import dataclasses
import enum
from typing import Callable


class Target(enum.Enum):
    """The backend that attackers' calls go to; the other clients' calls always go to a healthy one."""
    SHARED = "the other clients' backend"
    SEPARATE = "a process of its own"
    RAW = "a port of the bench, where the attack plays the backend"


@dataclasses.dataclass(frozen=True)
class Attack:
    """`run` is called with a stage. It counts the attackers' results in `stage.tally` and reports each
    violated criterion with `stage.require`. Its docstring describes the weakness that it targets."""
    run: Callable
    title: str
    flags: tuple = ()
    target: Target = Target.SHARED
    tls: bool = False           # the gateway also has an HTTPS port
    waiting: int = 0            # number of other clients that wait for a slow response at any time
    starts_gateway: bool = True  # otherwise `run` does, and there are no other clients

    @property
    def name(self):
        return self.run.__name__.replace("_", "-")

    @property
    def weakness(self):
        return " ".join(self.run.__doc__.split())


def attack(title, **settings):
    """Returns an Attack for a function."""
    return lambda run: Attack(run, title, **settings)
