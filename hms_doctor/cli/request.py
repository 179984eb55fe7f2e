"""From flags to an order: which checks, with which settings and which facts to begin with."""

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hms_doctor.cli.choosing import CHECK, DEVICES, NETWORK, Command, choose
from hms_doctor.cli.credentials import Credentials, IceFlags, ice_seeds, token_seeds
from hms_doctor.cli.device_flags import AS_THEY_ARE, DeviceFlags, fit, wish_of
from hms_doctor.cli.environment import environment_of
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.joining import fit_join, join_seeds
from hms_doctor.cli.options import FailOn
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.finding import Status
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import (
    DEFAULT_TIMEOUT,
    PRODUCTION_AUTH_ENDPOINT,
    PRODUCTION_ENDPOINT,
    CaFile,
    DiagnosticsTokenWanted,
    FixedProxy,
    MediaProof,
    NoProxy,
    ProxyChoice,
    ProxyFromEnvironment,
    Selection,
    Settings,
    SystemTrust,
    Trust,
)
from hms_doctor.model.token.facts import TokenText
from hms_doctor.runner import Order
from hms_doctor.wire.connection.proxy import parse_proxy

__all__ = ["Credentials", "IceFlags", "Limits", "NetworkFlags", "check_order", "devices_order", "network_order"]

DEEP_TIMEOUT = 90.0
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 0.1, 3600.0
NETWORK_HOLD = 15.0
"""Seconds for which `network` and `--deep` keep the websocket open: long enough to meet a proxy that cuts idle ones."""
_LARGEST_CA_FILE = 16 * 1024 * 1024
_QUALITY = "ice.quality"
_PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True, kw_only=True)
class NetworkFlags:
    """Flags that say where to go and which way."""

    endpoint: str | None = None
    auth_endpoint: str | None = None
    ca_file: str | None = None
    proxy: str | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Flags that say how long to look and what counts."""

    platform: Platform = Platform.ANY
    timeout: float | None = None
    deep: bool = False
    join: bool = False
    fail_on: FailOn = FailOn.FAIL
    devices: DeviceFlags = AS_THEY_ARE


def check_order(
    *, credentials: Credentials, network: NetworkFlags, ice: IceFlags, selection: Selection, limits: Limits
) -> Order:
    """Make the order of ``check``."""
    joins = join_seeds(join=limits.join, deep=limits.deep)
    seeds = (*token_seeds(credentials, os.environ), *ice_seeds(ice, os.environ), *joins)
    return _order(CHECK, _settings(network, limits, hold=0.0), seeds, selection, limits)


def network_order(
    *, credentials: Credentials, network: NetworkFlags, ice: IceFlags, selection: Selection, limits: Limits
) -> Order:
    """Make the order of ``network``; without a token, the public diagnostics token opens the production endpoint."""
    settings = _settings(network, limits, hold=NETWORK_HOLD)
    seeds = [*token_seeds(credentials, os.environ), *ice_seeds(ice, os.environ)]
    has_token = any(isinstance(seed, TokenText) for seed in seeds)
    if not has_token and settings.endpoint == PRODUCTION_ENDPOINT:
        seeds.append(DiagnosticsTokenWanted())
    return _order(NETWORK, settings, tuple(seeds), selection, limits)


def devices_order(selection: Selection, limits: Limits) -> Order:
    """Make the order of ``devices``."""
    return _order(DEVICES, _settings(NetworkFlags(), limits, hold=0.0), (), selection, limits)


def sensible_timeout(seconds: float) -> float:
    """Check a time-out. Raises UsageError."""
    if not math.isfinite(seconds) or not SHORTEST_TIMEOUT <= seconds <= LONGEST_TIMEOUT:
        raise UsageError(
            f"--timeout wants seconds between {SHORTEST_TIMEOUT} and {LONGEST_TIMEOUT:.0f}, not {seconds:g}"
        )
    return seconds


def _order(
    command: Command, settings: Settings, seeds: tuple[object, ...], selection: Selection, limits: Limits
) -> Order:
    settings = replace(settings, required=selection.require, media=_media(settings, selection))
    seeded = frozenset(type(seed) for seed in seeds)
    plan = choose(command, selection, seeded, limits.devices)
    fit(limits.devices, plan)
    plan = fit_join(plan, selection, join=limits.join)
    if command.names_its_checks:
        plan = replace(plan, named=frozenset(p.check.id for p in plan.run))
    return Order(
        plan=plan,
        settings=settings,
        environment=environment_of(settings, os.environ),
        seeds=seeds,
        secrets=tuple(_secrets(settings)),
        fail_on=Status(limits.fail_on.value),
        token_expected=command.wants_token and plan.hangs_on(TokenText, seeded - {TokenText}),
    )


def _settings(flags: NetworkFlags, limits: Limits, *, hold: float) -> Settings:
    default = DEEP_TIMEOUT if limits.deep else DEFAULT_TIMEOUT
    return Settings(
        platform=limits.platform,
        endpoint=PRODUCTION_ENDPOINT if flags.endpoint is None else flags.endpoint,
        auth_endpoint=flags.auth_endpoint or PRODUCTION_AUTH_ENDPOINT,
        trust=_trust(flags.ca_file),
        proxy=_proxy(flags.proxy),
        timeout=sensible_timeout(default if limits.timeout is None else limits.timeout),
        deep=limits.deep,
        devices=wish_of(limits.devices, deep=limits.deep),
        hold=NETWORK_HOLD if limits.deep else hold,
        media=MediaProof.LOAD if limits.deep else MediaProof.LOOP if hold > 0 else MediaProof.HANDFUL,
    )


def _media(settings: Settings, selection: Selection) -> MediaProof:
    """Let who names the check that measures have its measure."""
    named = _QUALITY in (*selection.only, *selection.require)
    return MediaProof.LOOP if named and settings.media is MediaProof.HANDFUL else settings.media


def _trust(ca_file: str | None) -> Trust:
    if ca_file is None:
        return SystemTrust()
    import ssl

    try:
        with Path(ca_file).open("rb") as file:
            text = file.read(_LARGEST_CA_FILE).decode("utf-8", "replace")
        if "-----BEGIN CERTIFICATE-----" not in text:
            raise UsageError(f"--ca-file {ca_file} holds no certificate; it must be PEM (-----BEGIN CERTIFICATE-----)")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_file)
    except ssl.SSLError:
        raise UsageError(
            f"--ca-file {ca_file} holds a certificate that cannot be read; export it again as PEM"
        ) from None
    except OSError as error:
        raise UsageError(f"--ca-file {ca_file}: {error.strerror}; name a PEM file that can be read") from None
    return CaFile(path=ca_file)


def _proxy(wish: str | None) -> ProxyChoice:
    if wish is None or wish == "system":
        return ProxyFromEnvironment(variables=dict(_proxy_variables()))
    if wish == "none":
        return NoProxy()
    try:
        parse_proxy(wish)
    except ValueError as error:
        raise UsageError(f"--proxy: {error}, or give `system` or `none`") from None
    return FixedProxy(url=Secret(wish))


def _proxy_variables() -> Iterator[tuple[str, str]]:
    for name in _PROXY_VARIABLES:
        for spelt in (name, name.lower()):
            if os.environ.get(spelt):
                yield spelt, os.environ[spelt]


def _secrets(settings: Settings) -> Iterator[Secret]:
    """Give the logins that proxies' URLs carry, for the redaction net."""
    match settings.proxy:
        case FixedProxy(url=url):
            yield parse_proxy(url.reveal()).password
        case ProxyFromEnvironment(variables=variables):
            for value in variables.values():
                try:
                    yield parse_proxy(value).password
                except ValueError:
                    continue
        case NoProxy():
            return
