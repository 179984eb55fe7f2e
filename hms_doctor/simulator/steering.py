"""The timeline of a running simulator: what is played now, for how long, what comes next, and who hears of it."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import Final, TypeAlias

from hms_doctor.model.room.wish import Joining
from hms_doctor.simulator import steering_says as says
from hms_doctor.simulator.crowd import Member
from hms_doctor.simulator.faults import every_fault
from hms_doctor.simulator.simulator import Simulator
from hms_doctor.simulator.steering_met import AT_ONCE, met
from hms_doctor.simulator.steering_parts import (
    Coming,
    End,
    Lasting,
    Outcome,
    Part,
    Reply,
    Showing,
    Unknown,
    Until,
)
from hms_doctor.simulator.steering_timers import Cancel, Timers
from hms_doctor.simulator.steering_words import (
    HEALTHY,
    WORDS,
    Faults,
    Misheard,
    Nothing,
    Play,
    Question,
    Quit,
    Start,
    Wish,
)
from hms_doctor.simulator.switching import Everyone, Named, Others, Peers, shared_by_all

LookUp: TypeAlias = Callable[[str], Part | Unknown]
_MOST_TO_COME: Final = 100
_MOST_NAMED: Final = 100


class Steering:
    """Plays wishes on an open simulator; ``tell`` is given a line for all that happens. ``close`` ends it."""

    def __init__(
        self,
        simulator: Simulator,
        first: Part,
        look_up: LookUp,
        *,
        timers: Timers,
        tell: Callable[[str], None],
        trust: tuple[str, ...] = (),  # what is answered to that question
    ) -> None:
        self.trust = trust
        self._simulator = simulator
        self._look_up = look_up
        self._timers = timers
        self._tell = tell
        self._lasting: dict[Peers, Showing] = {Everyone(): Showing(part=first, since=timers.now())}
        self._brief: dict[Peers, tuple[Showing, Cancel]] = {}
        self._coming: dict[object, Coming] = {}
        simulator.ground.crowd.came = self._came
        simulator.ground.crowd.gone = self._gone

    def close(self) -> None:
        """Let nothing more happen; what is played stays."""
        for coming in self._coming.values():
            coming.cancel()
        for _showing, cancel in self._brief.values():
            cancel()
        self._coming.clear()
        self._brief.clear()

    @property
    def coming(self) -> tuple[Coming, ...]:
        """What waits for its moment."""
        return tuple(self._coming.values())

    @property
    def showing(self) -> dict[Peers, Showing]:
        """What is in force, for everyone and for those to whom something of their own is played."""
        return {**self._lasting, **{peers: showing for peers, (showing, _cancel) in self._brief.items()}}

    def parts(self) -> Iterator[Part]:
        """Give what a backend can play, in the order of the faults."""
        for name in every_fault():
            part = self._look_up(name)
            if isinstance(part, Part):
                yield part

    def can_play(self, part: Part) -> bool:
        """Whether it can be played without a new start."""
        return not self._simulator.ground.playing.settled(part.scenario)

    @property
    def present(self) -> tuple[Member, ...]:
        """Who is in the room."""
        return self._simulator.ground.crowd.present

    def shown_to(self, member: Member) -> Showing:
        """Give what is in force for one peer in the room."""
        showing = self.showing
        own = showing.get(Named(name=member.peer_id)) or showing.get(Named(name=member.name))
        return own or showing[Everyone()]

    def hear(self, wish: Wish) -> Reply:
        """Do what was said; it never waits and never raises."""
        match wish:
            case Play():
                return self._hear_play(wish)
            case Question() | Faults() as question:
                from hms_doctor.simulator.steering_answers import answer

                return Reply(outcome=Outcome.TOLD, lines=tuple(answer(question, self)))
            case Quit():
                return Reply(outcome=Outcome.ENDS)
            case Misheard(why=why):
                return Reply(outcome=Outcome.REFUSED, lines=(f"{why}; `help` tells what can be said",))
            case Nothing():
                return Reply(outcome=Outcome.TOLD)

    def _hear_play(self, play: Play) -> Reply:
        match self._look_up(play.fault):
            case Unknown(why=why):
                return Reply(outcome=Outcome.REFUSED, lines=(_nearest_word(play.fault) or why,))
            case Part() as part:
                return self._hear_part(play, self._fitting(play.fault, part))

    def _fitting(self, said: str, part: Part) -> Part:
        """Give another fault of the same code where a code was said whose first fault needs a new start."""
        if self.can_play(part) or not said.isdecimal():
            return part
        fits = [other for other in self.parts() if other.code == part.code and self.can_play(other)]
        if self.present:  # what those in the room meet at once comes first
            fits.sort(key=lambda other: other.scenario.joins is not Joining.JOINS or met(other.scenario) != AT_ONCE)
        if not fits:
            return part
        self._told(says.instead(said, fits[0]))
        return fits[0]

    def _hear_part(self, play: Play, part: Part) -> Reply:
        if settled := self._simulator.ground.playing.settled(part.scenario):
            again = f"needs a restart: hms-doctor simulate {part.name}"
            why = f"{' and '.join(settled)} cannot be changed while it runs"
            return Reply(outcome=Outcome.NEEDS_RESTART, lines=(f"{part.name} {again} ({why})",))
        for why in self._hindrances(play, part):
            return Reply(outcome=Outcome.REFUSED, lines=(why,))
        line = self._play(play, part) if _is_at_once(play) else self._plan(play, part)
        return Reply(outcome=Outcome.PLAYED, lines=(line,))

    def _hindrances(self, play: Play, part: Part) -> Iterator[str]:
        if isinstance(play.peers, Named) and (shared := shared_by_all(part.scenario)):
            yield f"{part.name} is met by everyone or nobody: {' and '.join(shared)} cannot tell the peers apart"
        if not _is_at_once(play) and len(self._coming) >= _MOST_TO_COME:
            yield f"{_MOST_TO_COME} faults wait for their moment already; `healthy` forgets them"
        showing = self.showing
        if isinstance(play.peers, Named) and play.peers not in showing and len(showing) > _MOST_NAMED:
            yield f"{_MOST_NAMED} peers have something of their own already; `healthy` ends that"

    def _plan(self, play: Play, part: Part) -> str:
        now, key = self._timers.now(), object()
        if play.start is Start.JOIN:
            self._coming[key] = Coming(play=play, part=part, at=0.0, cancel=lambda: None)
        else:
            self._set(key, play, part)
        return self._told(says.scheduled(now, play, part))

    def _set(self, key: object, play: Play, part: Part) -> None:
        cancel = self._timers.later(play.after, partial(self._due, key))
        self._coming[key] = Coming(play=play, part=part, at=self._timers.now() + play.after, cancel=cancel)

    def _due(self, key: object) -> None:
        coming = self._coming.pop(key)
        self._play(coming.play, coming.part)

    def _play(self, play: Play, part: Part) -> str:
        now, peers = self._timers.now(), play.peers
        self._clear(play)
        end: End = Until(at=now + play.lasts) if play.lasts else Lasting()
        showing = Showing(part=part, since=now, end=end)
        if play.lasts:
            self._brief[peers] = showing, self._timers.later(play.lasts, partial(self._over, peers))
        else:
            self._lasting[peers] = showing
        self._simulator.switch(part.scenario, peers)
        step = met(part.scenario) if self.present else AT_ONCE
        return self._told(says.switched(now, part, peers, end, step) + self._absent(peers))

    def _clear(self, play: Play) -> None:
        """End what this replaces; the healthy state, where it is to last, forgets what was to come too."""
        everyone = isinstance(play.peers, Everyone)
        for peers in [known for known in self._brief if everyone or known == play.peers]:
            self._brief.pop(peers)[1]()
        if everyone:
            self._lasting = {Everyone(): self._lasting[Everyone()]}
        if play.fault == HEALTHY and not play.lasts:
            for key in [key for key, coming in self._coming.items() if everyone or coming.play.peers == play.peers]:
                self._coming.pop(key).cancel()

    def _over(self, peers: Peers) -> None:
        """Go back to what lasts."""
        del self._brief[peers]
        now, lasting = self._timers.now(), self._lasting.get(peers)
        if lasting:
            self._lasting[peers] = Showing(part=lasting.part, since=now)
            whom = Others() if isinstance(peers, Everyone) else peers
            self._simulator.switch(lasting.part.scenario, whom)
        elif isinstance(peers, Named):
            self._simulator.ground.playing.release(peers)
        showing = self.showing
        alone = isinstance(peers, Named) or len(showing) == 1
        part = (showing.get(peers) or showing[Everyone()]).part
        self._told(says.switched(now, part, peers if alone else Others(), Lasting()))

    def _came(self, member: Member) -> None:
        self._told(says.came(self._timers.now(), member, len(self.present)))
        awaited = {Everyone(), Named(name=member.name), Named(name=member.peer_id)}
        for key, coming in list(self._coming.items()):
            if not coming.at and coming.play.peers in awaited:
                self._set(key, coming.play, coming.part)

    def _gone(self, member: Member) -> None:
        self._told(says.left(self._timers.now(), member, len(self.present)))

    def _absent(self, peers: Peers) -> str:
        match peers:
            case Named(name=name) if not any(name in {member.name, member.peer_id} for member in self.present):
                return " (nobody of that name is in the room now)"
            case _:
                return ""

    def _told(self, line: str) -> str:
        self._tell(line)
        return line


def _is_at_once(play: Play) -> bool:
    return play.start is Start.NOW and not play.after


def _nearest_word(said: str) -> str:
    near = get_close_matches(said.lower(), WORDS, n=1, cutoff=0.7)
    return f"there is no fault {said!r}; did you mean `{near[0]}`?" if near else ""
