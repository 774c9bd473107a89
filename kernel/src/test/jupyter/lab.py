"""A notebook in JupyterLab, in a real browser: runs cells, watches the text grow, looks for coloured tokens and a drawn
plot, stops a long answer by the toolbar's button and goes on. Keeps a screenshot.

Not part of the build, since it needs JupyterLab and a browser:

    pip install jupyterlab playwright
    python kernel/src/test/jupyter/lab.py docs/notebook.png [--browser /usr/bin/chromium]

The kernel must be installed (`./mtp kernel install --sys-prefix`).
"""

import argparse
import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import nbformat
from playwright.sync_api import expect, sync_playwright

LONG = "%generate --mtp=2 --ignore-eos --max-tokens 1900 Returns the number of elements in this list."
CELLS = [
    nbformat.v4.new_code_cell("%set show=rejected\n%generate --mtp=2 Closes the given stream quietly, ignoring exceptions."),
    nbformat.v4.new_code_cell("%acceptance"),
    nbformat.v4.new_code_cell(LONG),
    nbformat.v4.new_code_cell("last().acceptance().tokensPerPass()"),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def server(folder):
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={port}",
            "--ServerApp.ip=127.0.0.1",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={folder}",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/demo.ipynb"
    finally:
        process.terminate()
        process.wait(20)


def cell(page, number):
    return page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def run(page, number):
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def idle(page, number):
    expect(cell(page, number).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)


def walk(page, address, screenshot):
    page.goto(address)
    expect(cell(page, 0)).to_be_visible(timeout=60_000)
    # The notebook looks idle before it has a kernel, and a cell that is run then is not run at all.
    idle_kernel = "document.querySelector('#jp-main-statusbar').innerText.includes('(mlx-mtp) | Idle')"
    page.wait_for_function(idle_kernel, timeout=60_000)
    page.wait_for_timeout(1500)

    run(page, 0)
    idle(page, 0)
    tokens = cell(page, 0).locator("span[title*='drafted and accepted']")
    print("accepted pieces, coloured:", tokens.count())
    assert tokens.count() > 5
    title = tokens.first.get_attribute("title")
    assert "draft position" in title and "target" in title, title
    assert "158" in tokens.first.evaluate("e => getComputedStyle(e).backgroundColor")
    expect(cell(page, 0).locator("table")).to_contain_text("tokens/pass")

    run(page, 1)
    idle(page, 1)
    plot = cell(page, 1).locator(".vega-embed canvas, .vega-embed svg.marks, .jp-RenderedVegaCommon5 canvas")
    expect(plot.first).to_be_visible(timeout=20_000)
    print("plot drawn by Vega:", plot.first.bounding_box())

    run(page, 2)
    lengths = []
    output = cell(page, 2).locator(".jp-OutputArea-output").last
    for _ in range(12):
        time.sleep(0.15)
        lengths.append(len(output.inner_text()) if output.count() else 0)
    growing = sorted(set(lengths))
    print("lengths of the text while it streams:", growing)
    assert len(growing) > 4, lengths
    start = time.monotonic()
    page.locator("[data-command='notebook:interrupt-kernel'], [data-jp-item-name='interrupt']").first.click()
    idle(page, 2)
    print(f"stopped by the button in {time.monotonic() - start:.2f} s")
    expect(cell(page, 2)).to_contain_text("cancelled")

    run(page, 3)
    idle(page, 3)
    expect(cell(page, 3).locator(".jp-OutputArea-output").last).to_contain_text("OptionalDouble[")
    print("the next cell ran:", cell(page, 3).locator(".jp-OutputArea-output").last.inner_text())

    decline = page.get_by_role("button", name="No", exact=True)
    if decline.count():
        decline.first.click()
    # For the picture the first two cells are what a reader wants to see.
    page.keyboard.press("Escape")
    page.keyboard.press("Control+b")
    cell(page, 0).locator(".cm-content").click()
    page.evaluate("document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook').scrollTop = 0")
    time.sleep(0.5)
    page.screenshot(path=screenshot)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("screenshot")
    parser.add_argument("--browser", help="a Chromium that is installed already")
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        notebook = nbformat.v4.new_notebook(cells=CELLS)
        notebook.metadata["kernelspec"] = {"name": "mlx-mtp", "display_name": "Java (mlx-mtp)", "language": "java"}
        nbformat.write(notebook, pathlib.Path(folder) / "demo.ipynb")
        with server(folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=arguments.browser, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            try:
                walk(page, address, arguments.screenshot)
            except BaseException:
                page.screenshot(path=arguments.screenshot + ".failed.png")
                raise
    print("kept", arguments.screenshot)


if __name__ == "__main__":
    main()
