"""Labelling with the keyboard alone, undo, skip, flag, notes, and keys that must not act."""
import json
import time
import unittest

import looks
import texts
from harness import REAL, ActionChains, Keys, PageTest, wait_for


class Labelling(PageTest):
    def test_fifty_texts_with_the_keyboard_alone(self):
        b = self.reviewer()
        labelled = []
        for i in range(50):
            labelled.append((b.press_label(str(1 + i % 2)), i % 2))
        b.wait_saved()
        self.assertEqual(len({item for item, _ in labelled}), 50, "no text twice")
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), {item for item, _ in labelled})
            labels = self.desk.tasks[self.task]["labels"]
            for item, which in labelled:
                self.assertEqual(self.desk.items[item]["label"], labels[which])
                self.assertEqual(len(self.desk.items[item]["history"]), 1)
        times = sorted(b.js("return performance.getEntriesByName('handoff:key-to-text').map((e) => e.duration)"))
        print(f"# key to next text on the screen, {len(times)} times: median {times[len(times) // 2]:.1f} ms, "
              f"largest {times[-1]:.1f} ms")
        self.assertLess(times[len(times) // 2], 100)

    def test_a_slow_network_is_not_waited_for(self):
        b = self.reviewer()
        b.wait_saved()
        time.sleep(0.5)  # the texts ahead are fetched and leased
        b.network(latency_ms=1500)
        began = time.monotonic()
        for _ in range(4):
            b.press_label("1")
        self.assertLess(time.monotonic() - began, 1.5)
        b.network()
        b.wait_saved()
        if self.desk:
            self.assertEqual(len(self.desk.answered(self.task)), 4)

    def test_none_of_these(self):
        b = self.reviewer()
        item = b.press_label("n")
        b.wait_saved()
        if self.desk:
            self.assertTrue(self.desk.items[item]["none"])
        b.wait_text("none of these", ".thought")

    def test_undo_goes_back_as_often_as_wanted(self):
        b = self.reviewer()
        items = [b.press_label("1") for _ in range(5)]
        b.wait_saved()
        for item in reversed(items):
            b.press("u")
            wait_for("the earlier text", lambda item=item: b.item() == item)
        b.wait_saved()
        if self.desk:
            self.assertEqual(self.desk.answered(self.task), {})
        b.wait_item()
        self.assertEqual([b.press_label("2") for _ in range(5)], items, "the same texts come again in order")
        b.wait_saved()
        if self.desk:
            self.assertTrue(all(self.desk.items[i]["label"] == self.desk.tasks[self.task]["labels"][1] for i in items))

    def test_undo_right_after_the_key_and_answer_again(self):
        b = self.reviewer()
        b.network(latency_ms=300)
        item = b.press_label("1")
        b.press("u")
        wait_for("the text again", lambda: b.item() == item)
        b.wait_item()
        b.press_label("2")
        b.network()
        b.wait_saved()
        if self.desk:
            self.assertEqual(self.desk.items[item]["label"], self.desk.tasks[self.task]["labels"][1])

    def test_undo_after_a_reload(self):
        b = self.reviewer()
        items = [b.press_label("1") for _ in range(3)]
        b.wait_saved()
        b.driver.refresh()
        b.wait_item()
        for item in reversed(items):
            b.press("u")
            wait_for("the earlier text", lambda item=item: b.item() == item)
        b.wait_saved()
        if self.desk:
            self.assertEqual(self.desk.answered(self.task), {})

    def test_nothing_to_undo(self):
        b = self.reviewer()
        item = b.item()
        b.press("u")
        b.wait_text("Nothing to undo", "#live")
        self.assertEqual(b.item(), item)

    def test_skip_and_back(self):
        b = self.reviewer()
        first = b.item()
        b.press("s")
        b.wait_item(first)
        b.wait_saved()
        b.press("u")
        wait_for("the skipped text", lambda: b.item() == first)
        b.wait_item()
        b.press_label("1")
        b.wait_saved()
        if self.desk:
            self.assertEqual(set(self.desk.answered(self.task)), {first})

    def test_flag_with_a_note_and_no_key_acts_meanwhile(self):
        b = self.reviewer()
        item = b.item()
        b.press("f")
        b.one("dialog textarea")
        b.press("1 2 3 n u s f ? strange text")
        self.assertEqual(b.item(), item)
        b.press(Keys.TAB, Keys.ENTER)
        wait_for("the dialog is closed", lambda: not b.all("dialog"))
        self.assertEqual(b.item(), item, "it goes on waiting")
        if self.desk:
            self.assertTrue(self.desk.items[item]["flagged"])
            self.assertEqual(self.desk.items[item]["history"][0]["note"], "1 2 3 n u s f ? strange text")
            self.assertEqual(self.desk.answered(self.task), {})
        b.press_label("1")
        b.wait_saved()

    def test_typing_a_note_does_not_act(self):
        b = self.reviewer()
        item = b.item()
        b.press("a")
        b.press("no 1 unsure? fun 2")
        self.assertEqual(b.item(), item)
        self.assertEqual(b.js("return document.getElementById('answer-note').value"), "no 1 unsure? fun 2")
        b.press(Keys.ESCAPE)
        b.press_label("1")
        b.wait_saved()
        self.assertEqual(b.js("return document.getElementById('answer-note').value"), "", "the note went with its answer")
        if self.desk:
            self.assertEqual(self.desk.items[item]["note"], "no 1 unsure? fun 2")

    def test_modifiers_and_held_keys_do_nothing(self):
        b = self.reviewer()
        item = b.item()
        for modifier in (Keys.CONTROL, Keys.ALT, Keys.META):
            ActionChains(b.driver).key_down(modifier).send_keys("2").key_up(modifier).perform()
        b.js("""for (let i = 0; i < 5; i++) document.activeElement.dispatchEvent(
                new KeyboardEvent('keydown', {key: '1', code: 'Digit1', repeat: true, bubbles: true, cancelable: true}))""")
        time.sleep(0.2)
        self.assertEqual(b.item(), item)

    def test_caps_lock_and_other_keyboards(self):
        b = self.reviewer()
        item = b.item()
        send = """document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {...arguments[0], bubbles: true, cancelable: true}))"""
        b.js(send, {"key": "S", "code": "KeyS"})  # Caps Lock
        b.wait_item(item)
        b.js(send, {"key": "г", "code": "KeyU"})  # the same place on a Russian keyboard
        wait_for("undone", lambda: b.item() == item)
        b.wait_item()
        b.js(send, {"key": "&", "code": "Digit1"})  # a French keyboard without Shift
        b.wait_item(item)
        b.wait_saved()

    def test_the_list_of_keys_is_the_table(self):
        b = self.reviewer()
        item = b.item()
        b.press("?")
        b.one("dialog")
        b.press("1", "n")
        self.assertEqual(b.item(), item)
        shown = b.text("dialog")
        for word in ("undo", "skip", "flag", "none of these", "note"):
            self.assertIn(word, shown)
        b.press(Keys.ESCAPE)
        wait_for("closed", lambda: not b.all("dialog"))
        b.press_label("1")
        b.wait_saved()


class Blind(PageTest):
    needs_mock = True

    def test_nothing_of_the_model_before_the_answer_and_all_after(self):
        b = self.reviewer()
        item = self.desk.items[b.item()]
        self.assertNotIn("sure", b.text(".thought"))
        self.assertEqual([p for _, p, _ in self.desk.requests if p.endswith("/context")], [])
        wrong = next(i for i, label in enumerate(self.desk.tasks[self.task]["labels"]) if label != item["suggestion"])
        b.press_label(str(wrong + 1))
        b.wait_text("The model differs", ".thought")
        b.wait_text(item["suggestion"], ".thought")
        b.wait_text("not sure enough", ".thought")
        self.assertEqual(b.text(".marked"), item["text"])
        self.assertGreater(len(b.all(".marked mark")), 2)
        self.assertIn("ann", {u for _, p, u in self.desk.requests if p.endswith("/context")})

    def test_marks_stand_where_the_bytes_say(self):
        self.desk.items.clear()
        text = "ä€😀 word ß end"
        start = len("ä€😀 ".encode())
        for _ in range(3):  # alike: a page of an earlier test that is not gone yet may have taken one
            item = self.desk.add_item("tickets", text)
            self.desk.items[item]["pieces"] = [{"text": "word", "start": start, "end": start + 4, "view": "words", "weight": 1.5},
                                               {"text": "ß", "start": start + 5, "end": start + 7, "view": "words", "weight": -1.0}]
        b = self.reviewer()
        b.press_label("1")
        wait_for("marks", lambda: b.all(".marked mark"))
        self.assertEqual(b.js("return [...document.querySelectorAll('.marked mark')].map((m) => [m.textContent, m.className])"),
                         [["word", "for s2"], ["ß", "against s4"]])

    def test_shown_before_where_the_task_says_so(self):
        self.desk.tasks["tickets"]["settings"]["show_before"] = True
        b = self.reviewer()
        b.wait_text("What the model thinks of this text", ".thought")
        b.wait_text("sure", ".thought")

    def test_enter_alone_answers_nothing(self):
        b = self.reviewer()
        b.press(Keys.ENTER, Keys.ENTER)
        time.sleep(0.2)
        self.assertEqual(self.desk.answered(self.task), {})


class ManyLabels(PageTest):
    needs_mock = True

    def test_no_label_takes_an_actions_key(self):
        self.desk.add_task("letters", list("nusfaw?i/") + [f"label {c}" for c in "nusf"] + [f"more {i}" for i in range(137)])
        for i in range(8):
            self.desk.add_item("letters", f"text {i}")
        b = self.reviewer(task="letters")
        keys = b.js("return [...document.querySelectorAll('.labels kbd')].map((k) => k.textContent)")
        self.assertEqual(keys, list("1234567890"))
        first = b.press_label("n")
        b.wait_saved()
        self.assertTrue(self.desk.items[first]["none"], "n is none of these, not the label “n”")
        second = b.item()
        b.press("s")
        b.wait_item(second)
        b.wait_saved()
        self.assertEqual(self.desk.items[second]["status"], "pending")
        third = b.press_label("0")
        b.wait_saved()
        self.assertEqual(self.desk.items[third]["label"], self.desk.tasks["letters"]["labels"][9])

    def test_type_to_find_among_150(self):
        b = self.reviewer(task="topics")
        item = b.item()
        b.press("/")
        b.press("137")
        b.wait_text("topic 137", "#label-list")
        self.assertEqual(b.item(), item, "digits are text while one types")
        b.press(Keys.ENTER)
        b.wait_item(item)
        b.wait_saved()
        self.assertEqual(self.desk.items[item]["label"], "topic 137")
        second = b.item()
        b.press("/")
        b.press("topic 14")
        b.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
        b.wait_item(second)
        b.wait_saved()
        self.assertEqual(self.desk.items[second]["label"], "topic 142")
        third = b.item()
        b.press("/")
        b.press(Keys.ENTER)
        b.press("zzz", Keys.ENTER)
        self.assertEqual(b.item(), third, "neither nothing nor no match is an answer")
        b.press(Keys.ESCAPE)
        b.press_label("3")
        b.wait_saved()
        self.assertEqual(self.desk.items[third]["label"], "topic 002")


    def test_words_of_a_label_are_found_whatever_stands_between(self):
        b = self.reviewer(task="bank")
        for typed, first in (("card ar", "card_arrival"), ("updated deposit", "balance_not_updated_after_cheque_or_cash_deposit"),
                             ("TOP-UP decl", "top_up_declined"), ("ithdrawal arri", "cash_withdrawal_arrival"), ("in another", "card_charge:abroad/in_another_currency")):
            b.press("/", typed)
            wait_for(first, lambda first=first: b.text(".label.first .label-name") == first)
            b.press(Keys.ESCAPE)

    def test_names_stay_in_their_buttons(self):
        b = self.reviewer(task="bank")
        for width, height in ((390, 844), (1000, 800), (1440, 900)):
            b.resize(width, height)
            try:
                self.assertEqual(b.js(looks.SPILLS), [])
            finally:
                b.resize(1440, 900)

    def test_lately_used_labels_get_the_keys_next_time(self):
        b = self.reviewer(task="bank")
        before = b.js("return [...document.querySelectorAll('.labels .label-name')].map((e) => e.textContent)")
        item = b.item()
        b.press("/", "refund arrival", Keys.ENTER)
        b.wait_item(item)
        b.wait_saved()
        self.assertEqual(b.js("return [...document.querySelectorAll('.labels .label-name')].map((e) => e.textContent)"), before, "while one works nothing moves")
        b.driver.refresh()
        item = b.wait_item()
        b.press_label("1")
        b.wait_saved()
        self.assertEqual(self.desk.items[item]["label"], "Refund_arrival")

    def test_the_queue_shrinks_with_each_answer(self):
        b = self.reviewer(task="bank")
        b.wait_text("20 waiting", ".progress-line")
        b.network(latency_ms=1500)
        b.press_label("1")
        b.wait_text("19 waiting · 1 answered", ".progress-line", 1)
        b.press("u")
        b.wait_text("20 waiting · 0 answered", ".progress-line", 1)
        b.network()
        b.wait_saved()


class HostileByTheProgram(PageTest):
    @unittest.skipUnless(REAL, "needs the program itself (real_service.py)")
    def test_texts_come_through_unharmed_and_are_shown_as_text(self):
        b = self.reviewer(task="hostile")
        left = {text for text in texts.HOSTILE.values() if text}
        while left:
            item = b.wait_item()
            shown = b.js("return document.querySelector('.text').textContent")
            self.assertIn(shown, left)
            left.discard(shown)
            self.assertEqual(b.js("return document.querySelectorAll('.text script, .text img, .text b, .meta script, .meta i').length"), 0)
            b.press("2")
            wait_for("next or end", lambda item=item: b.item() != item)
        b.wait_saved()
        b.wait_text("Nothing waits")
        self.assertIsNone(b.js("return window.hacked ?? null"))


class Hostile(PageTest):
    needs_mock = True

    def test_texts_are_shown_as_text(self):
        self.desk.tasks["hostile"]["labels"][0] = "<b onmouseover=alert(1)>"
        b = self.reviewer(task="hostile")
        for _ in range(len(self.desk.items)):
            item = b.item()
            if item is None:
                break
            text = self.desk.items[item]["text"]
            shown = b.js("return document.querySelector('.text').textContent")
            self.assertEqual(shown, text)
            self.assertEqual(b.js("return document.querySelectorAll('.text script, .text img, .text b, .meta script, .labels b').length"), 0)
            if "مرحبا" in text:
                self.assertEqual(b.js("return getComputedStyle(document.querySelector('.text')).direction"), "rtl")
            b.press("2")
            wait_for("next or end", lambda item=item: b.item() != item)
            if b.item():
                b.wait_item()
            b.wait_saved()
        b.wait_text("Nothing waits")
        self.assertIsNone(b.js("return window.hacked ?? null"))
        self.assertFalse(b.js("return document.documentElement.scrollWidth > innerWidth"), "nothing sticks out")
        times = b.js("return performance.getEntriesByName('handoff:key-to-text').map((e) => e.duration)")
        print(f"# key to next text with texts of a megabyte: largest {max(times):.1f} ms")
        self.assertLess(max(times), 500)

    def test_a_new_text_appears_by_itself(self):
        for item in list(self.desk.items.values()):
            item["status"] = "answered"
        b = self.browser()
        b.login(self.url, "ann", path="/tasks/tickets/review")
        b.wait_text("Nothing waits")
        fresh = self.desk.add_item("tickets", "just came")
        wait_for("the new text", lambda: b.item() == fresh, 15)


if __name__ == "__main__":
    unittest.main()
