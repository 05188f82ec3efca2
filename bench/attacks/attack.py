"""An attack: what it is called, how the gateway is started for it, and the function that does it."""

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
    violated criterion with `stage.require`. Its docstring says which weakness it tries."""
    run: Callable
    title: str
    flags: tuple = ()
    target: Target = Target.SHARED
    tls: bool = False           # the gateway has an HTTPS port too
    waiting: int = 0            # how many of the other clients wait for a slow response at any time
    starts_gateway: bool = True  # otherwise `run` does, and there are no other clients

    @property
    def name(self):
        return self.run.__name__.replace("_", "-")

    @property
    def weakness(self):
        return " ".join(self.run.__doc__.split())


def attack(title, **settings):
    """Makes an Attack of a function."""
    return lambda run: Attack(run, title, **settings)
