"""Drives a real headless Chromium by its DevTools protocol, over a pipe: no socket, no driver."""

import json
import os
import shutil
import subprocess
import threading
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 60.0


def chromium() -> str | None:
    """Where a Chromium is; BULKMATCH_CHROMIUM says otherwise."""
    named = os.environ.get("BULKMATCH_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of one browser. All that the page logs or asks the network for is kept."""

    def __init__(self, program: str, folder: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The protocol's pipe is at 3 and 4; the shell puts it there, also over our own ends.
        shell = 'exec "$0" "$@" 3<&"$IN" 4>&"$OUT"'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, program, "--headless=new", "--no-sandbox", "--disable-gpu",
             "--remote-debugging-pipe", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             f"--user-data-dir={folder}", "about:blank"],
            env={**os.environ, "IN": str(to_browser), "OUT": str(from_browser)},
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._watch = self._watching()
        self._last, self._rest = 0, b""
        self.events: list[dict[str, Any]] = []
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session: str | None = None
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def _watching(self) -> threading.Timer:
        """A browser that has not answered for so long is killed, which ends the reading of its pipe."""
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.daemon = True
        watch.start()
        return watch

    def call(self, method: str, **wanted: object) -> dict[str, Any]:
        """The answer to one command."""
        self._last += 1
        self._watch.cancel()
        self._watch = self._watching()
        told: dict[str, object] = {"id": self._last, "method": method, "params": wanted}
        if getattr(self, "_session", None):
            told["sessionId"] = self._session
        os.write(self._write, json.dumps(told).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._last:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                answer: dict[str, Any] = message["result"]
                return answer

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 20)
            if not more:
                raise AssertionError("Chromium has ended")
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, place: Path, fragment: str = "") -> None:
        """Load a file and wait until its script has run."""
        url = place.as_uri() + fragment
        self.call("Page.navigate", url="about:blank")  # else another fragment would load nothing
        self._settle("about:blank")
        self.events.clear()
        self.call("Page.navigate", url=url)
        self._settle(url.partition("#")[0])

    def _settle(self, url: str) -> None:
        """Wait until that page is complete: the protocol tells of others' ends too."""
        asked = f"location.href.split('#')[0] === {json.dumps(url)} && document.readyState === 'complete'"
        while not self.ask(asked):
            time.sleep(0.01)

    def ask(self, script: str) -> Any:
        """What an expression is; promises are awaited. Raises AssertionError for what it throws."""
        answer = self.call(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """One key, as from a keyboard."""
        text = {"text": "\r"} if key == "Enter" else {}
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def look(self, *, width: int, height: int, dark: bool = False) -> None:
        """The window's size, and what the system says of dark mode."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        """The window as PNG."""
        return b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def print(self) -> bytes:
        """The page as PDF."""
        told = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return b64decode(told["data"])

    @property
    def complaints(self) -> list[str]:
        """What the page logged as errors, threw, or asked the network for."""
        told: list[str] = []
        for event in self.events:
            match event["method"], event["params"]:
                case "Log.entryAdded", params:
                    told.append(params["entry"]["text"])
                case "Runtime.exceptionThrown", params:
                    told.append(str(params["exceptionDetails"]))
                case "Network.requestWillBeSent", params if not params["request"]["url"].startswith(
                    "file:"
                ):
                    told.append(params["request"]["url"])
                case _:
                    pass
        return told

    def close(self) -> None:
        """End the browser."""
        self._watch.cancel()
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)
