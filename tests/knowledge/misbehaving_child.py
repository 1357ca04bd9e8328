"""Stands in the reader's place and does, behind the same restraints, what a captured reader would try."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from knowledge.readers import child
from knowledge.readers.document import Document

OUTSIDE = ("192.0.2.1", 80)


def main() -> None:
    request = json.loads(sys.stdin.buffer.read())
    options, path = request["options"], Path(f"/dev/fd/{request['descriptor']}")
    measures = request["limits"]
    child.give_up(memory=measures["memory"], cpu_seconds=measures["cpu_seconds"])
    if options.get("hooked"):
        sys.addaudithook(child.refuse_reaching_out(path))
    said = attempt(options["do"], options.get("with", ""))
    answer = {"read": Document(title=said, language="en", blocks=()).to_mapping()}
    os.write(1, json.dumps(answer).encode() + b"\n")


def attempt(what: str, target: str) -> str:
    """What came of it: "done", or the kind of the error."""
    try:
        match what:
            case "nothing":
                pass
            case "allocate":
                kept = [bytearray(50_000_000) for _ in range(100)]
                return str(len(kept))
            case "allocate and say":
                try:
                    [bytearray(50_000_000) for _ in range(100)]
                except MemoryError:
                    os._exit(child.OUT_OF_MEMORY)
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(60)
            case "talk":
                while True:
                    os.write(1, b"x" * 100_000)
            case "crash":
                os.abort()
            case "half":
                os.write(1, b'{"read": {')
                os._exit(0)
            case "silence":
                os._exit(0)
            case "leave a child":
                if os.fork() == 0:
                    time.sleep(120)
                Path(target).read_text()
                os.write(1, b"")
                os._exit(0)
            case "connect":
                socket.create_connection(OUTSIDE, timeout=2)
            case "connect home":
                socket.create_connection(("127.0.0.1", int(target)), timeout=2)
            case "connect from C":
                return from_c(int(target))
            case "resolve":
                socket.getaddrinfo("localhost", 80)
            case "run":
                subprocess.run(["/bin/true"], check=False)
            case "fork":
                if os.fork() == 0:
                    os._exit(0)
            case "write":
                Path(target).write_text("x")
            case "append":
                with Path(target).open("ab", buffering=0) as file:
                    file.write(b"x")
            case "remove":
                Path(target).unlink()
            case "read":
                Path(target).read_text()
            case "list":
                os.listdir(target)
            case _:
                raise LookupError(what)
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"


def from_c(port: int) -> str:
    """As native code would, past every audit hook."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = b"\x02\x00" + port.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    return "done" if libc.connect(handle, address, len(address)) == 0 else os.strerror(ctypes.get_errno())


main()
