"""A browser and a server for the tests of the pages.

Without environment the server is mock_api.py in this process. HO_WEB_URL names a running service instead; then HO_WEB_USERS
("ann:password,ben:password") are two reviewers and HO_WEB_TASK a task with at least 120 waiting texts and 2 to 10 labels;
tests that need what only the mock can do are skipped by name.
"""
import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import mock_api
import texts

WAIT_S = float(os.environ.get("HO_WEB_WAIT", "10"))
REAL = os.environ.get("HO_WEB_URL")


def wait_for(what, test, seconds=WAIT_S):
    """Until test() is true; returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = test()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for: {what}")
        time.sleep(0.02)


class Browser:
    """One person's browser, with a profile of its own."""

    def __init__(self, width=1440, height=900, dark=False):
        self.profile = tempfile.mkdtemp(prefix="handoff-web-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for switch in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                       "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
                       "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={self.profile}",
                       f"--window-size={width},{height}"):
            options.add_argument(switch)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(30)
        self.resize(width, height)
        self.dark(dark)
        self.requested = []
        self.console = []

    def close(self):
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.profile, ignore_errors=True)

    # --- the window

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def resize(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, on):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def network(self, offline=False, latency_ms=0):
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=offline, latency=latency_ms, downloadThroughput=-1, uploadThroughput=-1)

    def forget_login(self):
        self.cdp("Network.clearBrowserCookies")

    # --- reading

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        return wait_for(css, lambda: next((e for e in self.all(css) if e.is_displayed()), None))

    def text(self, css="body"):
        return self.js("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def item(self):
        """Id of the text on the screen, None if there is none."""
        return self.js("return document.querySelector('.text')?.dataset.item ?? null")

    def wait_text(self, words, css="body", seconds=WAIT_S):
        wait_for(f"“{words}” in {css}; there is: {self.text(css)[:600]}", lambda: words in self.text(css), seconds)

    def wait_item(self, other_than=None):
        """A text that has been painted, so that keys count."""
        found = wait_for("a text on the screen", lambda: self.item() not in (None, other_than) and self.item())
        self.js("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))")
        return found

    def wait_saved(self):
        wait_for("everything saved", lambda: not self.outbox() and self.text(".chip") in ("All saved", ""))

    def outbox(self):
        return self.js("return Object.keys(localStorage).filter((k) => k.startsWith('handoff.outbox.')).map((k) => localStorage.getItem(k))")

    # --- doing

    def open(self, url):
        self.driver.get(url)

    def click(self, target):
        """A CSS selector, an element, or the words on a button or link ("=Save")."""
        for left in range(4, -1, -1):
            try:
                return self.click_once(target)
            except StaleElementReferenceException:  # drawn anew between finding and clicking
                if not left or not isinstance(target, str):
                    raise

    def click_once(self, target):
        if isinstance(target, str) and target.startswith("="):
            words = target[1:]
            # In one step: the page may be drawn anew between two.
            target = wait_for(f"“{words}” to click", lambda: self.js(
                "return [...document.querySelectorAll('button, a')].find((e) => e.checkVisibility() && e.innerText.trim() === arguments[0])", words))
        elif isinstance(target, str):
            target = self.one(target)
        self.js("arguments[0].scrollIntoView({block: 'center'})", target)
        target.click()

    def press(self, *keys):
        actions = ActionChains(self.driver, duration=0)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    def press_label(self, key):
        """A label's key, and the next text on the screen; returns the item that was labelled."""
        item = self.item()
        self.press(key)
        self.wait_item(item)
        return item

    def login(self, url, name, password=mock_api.PASSWORD, path="/"):
        self.open(f"{url}/login?next={path}")
        self.one("input[name=name]").send_keys(name)
        self.one("input[name=password]").send_keys(password, Keys.ENTER)
        wait_for("logged in", lambda: "/login" not in self.driver.current_url)

    def collect(self):
        """Reads the logs, which empties them."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
        self.console += [e for e in self.driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]


class PageTest(unittest.TestCase):
    """A server for the class, browsers on demand; at the end no console errors and no outside requests."""

    needs_mock = False
    # What a test provokes on purpose may show in the console.
    expected_console = ("the server responded with a status of 401", "net::ERR_INTERNET_DISCONNECTED")

    @classmethod
    def setUpClass(cls):
        cls.desk = cls.server = None
        cls.browsers = []
        if REAL:
            cls.url = REAL.rstrip("/")
            cls.users = dict(pair.split(":", 1) for pair in os.environ["HO_WEB_USERS"].split(","))
            cls.task = os.environ["HO_WEB_TASK"]

    @classmethod
    def tearDownClass(cls):
        for browser in cls.browsers:
            browser.close()

    def setUp(self):
        if REAL and self.needs_mock:
            self.skipTest("needs the mock")
        if not REAL:
            type(self).desk = mock_api.Desk()
            texts.fill_desk(self.desk)
            self.server = mock_api.serve(self.desk)
            self.url, self.task = self.server.url, "tickets"
            self.users = {"ann": mock_api.PASSWORD, "ben": mock_api.PASSWORD}
        for browser in self.browsers:
            browser.network()
            browser.open(f"{self.url}/assets/none")
            browser.js("localStorage.clear(); sessionStorage.clear()")
            browser.open("about:blank")
            browser.forget_login()
            browser.collect()
            browser.requested, browser.console = [], []

    def tearDown(self):
        for browser in self.browsers:
            browser.network()
            browser.collect()
            outside = [u for u in browser.requested if not u.startswith((self.url, "data:", "about:", "chrome"))]
            self.assertEqual(outside, [], "requests to elsewhere")
            bad = [e["message"] for e in browser.console if not any(words in e["message"] for words in self.expected_console)]
            self.assertEqual(bad, [], "messages in the console")
            browser.open("about:blank")
        if self.server:
            self.server.stop()
            self.server = None

    def browser(self, number=0):
        while len(self.browsers) <= number:
            self.browsers.append(Browser())
        return self.browsers[number]

    def reviewer(self, number=0, task=None, page="review"):
        name = list(self.users)[number]
        browser = self.browser(number)
        browser.login(self.url, name, self.users[name], f"/tasks/{task or self.task}/{page}")
        if page == "review":
            browser.wait_item()
        return browser
