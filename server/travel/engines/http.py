"""Questions to a server and its JSON answers: pooled connections, a deadline that also holds for a trickle, bounded retries."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from server.travel.engines.faults import Deadline, Garbage, Gone, TooSlow

CONNECT_SECONDS = 2.0
LARGEST = 256 * 2**20  # bytes of an answer
CHUNK = 64 * 1024
TRIES, PAUSE_SECONDS = 2, 0.1
UNWELL = frozenset({429, 502, 503, 504})  # worth a second try
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


@dataclass(frozen=True)
class Answer:
    status: int
    document: Any


class Client:
    """One server; may be used by several threads."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = not base.startswith(LOOPBACK)  # no proxy stands between us and our own machine
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=8, max_retries=0)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)

    def get(self, path: str, until: Deadline) -> Answer:
        return self._asked("GET", path, None, until)

    def post(self, path: str, body: Mapping[str, Any], until: Deadline) -> Answer:
        return self._asked("POST", path, body, until)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None, until: Deadline) -> Answer:
        """A second try where the server hung up (as it does with connections that it has kept long enough) or is unwell."""
        for last in (False, True):
            try:
                return self._once(method, path, body, until)
            except Gone:
                if last or until.left < PAUSE_SECONDS:
                    raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("not reached")

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None, until: Deadline) -> Answer:
        wait = (min(CONNECT_SECONDS, until.left), until.left)
        try:
            with self.session.request(
                method, self.base + path, json=body, timeout=wait, stream=True, allow_redirects=False
            ) as answer:
                content = self._read(answer, until)
        except (requests.ConnectTimeout, requests.exceptions.InvalidURL) as error:
            raise Gone(f"{self.base} does not answer ({type(error).__name__})") from None
        except requests.Timeout:
            raise TooSlow(f"{self.base}: no answer within {until.seconds:g} s") from None
        except urllib3.exceptions.ReadTimeoutError:
            raise TooSlow(f"{self.base}: no answer within {until.seconds:g} s") from None
        except urllib3.exceptions.HTTPError as error:
            raise Gone(f"{self.base} broke off in its answer ({type(error).__name__})") from None
        except requests.ConnectionError as error:
            raise Gone(f"{self.base} is not there ({type(error).__name__})") from None
        except requests.RequestException as error:
            raise Gone(f"{self.base}: {type(error).__name__}") from None
        if answer.status_code in UNWELL:
            raise Gone(f"{self.base} says {answer.status_code}")
        return Answer(answer.status_code, self._document(answer.status_code, content))

    def _read(self, answer: requests.Response, until: Deadline) -> bytes:
        """All of the body, in pieces as they come: one for which a time-out is set may take that long for each byte."""
        parts, size = [], 0
        while part := answer.raw.read1(CHUNK, decode_content=True):
            _ = until.left
            size += len(part)
            if size > LARGEST:
                raise Garbage(f"{self.base}: an answer of more than {LARGEST} bytes")
            parts.append(part)
        return b"".join(parts)

    def _document(self, status: int, content: bytes) -> Any:
        try:
            return json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError):
            if status >= 500:
                raise Gone(f"{self.base} says {status}") from None
            if status in (404, 405, 411, 413, 414, 415, 501):  # proxies and old servers say so in HTML
                return {}
            raise Garbage(f"{self.base} answered {status} with something that is not JSON") from None


def _no_number(name: str) -> float:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(name)
