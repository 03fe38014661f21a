"""What agents' codes do and how they are answered."""

import pytest
from callcenter.acd import events as acd
from callcenter.live.calls.codes import decide
from callcenter.terms import AgentState

pytestmark = pytest.mark.pure

STATES = {"1001": AgentState.READY, "1002": AgentState.SIGNED_OUT, "1003": AgentState.WRAP_UP}


@pytest.mark.parametrize(
    ("code", "agent", "event", "prompt"),
    [
        ("sign_in", "1002", acd.AgentSignedIn("1002"), "signed-in"),
        ("sign_out", "1001", acd.AgentSignedOut("1001"), "signed-out"),
        ("ready", "1001", acd.AgentReady("1001"), "ready"),
        ("not_ready", "1001", acd.AgentNotReady("1001", "break"), "not-ready"),
        ("not_ready", "1002", None, "refused"),
        ("extend", "1003", acd.WrapUpExtended("1003"), "extended"),
        ("extend", "1001", None, "refused"),
        ("sign_in", "9999", None, "refused"),
        ("dance", "1001", None, "refused"),
    ],
)
def test_a_code_is_done_or_refused(
    code: str, agent: str, event: acd.Event | None, prompt: str
) -> None:
    assert decide(code, agent, "break", STATES.get) == (event, prompt)
