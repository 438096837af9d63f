#!/usr/bin/env python3
"""Run the browser tests and print TAP. Usage: run.py [MODULE[.CLASS[.TEST]]]...   default: all tests/web/test_*.py

Needs Debian's python3-selenium, chromium and chromium-driver (group `web` of scripts/packages.txt); where they are absent,
one skipped case says so. See harness.py for running against a real service.
"""
import os
import shutil
import sys
import traceback
import unittest
from pathlib import Path

HERE = Path(__file__).parent


class Tap(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self.outcome = None

    def line(self, ok, test, note=""):
        name = test.id() if hasattr(test, "id") else str(test)
        self.number = getattr(self, "number", 0) + 1
        print(f"{'ok' if ok else 'not ok'} {self.number} - {name}{note}", flush=True)

    def addSuccess(self, test):
        self.outcome = (True, "")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if getattr(self, "outcome", None) is None and hasattr(test, "_testMethodName"):
            self.outcome = (True, f" # SKIP {reason}")
        else:
            self.line(True, test, f" # SKIP {reason}")

    def failed(self, test, error):
        for text in "".join(traceback.format_exception(*error)).rstrip().splitlines():
            print(f"# {text}")
        if hasattr(test, "_testMethodName"):
            self.outcome = (False, "")
        else:
            self.line(False, test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.failed(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self.failed(test, error)

    def stopTest(self, test):
        super().stopTest(test)
        if self.outcome:
            self.line(self.outcome[0], test, self.outcome[1])


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def main():
    sys.path.insert(0, str(HERE))
    try:
        import selenium  # noqa: F401
    except ImportError:
        selenium = None
    if not selenium or not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("1..1\nok 1 - browser tests # SKIP needs python3-selenium, chromium and chromium-driver")
        return 0
    names = sys.argv[1:] or sorted(p.stem for p in HERE.glob("test_*.py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    if os.environ.get("HO_WEB_URL"):
        suite = unittest.TestSuite(test for test in flat(suite) if not getattr(test, "needs_mock", False))
    print(f"1..{suite.countTestCases()}", flush=True)
    result = Tap()
    suite.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
