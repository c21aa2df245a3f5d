"""Looks at a dashboard with a real Chromium, and says in JSON what it saw. Given: the page's address."""
import json
import sys
import time

from axe_core_python.base import AXE_SCRIPT
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

address, chromium, driver_program = sys.argv[1:4]
options = Options()
options.binary_location = chromium
for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
    options.add_argument(argument)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
browser = webdriver.Chrome(options=options, service=Service(driver_program))
browser.set_script_timeout(60)
seen = {}


def text(identifier):
    return browser.find_element(By.ID, identifier).text


def until(condition, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return condition()


def rows():
    return browser.execute_script(
        "return [...document.querySelectorAll('#actor-rows tr')].map(row => [...row.cells].map(cell => cell.textContent))")


def violations():
    browser.execute_script(AXE_SCRIPT)
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}}).then("
        "result => done(result.violations), error => done([{id: String(error), nodes: [{html: ''}]}]))")
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def scheme(value, width=1280):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
    time.sleep(0.5)


try:
    scheme("light")
    browser.get(address)
    seen["title"] = until(lambda: "catch" in text("title") and text("title"))
    seen["status"] = until(lambda: text("status") == "live" and "live")
    first = until(lambda: text("progress-text"))
    seen["updates"] = bool(until(lambda: text("progress-text") != first))
    # What is out of sight is not drawn.
    seen["curves"] = until(lambda: browser.execute_script(
        "return document.querySelectorAll('svg path.line').length && document.querySelectorAll('.charts figure:not([hidden])').length"))

    # An actor that comes and goes, and one whose name is a trap.
    seen["joined"] = bool(until(lambda: any(row[0] == "guest" and row[1] == "connected" for row in rows())))
    seen["left"] = until(lambda: next((row[9] for row in rows() if row[0] == "guest" and row[1] == "gone"), None))
    seen["names"] = sorted(row[0] for row in rows())
    seen["foreign"] = browser.execute_script("return document.querySelectorAll('main img[src=x], main script').length")

    # Many actors: fifty on a page.
    find = browser.find_element(By.ID, "actor-filter")
    find.send_keys("many-")
    seen["page"] = until(lambda: len(rows()) == 50 and text("actor-page"))
    find.clear()
    find.send_keys(Keys.SPACE, Keys.BACKSPACE)

    # With the keyboard alone: sort by speed, then read a curve.
    browser.execute_script("document.querySelector('#actor-head button').focus()")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    seen["sorted"] = browser.execute_script(
        "return document.querySelector('#actor-head th[aria-sort=descending]')?.textContent")
    curve = browser.find_element(By.CSS_SELECTOR, "#charts-return svg")
    browser.execute_script("arguments[0].focus()", curve)
    curve.send_keys(Keys.HOME)
    seen["curve"] = browser.execute_script(
        "return document.querySelector('#charts-return .readout').textContent")
    reached = set()
    browser.execute_script("document.activeElement.blur(); window.scrollTo(0, 0)")
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    for _ in range(40):
        active = browser.switch_to.active_element
        reached.add(active.get_attribute("id") or active.tag_name)
        active.send_keys(Keys.TAB)
    seen["reached"] = sorted(reached & {"theme", "axis", "smoothing", "share", "actor-filter", "svg"})

    # A link carries what was chosen.
    browser.execute_script(
        "const box = document.getElementById('axis'); box.value = 'minutes'; box.dispatchEvent(new Event('input', {bubbles: true}))")
    seen["link"] = browser.execute_script("return location.hash")
    browser.get("about:blank")
    browser.get(address + seen["link"])
    seen["chosen"] = until(lambda: browser.execute_script("return document.getElementById('axis').value"))
    until(lambda: rows())

    seen["violations"] = {}
    for theme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        scheme(theme, width)
        seen["violations"][f"{theme} {width}"] = violations()
    seen["overflow"] = browser.execute_script("return document.documentElement.scrollWidth > innerWidth")
    seen["errors"] = [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
finally:
    browser.quit()
print(json.dumps(seen))
