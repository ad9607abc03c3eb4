"""The registry of scenarios: each has a path, a sentence about itself, and a function of an Exchange."""

from dataclasses import dataclass
from typing import Callable

from connection import CLOSE


@dataclass(frozen=True)
class Scenario:
    path: str
    about: str
    play: Callable
    streams: bool  # reads the request's body itself, or does not


SCENARIOS = {}


def add(path, about, play, streams=False):
    if path in SCENARIOS:
        raise ValueError(f"two scenarios {path}")
    SCENARIOS[path] = Scenario(path, about, play, streams)


def scenario(path, streams=False):
    """Decorates a function of an Exchange; the function's documentation says what it does."""

    def register(play):
        add(path, " ".join(play.__doc__.split()), play, streams)
        return play

    return register


def says(path, about, answer, then=CLOSE):
    """A scenario that sends these bytes whatever was asked, and then keeps, ends or stalls the connection."""

    def play(exchange):
        exchange.send(answer)
        exchange.connection.end(then)

    add(path, f"{about}; then: {then}", play)
