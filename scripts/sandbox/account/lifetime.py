"""Ends the account when nobody needs it any more, so that none outlives its clone or a start that was interrupted.

It is needed while the process that started it lives, and after that for as long as the record in its folder names it; but
not when nobody has called it for a day.
"""

import json
import os
import signal
import threading
import time

from moto.server import DomainDispatcherApplication

check_seconds = 5
record = os.environ["SANDBOX_RECORD"]
starter = int(os.environ["SANDBOX_STARTER"])
idle_seconds = float(os.environ["SANDBOX_IDLE_SECONDS"])

answer = DomainDispatcherApplication.__call__
last_call = time.monotonic()


def answer_and_note(application, request, start_response):
    global last_call
    last_call = time.monotonic()
    return answer(application, request, start_response)


def is_recorded():
    try:
        with open(record) as file:
            return json.load(file)["pid"] == os.getpid()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except ValueError:
        # It is being written.
        return True


def end_when_unneeded():
    while True:
        time.sleep(check_seconds)
        is_abandoned = os.getppid() != starter and not is_recorded()
        if is_abandoned or time.monotonic() - last_call > idle_seconds:
            os.kill(os.getpid(), signal.SIGTERM)


DomainDispatcherApplication.__call__ = answer_and_note
threading.Thread(target=end_when_unneeded, daemon=True).start()
