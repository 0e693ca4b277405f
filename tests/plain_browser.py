"""A browser as plain as can be, for tests that need many or none of Chromium's help: cookies, forms, redirects."""

import http.cookiejar
import re
import urllib.parse
import urllib.request


class PlainBrowser:
    """It keeps its cookies, fills in the first form of the page it is on, and follows redirects."""

    def __init__(self, origin: str, *handlers: urllib.request.BaseHandler) -> None:
        self.origin = origin
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), *handlers)
        self.text = ""

    def get(self, path: str) -> str:
        with self.opener.open(self.origin + path, timeout=10) as answer:
            self.text = answer.read().decode()
        return self.text

    def send(self, path: str, **fields: str) -> str:
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)[0]
        data = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
        with self.opener.open(self.origin + path, data, timeout=10) as answer:
            self.text = answer.read().decode()
        return self.text

    def carry(self, name: str, value: str, path: str) -> None:
        """Take a cookie along that no answer of this test set."""
        host = urllib.parse.urlsplit(self.origin).hostname or ""
        about = (None, False, host, True, False, path, True, False, None, True, None, None, {})
        self.jar.set_cookie(http.cookiejar.Cookie(0, name, value, *about))  # type: ignore[arg-type]

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
