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
    expected_console = PageTest.expected_console + ("status of 404", "status of 403")

    def test_figures_stand_behind_the_charts(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/dashboard")
        b.wait_text("The promise holds")
        b.wait_text("1,204 texts came today", ".update")
        self.assertEqual(len(b.all(".update li")), 2)
        wait_for("charts", lambda: b.js("return [...document.querySelectorAll('canvas')].filter((c) => c.width > 300).length") == 6)
        from mock_figures import days
        newest = days(30, [])["days"][-1]
        row = b.js("return [...document.querySelectorAll('table')][0].querySelector('tbody tr').textContent")
        self.assertIn(f"{newest['auto']:,}", row)
        self.assertEqual(b.js("return document.querySelectorAll('details.figures-table table').length"), 6)


    def badge(self, b):
        line = b.one("section[aria-label='The promise now'] .badge-line")
        return line.get_attribute("class").split()[-1], line.text

    def standing(self, audits, **monitor):
        """Kind and words of the first sentence for these figures, as an admin sees them."""
        self.desk.monitor = {"audits": audits, **monitor}
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/dashboard")
        found = self.badge(b)
        b.forget_login()
        return found

    def test_green_is_only_what_the_audits_show(self):
        few = {"drawn": 4, "right": 2, "wrong": 0, "waiting": 2, "missing": 0}
        kind, words = self.standing(few, error_sequence=[0, 0.475], error=0)
        self.assertEqual(kind, "plain")
        self.assertIn("Not measured yet: 2 of at least 149 checks done", words)
        kind, words = self.standing({**few, "second": 2}, error_sequence=[0, 0.475], error=0)
        self.assertEqual(kind, "warn")
        self.assertIn("2 automatic answers were contested by a first person", words)
        found = {**few, "right": 90, "wrong": 9}
        kind, words = self.standing(found, error_sequence=[0.01, 0.3], error=0.09)
        self.assertEqual(kind, "warn")
        self.assertIn("which may still be chance: 9% (between 1% and 30%), and at most 2% was promised", words)
        kind, words = self.standing(found, error_sequence=[0.03, 0.3], error=0.09)
        self.assertEqual(kind, "warn")
        self.assertIn("not yet enough for the alarm: at least 3% is wrong", words)
        self.assertNotIn("chance", words, "the range leaves the promise out")
        kind, words = self.standing({**few, "wrong": 9}, alarm=True, log_wealth=132.6)
        self.assertEqual(kind, "bad")

    def test_promises_of_labels_are_told_one_by_one(self):
        ended = {"drawn": 40, "right": 39, "wrong": 1, "waiting": 0, "missing": 0}
        labels = [{"label": "ham", "max_error": 0.01, "tested_against": 0.0103, "automatic": 900, "wrong": 1, "log_wealth": 0.9, "p": 0.4, "alarm": False},
                  {"label": "spam", "max_error": 0.1, "tested_against": 0.1, "automatic": 100, "wrong": 0, "log_wealth": -1.2, "p": 1, "alarm": False}]
        kind, words = self.standing(ended, labels=labels, error=0.025, error_sequence=[0, 0.06])
        self.assertEqual(kind, "plain", "what is found over all labels neither keeps nor breaks the promise of one")
        self.assertIn("none is refuted so far: 40 checks, 1 wrong", words)
        labels[0]["alarm"] = True
        kind, words = self.standing(ended, labels=labels, alarm=True)
        self.assertEqual(kind, "bad")
        self.assertIn("broken for “ham” (at most 1% wrong)", words)
        self.desk.monitor = {"labels": labels}
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/dashboard")
        b.one("section[aria-label='The promise now'] table")
        rows = [[c.text for c in r.find_elements(By.CSS_SELECTOR, "td")] for r in b.all("section[aria-label='The promise now'] tbody tr")]
        self.assertEqual(rows, [["ham", "1%", "900", "1", "1.23"], ["spam", "10%", "100", "0", "0.151"]])

    def test_a_reviewer_is_not_told_what_waits(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/dashboard")
        b.wait_text("478 right, 3 wrong, 1 missing")
        self.assertNotIn("486", b.text(), "what was drawn less what ended is what waits")

    def test_much_evidence_and_a_young_task(self):
        self.desk.monitor, self.desk.days = {"log_wealth": 132.6}, 1
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/dashboard")
        b.wait_text("over 1,000,000 (alarm at 20)")
        self.assertEqual(b.all("canvas"), [], "one day is figures, no charts")
        self.assertEqual(len(b.all(".table tbody tr")), 6)

    def test_an_alarm_is_red_everywhere(self):
        self.desk.tasks["tickets"].update(paused=True, paused_why="the monitor raised the alarm: the promise is not kept")
        b = self.browser()
        b.login(self.url, "root")
        b.wait_text("Alarm: too many automatic answers were wrong", ".badge-line.bad")
        self.assertEqual(b.all(".task")[0].find_element(By.CSS_SELECTOR, ".btn").text, "Dashboard")
        for page in ("dashboard", "review"):
            b.open(f"{self.url}/tasks/tickets/{page}")
            wait_for("red", lambda: b.all(".notice-bad"))
            b.wait_text("Alarm:", ".notice-bad")
        b.open(f"{self.url}/tasks/tickets/models")
        b.wait_text("Alarm:", ".badge-line.bad")
        self.assertEqual(b.all("main .btn-primary"), [], "to resume is not what one should do first")
        self.assertNotIn("answers now", b.text())

    def test_a_person_who_pauses_is_no_alarm(self):
        self.desk.tasks["tickets"].update(paused=True, paused_why="Bob raised the alarm about prices")
        b = self.browser()
        b.login(self.url, "root")
        b.wait_text("Paused: every text goes to people (Bob raised the alarm about prices)", ".badge-line.warn")
        self.assertEqual(b.all(".badge-line.bad"), [])

    def test_what_is_not_there(self):
        b = self.browser()
        b.login(self.url, "ann")
        b.open(f"{self.url}/tasks/nope/dashboard")
        b.wait_text("There is no task “nope”", "h1")
        self.assertEqual(b.all(".tabs"), [])
        b.open(f"{self.url}/settings")
        b.wait_text("This page is for admins", "h1")


class Labels(PageTest):
    needs_mock = True

    def test_erased_and_empty_differ(self):
        ids = list(self.desk.items)
        for item, text in ((ids[58], None), (ids[59], "")):
            self.desk.answer(self.desk.items[item], "ben", {"label": "other", "took_ms": 2000})
            self.desk.items[item]["text"] = text
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        b.wait_text("(empty)")
        b.wait_text("(erased)")

    def test_the_standing_label_is_no_correction(self):
        item = self.desk.items[list(self.desk.items)[59]]
        self.desk.answer(item, "ben", {"label": "other", "took_ms": 2000})
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        b.click(".item-row")
        b.wait_text("handed to people because the model was not sure enough", ".history")
        self.assertFalse(b.one(".item-full button[type=submit]").is_enabled())
        b.one(".item-full option[value=billing]").click()
        self.assertTrue(b.one(".item-full button[type=submit]").is_enabled())

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

    def test_flagged_texts_can_be_found(self):
        item = self.desk.items[list(self.desk.items)[7]]
        item["flagged"] = True
        self.desk.answer(item, "ben", {"label": "other", "took_ms": 2000})
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        b.one("main option[value=flagged]").click()
        wait_for("one row", lambda: len(b.all(".item-row")) == 1)
        b.wait_text("flagged", ".item-foot")

    def test_paging(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/labels")
        wait_for("a page", lambda: len(b.all(".item-row")) == 50)
        b.click("=Show more")
        wait_for("the rest", lambda: len(b.all(".item-row")) == 60)


class Admin(PageTest):
    needs_mock = True
    expected_console = PageTest.expected_console + ("status of 409", "status of 404")

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
        b.wait_text("paused (looking into it)")
        b.click("=Resume automatic answers")
        self.confirm(b)
        wait_for("resumed", lambda: not self.desk.tasks["tickets"]["paused"])

    def test_reports(self):
        """From the counts to a finding, from the finding to the texts behind it; nothing of a text becomes markup."""
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/models")
        b.wait_text("Doubts about the model")
        doubts = b.one("section[aria-label='Doubts about the model']")
        marks = [e.text for e in doubts.find_elements("css selector", ".marks .mark")]
        self.assertEqual([m.split(" ", 1)[1] for m in marks], ["1 broken", "1 weak", "1 holds"])
        titles = [e.text for e in doubts.find_elements("css selector", ".findings > li") if e.text]
        self.assertIn("41 of 2,000 test texts", titles[0])
        self.assertEqual(len(titles), 2)  # what holds is folded away
        doubts.find_element("css selector", ".finding summary").click()
        b.wait_text("please refund order 1, it came broken")
        behind = doubts.find_element("css selector", ".behind")
        self.assertEqual(len(behind.find_elements("css selector", "blockquote")), 10)
        self.assertIn("2 more are in the report", behind.text)
        self.assertIn("<img src=x", behind.text)
        self.assertEqual(len(behind.find_elements("css selector", "tbody tr")), 8)
        self.assertEqual(behind.find_elements("css selector", "img"), [])
        link = behind.find_element("css selector", "a")
        self.assertTrue(link.get_attribute("href").endswith("/v1/tasks/tickets/models/3f9a1c77d20b4e65/reports/doubt#f-leaks"))
        self.assertEqual(looks.structure(b), [])
        for dark in (False, True):
            b.dark(dark)
            time.sleep(0.4)  # colours of links change slowly
            self.assertEqual(looks.contrast(b), [])
        b.click("=Remove the reports")
        self.confirm(b)
        b.wait_text("Nobody has doubted this model yet")
        self.assertEqual(self.desk.reports["3f9a1c77d20b4e65"], [])

    def test_resuming_after_an_alarm_takes_a_second_word(self):
        self.desk.tasks["tickets"].update(paused=True, paused_why="the monitor raised the alarm: the promise is not kept")
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/models")
        b.click("=Resume automatic answers")
        b.click("dialog button[type=submit]")
        b.wait_text("Nothing has changed since the alarm", "dialog")
        b.click("dialog button[type=button]")
        wait_for("the dialog closes", lambda: not b.all("dialog"))
        self.assertTrue(self.desk.tasks["tickets"]["paused"])
        b.click("=Resume automatic answers")
        b.click("dialog button[type=submit]")
        b.wait_text("Nothing has changed since the alarm", "dialog")
        self.confirm(b)
        wait_for("resumed", lambda: not self.desk.tasks["tickets"]["paused"])
        b.wait_text("Automatic answers are given", ".badge-line.good")

    def test_the_card_names_warnings_and_keeps_every_figure(self):
        self.desk.card = {"rows": 10003, "labels": {f"label_{i}": 100 + i for i in range(77)}, "parts": {"fit": 8522, "tune": 507, "certify": 974},
                          "accuracy": 0.910136, "accuracy_interval": [0.890208, 0.927493], "chosen": [{"head": "word 1-2 idf", "weight": 0.6}],
                          "baselines": {"best_token": {"accuracy": 0.0345, "interval": [0.02, 0.05], "token": "<b>refund</b>"}},
                          "warnings": ["the single word 'contactless' gives the answer away"], "seed": 1}
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/models")
        b.click("main details summary")
        b.wait_text("91% (95% interval 89% to 92.7%), on texts it had not learned from")
        b.wait_text("10,003 texts; 8,522 to learn from, 507 to tune the confidence, 974 for the promise alone")
        b.wait_text("77, from 100 texts (label_0) to 176 (label_76)")
        b.wait_text("the best single word (“<b>refund</b>”): 3.45%")
        b.wait_text("the single word 'contactless' gives the answer away")
        b.click("main details details summary")
        b.wait_text("seed")

    def test_an_address_that_is_no_name(self):
        b = self.browser()
        b.login(self.url, "ann")
        b.js("history.pushState(null, '', '/tasks/%25'); history.replaceState(null, '', '/tasks/%/models'); dispatchEvent(new PopStateEvent('popstate'))")
        b.wait_text("There is no task “%”", "h1")

    def test_certificates_of_labels(self):
        self.desk.promise = {"max_error": None, "confidence_level": 0.95, "threshold": None, "coverage": 0.79, "n": 421, "k": 0, "kind": "exact",
                             "per_label": {"ham": {"max_error": 0.01, "threshold": 0.9786}, "spam": {"max_error": 0.03, "threshold": None}}}
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/models")
        b.wait_text("ham: at most 1% wrong, where it is surer than 97.9%")
        b.wait_text("spam: 3% could not be promised, so people answer")
        self.assertNotIn("–", b.one("main .facts").text)

    def test_a_reviewer_cannot(self):
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/models")
        b.wait_text("answers now")
        self.assertEqual([e.text for e in b.all("main button")], [])
        b.open(f"{self.url}/tasks/tickets/settings")
        b.wait_text("Only admins change these settings")
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

    def test_shares_are_percent(self):
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/settings")
        field = b.one("input[name=audit_share]")
        self.assertEqual(field.get_attribute("value"), "2")
        field.clear()
        field.send_keys("7")
        b.click("main button[type=submit]")
        b.wait_text("Saved.")
        self.assertEqual(self.desk.tasks["tickets"]["settings"]["audit_share"], 0.07)

    def test_the_secret_for_callbacks(self):
        secret = self.desk.tasks["tickets"]["settings"]["callback_secret"]
        b = self.browser()
        b.login(self.url, "root", path="/tasks/tickets/settings")
        b.one(".secret")
        self.assertNotIn(secret, b.text())
        b.click("=Show")
        self.assertEqual(b.text(".secret"), secret)
        b.click("=Renew")
        self.confirm(b)
        wait_for("another", lambda: b.text(".secret") != secret)
        self.assertEqual(b.text(".secret"), self.desk.tasks["tickets"]["settings"]["callback_secret"])
        b.forget_login()
        b.login(self.url, "ann", path="/tasks/tickets/settings")
        b.wait_text("Only admins")
        self.assertEqual(b.all(".secret"), [])

    def test_people_and_keys(self):
        b = self.browser()
        b.login(self.url, "root", path="/settings")
        b.wait_text("ann")
        form = b.all("form")[0]
        form.find_element(By.CSS_SELECTOR, "input").send_keys("carla", Keys.ENTER)
        b.wait_text("Login link for carla")
        link = b.text(".secret")
        self.assertTrue(link.startswith(f"{self.url}/login#token="))
        self.assertTrue(link.endswith("&name=carla"))
        self.assertEqual(self.desk.links[link.split("=")[1].removesuffix("&name")], "carla")
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
