"""Long lists of what Asterisk holds, asked beside the requests: no call waits for them."""

from callcenter.pbx.ari.events import Bridge, Channel, parse_bridge, parse_channel
from callcenter.pbx.ari.session import AriSession


async def channels(ari: AriSession) -> list[Channel]:
    """All channels, also those that are not ours. Raises PbxRefused, PbxLost."""
    return [parse_channel(found) for found in await ari.aside("channels")]


async def bridges(ari: AriSession) -> list[Bridge]:
    """All bridges. Raises PbxRefused, PbxLost."""
    return [parse_bridge(found) for found in await ari.aside("bridges")]


async def phones(ari: AriSession) -> dict[str, bool]:
    """Phone -> whether it is registered. Raises PbxRefused, PbxLost."""
    found = await ari.aside("endpoints/PJSIP")
    return {phone["resource"]: phone["state"] == "online" for phone in found}


async def lamps(ari: AriSession) -> dict[str, str]:
    """Device -> the state that `set_device_state` gave it. Raises PbxRefused, PbxLost."""
    found = await ari.aside("deviceStates")
    return {lamp["name"].removeprefix("Stasis:"): lamp["state"] for lamp in found}
