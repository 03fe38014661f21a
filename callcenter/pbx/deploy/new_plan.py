"""Tells the running controller of a node that there is a new plan."""

import asyncio
import json
from pathlib import Path

from callcenter.pbx.socket_path import short_path

_ANSWER_S = 10.0


async def reload_plan(control_socket: Path) -> str:
    """Ask the controller to read the deployed site anew; what came of it, in words.

    A controller that is away is no fault: it reads the site when it starts.
    """
    try:
        async with asyncio.timeout(_ANSWER_S):
            answer = json.loads(await _ask(control_socket, {"do": "reload"}))
    except (FileNotFoundError, ConnectionRefusedError):
        return "the controller does not run; it will read the new plan when it starts"
    except (OSError, TimeoutError, ValueError) as error:
        return f"the controller did not answer ({error or 'too late'}); restart it"
    if isinstance(answer, dict) and answer.get("ok") is True:
        return "the controller works by the new plan"
    reason = answer.get("error") if isinstance(answer, dict) else answer
    return f"the controller did not take the new plan: {reason}"


async def _ask(control_socket: Path, request: dict[str, str]) -> bytes:
    with short_path(control_socket) as path:
        reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(json.dumps(request).encode() + b"\n")
        return await reader.readline()
    finally:
        writer.close()
