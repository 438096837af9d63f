"""Reports in the browser: they stand alone, fit, read well in light and dark, lead from the story to the finding, and print."""
import base64
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import looks
from harness import Browser, PageTest, wait_for

PROGRAM = os.environ.get("HO_REPORT_PAGE")


@unittest.skipUnless(PROGRAM, "HO_REPORT_PAGE names no program")
class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="handoff-report-")
        cls.pages = {}
        for name in ("checks", "findings"):
            path = Path(cls.folder.name) / f"{name}.html"
            path.write_bytes(subprocess.run([PROGRAM, name], capture_output=True, check=True).stdout)
            cls.pages[name] = path.as_uri()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def show(self, name, width=1440, dark=False, opened=False):
        b = self.browser
        b.resize(width, 900)
        b.dark(dark)
        b.driver.get("about:blank")
        b.driver.get(self.pages[name])
        if opened:
            b.js("for (const e of document.querySelectorAll('details')) e.open = true")
        return b

    def test_it_stands_alone(self):
        for name in self.pages:
            b = self.show(name)
            # The policy allows the style sheet by its hash: were that wrong, the page would be bare.
            self.assertEqual(b.js("return getComputedStyle(document.querySelector('.summary')).display"), "flex")
            self.assertEqual(b.js("return performance.getEntriesByType('resource').length"), 0)
            self.assertEqual([line["message"] for line in b.driver.get_log("browser")], [])
            self.assertEqual(b.js("return document.querySelectorAll('script, img, link, iframe').length"), 0)
            self.assertEqual(b.js("return document.title"), "Does the result hold?")

    def test_nothing_runs_even_if_it_stood_there(self):
        b = self.show("checks")
        b.js("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\"><p style=\"color: red\" id=red>x</p>')")
        wait_for("refusals", lambda: any("Content Security Policy" in line["message"] for line in b.driver.get_log("browser")))
        self.assertEqual(b.js("return document.title"), "Does the result hold?")
        self.assertNotEqual(b.js("return getComputedStyle(document.getElementById('red')).color"), "rgb(255, 0, 0)")

    def test_it_fits_and_reads_well(self):
        for name in self.pages:
            for width in (360, 390, 800, 1600):
                for dark in (False, True):
                    with self.subTest(name=name, width=width, dark=dark):
                        b = self.show(name, width, dark, opened=True)
                        self.assertEqual(looks.structure(b), [])
                        self.assertEqual(looks.contrast(b), [])

    def test_letters_of_charts_keep_their_size(self):
        sizes = set()
        for width in (390, 1600):
            b = self.show("checks", width, opened=True)
            sizes.add(b.js("return document.querySelector('.tick').getBoundingClientRect().height"))
            ticks = "[...document.querySelectorAll('.plot')].map(p => [...p.querySelectorAll('.tick.x')].filter(t => t.checkVisibility()).map(t => t.getBoundingClientRect()))"
            overlaps = b.js(f"return {ticks}.flatMap(rs => rs.slice(1).map((r, i) => rs[i].right - r.left)).filter(gap => gap > 0)")
            self.assertEqual(overlaps, [], f"labels of an axis run into each other at {width}")
        self.assertEqual(len(sizes), 1)

    def test_bars_of_a_chart_share_a_scale(self):
        b = self.show("checks", 1600, opened=True)
        zeros = b.js("return [...document.querySelectorAll('.bars')].map(l => [...l.querySelectorAll('.zero')].map(z => Math.round(z.getBoundingClientRect().left * 10)))")
        for rows in zeros:
            self.assertEqual(len(set(rows)), 1, rows)

    def test_the_story_leads_to_the_finding(self):
        b = self.show("checks", 390)
        b.one(".story a").click()
        wait_for("the finding is in sight", lambda: b.js("const r = document.getElementById('f-leaks').getBoundingClientRect(); return r.top >= -2 && r.top < 200"))
        self.assertTrue(b.js("return document.querySelector(':target').id") == "f-leaks")

    def test_it_prints(self):
        b = self.show("checks")
        pdf = base64.b64decode(b.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
        self.assertTrue(pdf.startswith(b"%PDF") and len(pdf) > 20000)


@unittest.skipUnless(os.environ.get("HO_WEB_ADMIN"), "HO_WEB_ADMIN names nobody: needs the program itself")
class Served(PageTest):
    """The same from the service: from the page of models to a finding, its texts, and the report under the server's policy."""

    def test_from_the_model_to_the_texts(self):
        b = self.browser()
        name, password = os.environ["HO_WEB_ADMIN"].split(":", 1)
        b.login(self.url, name, password, f"/tasks/{self.task}/models")
        b.wait_text("Doubts about the model")
        b.wait_text("What its data say")
        marks = b.text("section[aria-label='Doubts about the model'] .marks")
        self.assertTrue(any(word in marks for word in ("hold", "broken", "weak")), marks)
        # Every finding opens; behind some of them there are texts.
        for section in b.all("section.report"):
            for details in section.find_elements("css selector", "details"):
                b.js("arguments[0].open = true", details)
        wait_for("all findings", lambda: not b.js("return [...document.querySelectorAll('.behind')].some(e => e.innerText.includes('One moment'))"))
        self.assertGreater(len(b.all(".report .behind a")), 10)
        self.assertEqual(b.js("return [...document.querySelectorAll('.behind')].filter(e => e.innerText.includes('cannot be read')).length"), 0)
        self.assertGreater(len(b.all(".report blockquote")), 0)
        self.assertEqual(looks.structure(b), [])
        link = next(a.get_attribute("href") for a in b.all(".report .behind a") if "/doubt#f-" in a.get_attribute("href"))
        b.open(link)
        self.assertEqual(b.js("return getComputedStyle(document.querySelector('.summary')).display"), "flex")
        self.assertEqual(b.js("return document.querySelector(':target')?.id"), link.split("#")[1])
        self.assertEqual(b.js("return self.origin"), "null")  # the sandbox
        self.assertEqual(looks.structure(b), [])

    def test_a_reviewer_sees_none(self):
        b = self.reviewer(page="models")
        b.wait_text("Certificate")
        self.assertEqual(b.all(".reports"), [])
