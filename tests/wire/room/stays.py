"""A doctor that joins a room, check by check, as a run does it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from odd_sfu import Sfu, serving_room
from ws_servers import a_context, signalling_at

from hms_doctor.checks import room_media, room_publish, room_subscribe, signalling_hold, signalling_join
from hms_doctor.model.check import AnyCheck, Context, Facts
from hms_doctor.model.finding import Finding
from hms_doctor.model.init.answer import InitConfig
from hms_doctor.model.network.server import EndpointUrl, RolePolicy
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.model.vantage import AS_AN_APP
from hms_doctor.wire.http.reach import Reached
from hms_doctor.wire.websocket.signalling import Conversation, LiveSignalling, await_policy, converse

NOWHERE = EndpointUrl(url="https://127.0.0.1:9", host="127.0.0.1", port=9)


@dataclass
class Stay:
    """One run against one room."""

    ctx: Context
    facts: Facts
    measured: Mapping[str, float] = field(default_factory=dict)

    async def look(self, check: AnyCheck) -> tuple[Finding, ...]:
        """Look with one check, and keep the facts of its last snapshot."""
        snapshots = [snapshot async for snapshot in check.examine(self.ctx, self.facts.with_facts(()))]
        self.facts = self.facts.with_facts(snapshots[-1].facts)
        self.measured = snapshots[-1].measurements
        return snapshots[-1].findings

    async def join(self) -> tuple[Finding, ...]:
        return await self.look(signalling_join.CHECK)

    async def connect(self) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Publish and subscribe beside each other."""
        published, subscribed = await asyncio.gather(self.publish(), self.subscribe())
        return published, subscribed

    async def publish(self) -> tuple[Finding, ...]:
        return await self.look(room_publish.CHECK)

    async def subscribe(self) -> tuple[Finding, ...]:
        return await self.look(room_subscribe.CHECK)

    async def media(self) -> tuple[Finding, ...]:
        return await self.look(room_media.CHECK)

    async def hold(self) -> tuple[Finding, ...]:
        return await self.look(signalling_hold.CHECK)


@asynccontextmanager
async def staying(
    sfu: Sfu,
    *,
    seconds: float = 25.0,
    flags: tuple[str, ...] = (),
    media: float = 1.0,
    settings: Settings | None = None,
) -> AsyncIterator[Stay]:
    """Open signalling up to the policy; the rest is for the test to look at."""
    async with serving_room(sfu) as port, a_context(seconds, settings or Settings(proxy=NoProxy())) as ctx:
        server = signalling_at(port)
        conversation = await converse(ctx, server)
        assert isinstance(conversation, Conversation)
        await ctx.keep(conversation)
        await conversation.ping(1.0)
        policy = await await_policy(ctx, conversation)
        assert isinstance(policy, RolePolicy)
        given = (
            JoinWanted(media_seconds=media),
            LiveSignalling(server=server, conversation=conversation),
            policy,
            InitConfig(signalling=server.url, ice_servers=(), flags=flags),
            Reached(endpoint=NOWHERE, vantage=AS_AN_APP, address="127.0.0.1", via=""),
        )
        yield Stay(ctx=ctx, facts=Facts(given))
