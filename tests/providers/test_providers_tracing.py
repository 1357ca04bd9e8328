"""Teachers' texts never go to a tracing service, whatever the environment asks for."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Runs in a process of its own: tracing is decided by the environment at import, and is cached.
PROGRAM = """
import json, os, sys, time
sys.path.insert(0, {root!r})
connected = []
sys.addaudithook(lambda name, data: connected.append(data[1]) if name == "socket.connect" else None)
from app.settings import force_offline
mode, trap = sys.argv[1], int(sys.argv[2])
if mode == "forced":
    force_offline()
from dataclasses import replace
from pathlib import Path
from app.outbound import Outbound
from app.providers import Call, Evidence, Message, Prompt, Role, catalogue
from benchmarks.mock_endpoint import MockEndpoint, Speed
near = lambda host, port: True
means = catalogue.Means(outbound=Outbound(allowed=near, near=near), secret=lambda name: None, threads=1,
                        models_folder=Path("."))
evidence = (Evidence(id="p", text="A private sentence.", title="", language="en"),)
prompt = Prompt(messages=(Message(role=Role.USER, text="private"),), question="private", language="en", evidence=evidence)
with MockEndpoint(Speed(first_seconds=0, tokens_a_second=0, tokens=5)) as endpoint:
    call = Call(entry_id="e", provider="p", served_name="m", address=endpoint.address)
    own = int(endpoint.address.split(":")[2].split("/")[0])
    if mode == "library":
        from langchain_openai import ChatOpenAI
        llm = ChatOpenAI(base_url=endpoint.address, api_key="k", model="m")
        list(llm.stream("private"))
    else:
        for name in ("openai_compatible", "extractive"):
            assert list(catalogue.load(name, means).stream(prompt, call=call))
    elsewhere = lambda: [str(to) for to in connected if isinstance(to, tuple) and to[1] != own]
    until = time.monotonic() + (20.0 if mode == "library" else 2.0)
    while not elsewhere() and time.monotonic() < until:
        time.sleep(0.05)
from langsmith.utils import tracing_is_enabled
print(json.dumps({{"elsewhere": elsewhere(), "enabled": bool(tracing_is_enabled())}}), flush=True)
os._exit(0)  # the library's tracer would try again for a long time
"""


def run(mode: str) -> dict[str, object]:
    trap = "http://127.0.0.1:9"
    hostile = {
        "PATH": "/usr/bin:/bin",
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_TRACING_V2": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": trap,
        "LANGCHAIN_ENDPOINT": trap,
        "LANGSMITH_API_KEY": "lsv2_invented",
        "OMP_NUM_THREADS": "1",
    }
    program = PROGRAM.format(root=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", program, mode, "9"],
        env=hostile,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def test_no_text_goes_to_a_tracer_even_where_nothing_switched_it_off() -> None:
    assert run("providers")["elsewhere"] == []


def test_the_process_switches_tracing_off_by_force() -> None:
    assert run("forced") == {"elsewhere": [], "enabled": False}


def test_the_same_environment_would_make_the_library_send() -> None:
    found = run("library")

    assert found["enabled"] is True
    assert found["elsewhere"]
