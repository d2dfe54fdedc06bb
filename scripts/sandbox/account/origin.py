"""Keeps web pages in the developer's browser out of the emulated account, which any program on this machine may use.

A browser names the page's origin with whatever could change something, and the relation of page and server with all requests
to this machine (https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site). A page that has its own
name point at this machine sends neither, but that name as the host.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from moto.server import DomainDispatcherApplication

answer = DomainDispatcherApplication.__call__


def is_from_page(request):
    host = urlsplit(f"//{request.get('HTTP_HOST', '')}").hostname or ""
    is_loopback = host in ("127.0.0.1", "localhost") or host.endswith((".127.0.0.1", ".localhost"))
    return "HTTP_ORIGIN" in request or request.get("HTTP_SEC_FETCH_SITE", "none") != "none" or not is_loopback


def answer_programs(application, request, start_response):
    if not is_from_page(request):
        return answer(application, request, start_response)
    status = HTTPStatus.FORBIDDEN
    start_response(f"{status.value} {status.phrase}", [("Content-Type", "text/plain")])
    return [b"The emulated AWS account answers programs on this machine, not web pages.\n"]


DomainDispatcherApplication.__call__ = answer_programs
