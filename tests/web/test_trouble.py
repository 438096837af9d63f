"""What goes wrong: no network, failing and restarted servers, ended sessions, two people, leases."""
import json
import os
import signal
import time
import unittest

import mock_api
from harness import Keys, PageTest, wait_for


class Offline(PageTest):
    expected_console = PageTest.expected_console + ("net::ERR_", "status of 503", "Failed to load resource")

    def test_answers_are_kept_and_sent_when_the_network_is_back(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)
        b.network(offline=True)
        items = [b.press_label("1") for _ in range(3)]
        b.wait_text("Offline: 3 answers kept here", ".chip")
        kept = [json.loads(e) for e in b.outbox()]
        self.assertEqual([e["item"] for e in sorted(kept, key=lambda e: e["id"])], items)
        self.assertFalse(any("text" in e or "note" in e for e in kept), "no texts in localStorage")
        if self.desk:
            self.assertEqual(self.desk.answered(self.task), {})
        b.network()
        b.wait_saved()
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), set(items))

    def test_offline_until_nothing_is_ready(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)
        b.network(offline=True)
        for _ in range(12):
            item = b.item()
            if item is None:
                break
            b.press("2")
            wait_for("next or none", lambda item=item: b.item() != item)
            time.sleep(0.06)
        b.wait_text("The server cannot be reached")
        b.wait_text("of yours are kept in this browser")
        b.network()
        b.wait_item()
        b.wait_saved()

    def test_undo_while_offline(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)
        b.network(offline=True)
        first, second = b.press_label("1"), b.press_label("1")
        b.press("u")
        wait_for("second again", lambda: b.item() == second)
        b.wait_item()
        b.press_label("2")
        b.network()
        b.wait_saved()
        if self.desk:
            labels = self.desk.tasks[self.task]["labels"]
            self.assertEqual({i: self.desk.items[i]["label"] for i in self.desk.answered(self.task)}, {first: labels[0], second: labels[1]})

    def test_over_a_reload(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)
        b.network(offline=True)
        items = [b.press_label("1") for _ in range(2)]
        b.wait_text("Offline", ".chip")
        b.network()
        # The page may not save before it goes: what counts is what lies in localStorage.
        b.driver.refresh()
        b.wait_item()
        b.wait_saved()
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), set(items))
            self.assertTrue(all(len(self.desk.items[i]["history"]) == 1 for i in items))


class Server(PageTest):
    needs_mock = True
    expected_console = PageTest.expected_console + ("net::ERR_", "status of 503", "status of 409", "status of 403", "status of 404", "status of 422")

    def test_failing_server(self):
        b = self.reviewer()
        self.desk.fail_status, self.desk.fail_paths = 503, "/answer"
        items = [b.press_label("1") for _ in range(3)]
        b.wait_text("trying again", ".chip")
        self.desk.fail_status = 0
        b.wait_saved()
        self.assertEqual(set(self.desk.answered(self.task)), set(items))

    def test_server_killed_and_restarted(self):
        b = self.reviewer()
        time.sleep(0.3)
        port = self.server.server_port
        self.server.stop()
        items = [b.press_label("1"), b.press_label("2")]
        b.wait_text("Offline", ".chip")
        self.assertEqual(self.desk.answered(self.task), {})
        self.server = mock_api.serve(self.desk, port)
        b.wait_saved()
        self.assertEqual(set(self.desk.answered(self.task)), set(items))

    def test_refused_answers_are_told(self):
        b = self.reviewer()
        item = b.item()
        with self.desk.lock:
            self.desk.items[item].update(status="answered", label="other", answered_by="ben", lease=None)
        b.press_label("1")
        b.wait_text("was not taken", "#notices")
        self.assertEqual(b.outbox(), [])
        b.one("#notices a").click()
        b.wait_text("Correct the answer")

    def test_the_text_on_the_screen_is_taken_by_somebody_else(self):
        self.desk.lease_s = 6
        b = self.reviewer()
        item = b.item()
        with self.desk.lock:
            self.desk.items[item]["lease"] = ("ben", time.time() + 60)
        b.wait_text("ben has this text now", "#notices", 12)
        self.assertNotEqual(b.item(), item)

    def test_leases_are_renewed_and_given_back(self):
        self.desk.lease_s = 6
        b = self.reviewer()
        item = b.item()
        time.sleep(8)
        self.assertEqual(b.item(), item)
        with self.desk.lock:
            self.assertEqual(self.desk.holder(self.desk.items[item]), "ann", "renewed while the page is open")
        b.open("about:blank")
        wait_for("given back", lambda: all(self.desk.holder(i) is None for i in self.desk.items.values()), 5)

    def test_texts_that_others_have_are_no_empty_queue(self):
        for item in list(self.desk.items.values()):
            if item["task"] == self.task:
                item["lease"] = ("ben", time.time() + 600)
        b = self.browser()
        b.login(self.url, "ann", path=f"/tasks/{self.task}/review")
        b.wait_text("Nothing for you right now")

    def test_logging_out_gives_the_texts_back(self):
        b = self.reviewer()
        time.sleep(0.3)
        b.click("=Log out")
        b.one("input[name=password]")
        self.assertEqual([i["item"] for i in self.desk.items.values() if self.desk.holder(i)], [])

    def test_another_login_in_another_tab(self):
        b = self.reviewer()
        item = b.item()
        cookie, _ = self.desk.login("ben")
        b.driver.add_cookie({"name": "handoff_session", "value": cookie, "path": "/", "httpOnly": True})
        b.press("1")
        wait_for("the page is ben's", lambda: b.text(".who") == "ben")
        self.assertEqual(self.desk.items[item]["status"], "pending", "ann's answer is not given in ben's name")
        self.assertEqual(len(b.outbox()), 1)
        b.login(self.url, "ann", path=f"/tasks/{self.task}/review")
        wait_for("ann's answer", lambda: self.desk.items[item]["answered_by"] == "ann")

    def test_two_tabs_of_one_person(self):
        b = self.reviewer()
        time.sleep(0.5)
        first = b.driver.current_window_handle
        mine = b.item()
        b.driver.switch_to.new_window("tab")
        b.open(f"{self.url}/tasks/{self.task}/review")
        other = b.wait_item()
        self.assertNotEqual(other, mine)
        b.driver.close()
        b.driver.switch_to.window(first)


class Killed(PageTest):
    expected_console = Offline.expected_console

    @unittest.skipUnless(os.environ.get("HO_WEB_PIDFILE"), "needs the program itself (real_service.py)")
    def test_killed_and_restarted_in_the_middle(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)
        items = [b.press_label("1")]
        with open(os.environ["HO_WEB_PIDFILE"], encoding="utf-8") as pid:
            os.kill(int(pid.read()), signal.SIGKILL)
        items += [b.press_label("2") for _ in range(3)]
        b.wait_saved()
        for _ in range(3):
            items.append(b.press_label("1"))
        b.wait_saved()
        states = b.driver.execute_async_script("""const done = arguments[1];
            Promise.all(arguments[0].map((i) => fetch('/v1/items/' + i).then((r) => r.json()))).then((all) =>
                done(all.map((i) => [i.status, i.answered_by])))""", items)
        self.assertEqual(states, [["answered", next(iter(self.users))]] * len(items))


class Login(PageTest):
    def test_the_session_ends_in_the_middle(self):
        b = self.reviewer()
        time.sleep(0.3)
        b.forget_login()
        items = [b.press_label("1")]
        b.one("dialog input[type=password]")
        self.assertIn("You have been logged out", b.text("dialog"))
        b.wait_text("kept", ".chip")
        b.press(self.users["ann"] if "ann" in self.users else next(iter(self.users.values())), Keys.ENTER)
        wait_for("logged in again", lambda: not b.all("dialog"))
        b.wait_saved()
        b.wait_item()
        items.append(b.press_label("2"))
        b.wait_saved()
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), set(items))

    def test_the_session_ended_before_a_reload(self):
        b = self.reviewer()
        time.sleep(0.3)
        b.forget_login()
        item = b.press_label("1")
        b.one("dialog input[type=password]")
        b.driver.refresh()
        b.one("input[name=name]").send_keys(next(iter(self.users)))
        b.one("input[name=password]").send_keys(next(iter(self.users.values())), Keys.ENTER)
        b.wait_item()
        b.wait_saved()
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), {item})

    def test_wrong_password(self):
        b = self.browser()
        b.open(f"{self.url}/login")
        b.one("input[name=name]").send_keys(next(iter(self.users)))
        b.one("input[name=password]").send_keys("wrong", Keys.ENTER)
        b.wait_text("Name or password is not right")

    def test_next_leads_nowhere_else(self):
        b = self.browser()
        name = next(iter(self.users))
        b.login(self.url, name, self.users[name], "//example.org/x")
        self.assertTrue(b.driver.current_url.startswith(self.url))

    def test_log_out(self):
        b = self.reviewer(page="dashboard")
        b.click("=Log out")
        b.one("input[name=password]")
        b.open(f"{self.url}/tasks/{self.task}/review")
        b.one("input[name=password]")


class OneTimeLink(PageTest):
    needs_mock = True
    def test_choose_a_password(self):
        self.desk.links["secret-token"] = "ann"
        b = self.browser()
        b.open(f"{self.url}/login#token=secret-token&name=ann")
        b.one("input[type=password]")
        self.assertEqual(b.one("input[name=name]").get_attribute("value"), "ann")
        for field in b.all("input[type=password]"):
            field.send_keys("a new password")
        b.press(Keys.ENTER)
        wait_for("logged in", lambda: "/login" not in b.driver.current_url)
        b.wait_text("You are logged in as “ann”")
        self.assertNotIn("secret-token", b.driver.current_url)
        self.assertEqual(self.desk.passwords["ann"], "a new password")
        b.forget_login()
        b.open("about:blank")
        b.open(f"{self.url}/login#token=secret-token")
        b.one("input[type=password]")
        for field in b.all("input[type=password]"):
            field.send_keys("another password")
        b.press(Keys.ENTER)
        b.wait_text("used already or has expired")
        self.assertEqual(b.all("input"), [], "nothing more to fill in")


class TwoReviewers(PageTest):
    def test_never_the_same_text(self):
        ann, ben = self.reviewer(0), self.reviewer(1)
        seen = {"ann": [], "ben": []}
        for _ in range(20):
            seen["ann"].append(ann.item())
            seen["ben"].append(ben.item())
            self.assertNotEqual(ann.item(), ben.item())
            ann.press("1")
            ben.press("2")
            ann.wait_item(seen["ann"][-1])
            ben.wait_item(seen["ben"][-1])
        ann.wait_saved()
        ben.wait_saved()
        self.assertEqual(set(seen["ann"]) & set(seen["ben"]), set())
        self.assertNotIn("not taken", ann.text("#notices") + ben.text("#notices"))
        if self.desk:
            for name in seen:
                self.assertTrue(all(self.desk.items[i]["answered_by"] == name for i in seen[name]))


if __name__ == "__main__":
    unittest.main()
