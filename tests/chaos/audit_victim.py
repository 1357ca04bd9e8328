"""A process that answers invented questions until it is killed; what it has shown stands in a file, its screen."""

import os
import random
import threading
from pathlib import Path

from app.audit import AuditLog, Outcome, sequencer
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import asked, checked, routed, sentence

THREADS = 4


def run(url: str, home: str, screen: str, seed: int) -> None:
    """Ask, show and close on several threads; never returns."""
    sequencer.INTERVAL_SECONDS = 0.01
    sequencer.CHECKPOINT_SECONDS = 0.0
    log = AuditLog(Database(url), Runtime(), Path(home), app_version="0.1.0")
    log.start()
    drawn = os.open(screen, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    threads = [
        threading.Thread(target=answer, args=(log, drawn, random.Random(seed + n))) for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def answer(log: AuditLog, screen: int, draw: random.Random) -> None:
    """One teacher who never stops asking; a line is drawn only after what it shows is durable."""
    while True:
        opened = log.open(asked())
        draw_line(screen, "asked", opened.id)
        opened.journal(checked(), routed())
        for number in range(1, draw.randrange(1, 6)):
            text = f"{number}-сөйлем {draw.randrange(10**6)}."
            opened.journal(sentence(number, text))
            draw_line(screen, "text", opened.id, text)
        opened.close(draw.choice(list(Outcome)))
        draw_line(screen, "closed", opened.id)


def draw_line(screen: int, *parts: object) -> None:
    """One line in one write, so that a kill leaves it whole or absent."""
    os.write(screen, ("\t".join(map(str, parts)) + "\n").encode())
