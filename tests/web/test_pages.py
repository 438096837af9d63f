"""Every page: it opens, reads well in light and dark, fits small and large screens, works by keyboard; and what admins do."""
import os
import time
import unittest
from pathlib import Path

import looks
from harness import By, Keys, PageTest, wait_for

PAGES = ["/login", "/", "/journal", "/settings", "review", "dashboard", "labels", "models", "settings"]


class Looks(PageTest):
    needs_mock = True
    maxDiff = None

    def setUp(self):
        super().setUp()
        for item in list(self.desk.items.values())[40:60]:
            self.desk.answer(item, "ben", {"label": item["suggestion"], "took_ms": 4200})
        self.desk.keys["shop"] = {"name": "shop", "scopes": ["classify"], "created_at": "2026-01-02T03:04:05.000Z", "last_used_at": None,
                                  "revoked_at": None}

    def address(self, page):
        return self.url + (page if page.startswith("/") else f"/tasks/{self.task}/{page}")

    def show(self, b, page):
        b.open(self.address(page))
        wait_for("the page", lambda: b.js("return document.querySelector('h1') !== null && !document.querySelector('main').hasAttribute('aria-busy')"))
        if page == "review":
            b.wait_item()
            b.press_label("1")
            b.wait_text("sure", ".thought")
        if page == "labels":
            b.js("document.querySelectorAll('.item-row')[3].click()")
            b.wait_text("Correct the answer")
        for closed in b.all("details:not([open]) > summary"):
            b.js("arguments[0].parentElement.open = true", closed)

    def each_page(self, check):
        b = self.browser()
        complaints = {}
        b.open(self.address("/login"))
        b.one("input[name=name]")
        found = check(b)
        if found:
            complaints["/login"] = found
        b.login(self.url, "root")
        for page in PAGES[1:]:
            self.show(b, page)
            found = check(b)
            if found:
                complaints[page] = found
        self.assertEqual(complaints, {})

    def test_contrast_in_light(self):
        self.each_page(looks.contrast)

    def test_contrast_in_dark(self):
        b = self.browser()
        b.dark(True)
        try:
            self.each_page(looks.contrast)
        finally:
            b.dark(False)

    def test_controls_have_names(self):
        self.each_page(looks.nameless)

    def test_focus_order(self):
        self.each_page(looks.focus_order)

    def test_structure_from_360_to_1920(self):
        b = self.browser()
        for width, height in ((360, 640), (768, 1024), (1920, 1080)):
            with self.subTest(width=width):
                b.resize(width, height)
                try:
                    self.each_page(looks.structure)
                finally:
                    b.resize(1440, 900)

    def test_labels_can_be_reached_on_a_phone(self):
        b = self.browser()
        b.resize(390, 844)
        try:
            b.login(self.url, "ann", path="/tasks/tickets/review")
            item = b.wait_item()
            b.js("scrollTo(0, 0)")
            for button in b.all(".label"):
                box = button.rect
                self.assertLess(box["y"] + box["height"], 845, "above the lower edge without scrolling")
                self.assertGreaterEqual(box["height"], 40)
            b.all(".label")[1].click()
            b.wait_item(item)
            b.wait_saved()
        finally:
            b.resize(1440, 900)

    @unittest.skipUnless(os.environ.get("HO_AXE"), "HO_AXE does not name axe.min.js")
    def test_axe(self):
        source = Path(os.environ["HO_AXE"]).read_text(encoding="utf-8")

        def check(b):
            b.js(source + "; window.axe = axe")
            found = b.driver.execute_async_script("axe.run(document).then((r) => arguments[0](r.violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.html.slice(0, 90))}`)))")
            return found

        self.browser().driver.set_script_timeout(60)
        self.each_page(check)


class Dashboard(PageTest):
    needs_mock = True

    def test_figures_stand_behind_the_charts(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/dashboard")
        b.wait_text("The promise holds")
        b.wait_text("Update: 1,204 texts")
        wait_for("charts", lambda: b.js("return [...document.querySelectorAll('canvas')].filter((c) => c.width > 300).length") == 6)
        from mock_figures import days
        newest = days(30, [])["days"][-1]
        row = b.js("return [...document.querySelectorAll('table')][0].querySelector('tbody tr').textContent")
        self.assertIn(f"{newest['auto']:,}", row)
        self.assertEqual(b.js("return document.querySelectorAll('details.figures-table table').length"), 6)


class Labels(PageTest):
    needs_mock = True

    def test_search_history_and_correct(self):
        ids = list(self.desk.items)
        self.desk.items[ids[0]]["text"] = "a very special parcel"
        self.desk.answer(self.desk.items[ids[0]], "ben", {"label": "other", "took_ms": 2000, "note": "not sure"})
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        b.one(".item-row")
        b.one("input[type=search]").send_keys("special parcel", Keys.ENTER)
        wait_for("one row", lambda: len(b.all(".item-row")) == 1)
        b.click(".item-row")
        b.wait_text("ben answered other in 2.0 s: not sure", ".history")
        select = b.one(".item-full select")
        select.find_element(By.CSS_SELECTOR, "option[value=returns]").click()
        b.click(".item-full button[type=submit]")
        b.wait_text("ann corrected to returns", ".history")
        self.assertEqual(self.desk.items[ids[0]]["label"], "returns")
        self.assertEqual(self.desk.items[ids[0]]["answered_by"], "ann")

    def test_paging(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        wait_for("a page", lambda: len(b.all(".item-row")) == 50)
        b.click("=Show more")
        wait_for("the rest", lambda: len(b.all(".item-row")) == 60)


class Admin(PageTest):
    needs_mock = True

    def confirm(self, b, words=None):
        b.one("dialog")
        if words:
            b.one("dialog input").send_keys(words)
        b.click("dialog button[type=submit]")
        wait_for("the dialog closes", lambda: not b.all("dialog"))

    def test_promote_pause_resume(self):
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/models")
        b.click("button[aria-label='Roll back to this model: a81b5c0de9f23744']")
        self.confirm(b)
        wait_for("rolled back", lambda: self.desk.tasks["tickets"]["champion"] == "a81b5c0de9f23744")
        b.click("=Pause automatic answers")
        self.confirm(b, "looking into it")
        b.wait_text("paused: looking into it")
        b.click("=Resume automatic answers")
        self.confirm(b)
        wait_for("resumed", lambda: not self.desk.tasks["tickets"]["paused"])

    def test_a_reviewer_cannot(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/models")
        b.wait_text("answers now")
        self.assertEqual([e.text for e in b.all("main button")], [])
        b.open(f"{self.url}/tasks/tickets/settings")
        b.wait_text("Admins can change these")
        self.assertFalse(b.all("main button[type=submit]"))

    def test_settings_send_only_what_changed(self):
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/settings")
        field = b.one("input[name=lease_s]")
        field.clear()
        field.send_keys("120")
        b.one("textarea[name=instructions]").clear()
        b.click("main button[type=submit]")
        b.wait_text("Saved.")
        settings = self.desk.tasks["tickets"]["settings"]
        self.assertEqual((settings["lease_s"], settings["instructions"]), (120, None))
        self.assertIn("changed: instructions, lease_s", self.desk.journal[-1]["words"])

    def test_people_and_keys(self):
        b = self.browser()
        b.login(self.url, "root", path="/settings")
        b.wait_text("ann")
        form = b.all("form")[0]
        form.find_element(By.CSS_SELECTOR, "input").send_keys("carla", Keys.ENTER)
        b.wait_text("Login link for carla")
        link = b.text(".secret")
        self.assertTrue(link.startswith(f"{self.url}/login#token="))
        self.assertEqual(self.desk.links[link.split("=")[1]], "carla")
        form = b.all("form")[1]
        form.find_element(By.CSS_SELECTOR, "input").send_keys("shop", Keys.ENTER)
        b.wait_text("hk_")
        self.assertEqual(self.desk.keys["shop"]["scopes"], ["classify"])
        b.click("button[aria-label='Revoke shop']")
        self.confirm(b)
        wait_for("revoked", lambda: self.desk.keys["shop"]["revoked_at"])

    def test_journal(self):
        for i in range(60):
            self.desk.note("service", "promoted", "tickets", f"line {i} <b>", {"n": i})
        b = self.browser()
        b.login(self.url, "ann", path="/journal")
        b.wait_text("line 59 <b>")
        self.assertNotIn("line 5 <b>", b.text())
        b.click("=Show more")
        b.wait_text("line 5 <b>")
        b.one("main input").send_keys("we moved the office", Keys.ENTER)
        b.wait_text("we moved the office")

    def test_pages_link_to_each_other_without_loading_again(self):
        b = self.browser()
        b.login(self.url, "root")
        b.js("window.stays = true")
        for words, shows in (("Support tickets", "waiting"), ("Dashboard", "The promise now"), ("Labels", "Search"), ("Models", "answers now"),
                             ("Settings", "For reviewers"), ("Journal", "Add a note"), ("Tasks", "150 topics")):
            b.click(f"={words}")
            b.wait_text(shows)
        b.driver.back()
        b.wait_text("Add a note")
        self.assertTrue(b.js("return window.stays"))


if __name__ == "__main__":
    unittest.main()
