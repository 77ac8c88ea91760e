"""Headless Chromium, driven by Playwright, which Tests/Scripts/browser gets."""

import contextlib
import os
import shutil
import sys
import unittest
from pathlib import Path

CACHE = Path(os.environ.get("COVTOOL_CACHE")
             or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "covtool")
FOLDER = CACHE / "browser"
IS_THERE = (FOLDER / "whole").exists() and shutil.which("chromium") is not None

needed = unittest.skipUnless(IS_THERE, "not run: no browser (Tests/Scripts/browser)")

if IS_THERE:
    sys.path += [str(path) for path in FOLDER.glob("lib/python3*/site-packages")]


@contextlib.contextmanager
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


class Window:
    """A page in a browser, which notes what must never come about: errors of scripts, requests to any network,
    dialogs."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.context.on("request", lambda request: None if request.url.startswith(("file:", "data:"))
                        else self.faults.append(f"request: {request.url}"))
        self.context.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))

    def open(self, path, fragment=""):
        self.page.goto(Path(path).resolve().as_uri() + fragment)
        return self.page

    def text(self, selector):
        return self.page.locator(selector).all_inner_texts()

    def violations(self):
        """What axe-core finds, by rule."""
        from axe_playwright_python.sync_playwright import Axe

        # It must not load the style again, which it would do by a request.
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"][:5]]
