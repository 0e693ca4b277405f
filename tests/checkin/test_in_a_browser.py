"""The main path in a real browser: small screen, scripts off, by keyboard, and every byte of it counted."""

from tests.checkin.conftest import Counter
from tests.conftest import NewPage
from tests.stage import PASSWORD, Stage
import os
SHOTS="/tmp/shots"

def test_first_visit(stage: Stage, counter: Counter, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    asked=[]
    page.on("request", lambda r: asked.append(r.url))
    page.goto(f"http://in.kiosk.test:{counter.port}/{stage.qr()}")
    print(page.title(), counter.sent, counter.received, counter.requests)
    page.fill("#login", "ada"); page.fill("#password", PASSWORD)
    page.click("button:text('Sign in')")
    print(page.title(), counter.sent, counter.received, counter.requests)
    page.click("button.big")
    print(page.title(), counter.sent, counter.received, counter.requests)
    print(asked)
    counter.reset()
    stage.clock.go_on(seconds=20)
    page.goto(f"http://in.kiosk.test:{counter.port}/{stage.qr()}")
    page.click("button.big")
    print(page.title(), counter.sent, counter.received, counter.requests)
    assert 0
