"""Orders of the causes name 100ms's hosts; a backend of one's own has another name and maybe another port."""

MEDIA_PORTS = "UDP 443, 3478 and 41000-65535"
"""Outgoing, to 100ms's hosts (100ms-docs: server-side/v2/how-to-guides/firewall-and-ports)."""


def is_of_100ms(host: str) -> bool:
    """Whether a host is 100ms's own, whose certificates are publicly trusted."""
    return host == "100ms.live" or host.endswith(".100ms.live")


def addressed(action: str, host: str, port: int = 443) -> str:
    """Give an order with the host and port that were really asked; for 100ms's own hosts it stays as it is."""
    if is_of_100ms(host) or not host:
        return action
    named = action.replace("TCP 443 to *.100ms.live", f"TCP {port} to {host}")
    named = named.replace("*.100ms.live, TCP 443", f"{host}, TCP {port}")
    return named.replace("*.100ms.live:443", f"{host}:{port}").replace("*.100ms.live", host)
