"""The program on a pseudo-terminal, with an emulator that knows what a person would see."""

import os
import pathlib
import re
import signal
import subprocess
import time

import pexpect
import pyte

ROOT = pathlib.Path(__file__).resolve().parents[4]
PROGRAM = os.environ.get("MTP", str(ROOT / "mtp"))
TIMEOUT = 30

CTRL_C, CTRL_D, CTRL_G, CTRL_R = "\x03", "\x04", "\x07", "\x12"
# As terminals send it to a program that edits lines.
UP = "\x1bOA"
ENTER, TAB = "\r", "\t"
CHAT, JAVA = "chat> ", "java> "


class Screen(pyte.HistoryScreen):
    """Resizes as terminals do: empty rows below the cursor go first, then the topmost scroll away."""

    def resize(self, lines=None, columns=None):
        lines, columns = lines or self.lines, columns or self.columns
        lost = max(0, self.lines - lines)
        scrolled = max(0, lost - (self.lines - 1 - self.cursor.y))
        for row in range(scrolled):
            self.history.top.append(self.buffer[row])
        kept = {y - scrolled: line for y, line in self.buffer.items() if 0 <= y - scrolled < lines}
        for line in kept.values():
            for x in [x for x in line if x >= columns]:
                del line[x]
        self.buffer.clear()
        self.buffer.update(kept)
        self.cursor.y -= scrolled
        self.cursor.x = min(self.cursor.x, columns - 1)
        self.lines, self.columns = lines, columns
        self.savepoints.clear()
        self.set_margins()
        self.dirty.update(range(lines))


class Terminal:
    def __init__(self, state, *arguments, rows=32, columns=110, term="xterm-256color", **environment):
        self.screen = Screen(columns, rows, history=10_000, ratio=1e-6)
        self.stream = pyte.ByteStream(self.screen)
        variables = dict(os.environ)
        variables.pop("NO_COLOR", None)
        variables.update(TERM=term, XDG_STATE_HOME=str(state), HOME=str(state), **environment)
        self.raw = b""
        self.process = pexpect.spawn(
            PROGRAM, list(arguments), env=variables, dimensions=(rows, columns), timeout=TIMEOUT, cwd=str(state)
        )
        self.process.delaybeforesend = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.process.wait()
        self.process.close()

    def read(self, patience=0.02):
        """Takes what came; false where nothing did."""
        try:
            data = self.process.read_nonblocking(1 << 16, timeout=patience)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def type(self, keys):
        self.process.send(keys)

    def until(self, condition, what, timeout=TIMEOUT):
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come; the screen is:\n{self.text()}")
            if not self.read() and not self.process.isalive() and not self.read():
                assert condition(), f"the program ended before {what} came; the screen is:\n{self.text()}"

    def wait_for(self, text, timeout=TIMEOUT):
        """Waits for a text, which may go over the end of a row."""
        self.until(lambda: text in self.text() or text in "".join(self.rows()), repr(text), timeout)

    def wait_for_prompt(self, prompt=CHAT, typed="", timeout=TIMEOUT):
        """Waits until the cursor stands behind a prompt with what was typed there, and nothing else."""
        wanted = prompt + typed
        self.until(
            lambda: self.line_of_cursor() == wanted.rstrip() and self.screen.cursor.x == len(wanted),
            f"the prompt {wanted!r}",
            timeout,
        )

    def run(self, line, prompt=CHAT):
        """Types a line, waits for the next prompt, and returns the rows between the two."""
        before = len(self.rows())
        self.type(line + ENTER)
        # The line itself stands at the prompt until it is accepted.
        self.until(lambda: self.screen.cursor.x == 0 or len(self.rows()) > before, "the line's end")
        self.wait_for_prompt(prompt)
        return self.rows()[before:-1]

    def drop_line(self, prompt=CHAT):
        """Ctrl-C at the prompt."""
        self.type(CTRL_C)
        self.until(lambda: self.screen.cursor.x == 0 or self.line_of_cursor() == prompt.rstrip(), "a new line")
        self.wait_for_prompt(prompt)

    def settle(self, seconds=0.3):
        """Reads until nothing has come for a while."""
        while self.read(seconds):
            pass

    def rows(self):
        """What scrolled away and what is seen, without empty rows at the end."""
        gone = ["".join(row[x].data for x in range(self.screen.columns)).rstrip() for row in self.screen.history.top]
        rows = gone + [row.rstrip() for row in self.screen.display]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def text(self):
        return "\n".join(self.rows())

    def line_of_cursor(self):
        return self.screen.display[self.screen.cursor.y].rstrip()

    def cells(self):
        for row in [*self.screen.history.top, *(self.screen.buffer[y] for y in range(self.screen.lines))]:
            yield from (row[x] for x in range(self.screen.columns))

    def marked(self, attribute, value=True):
        """The characters with an attribute, in order."""
        return "".join(cell.data for cell in self.cells() if getattr(cell, attribute) == value).strip()

    def resize(self, rows, columns):
        self.process.setwinsize(rows, columns)
        self.screen.resize(rows, columns)

    def leave(self):
        """Ctrl-D; returns the exit code."""
        self.type(CTRL_D)
        self.process.expect(pexpect.EOF)
        self.process.wait()
        return self.process.exitstatus


def pipe(state, text, *arguments):
    """The program with its lines from a pipe."""
    variables = dict(os.environ, XDG_STATE_HOME=str(state))
    return subprocess.run(
        [PROGRAM, *arguments],
        input=text,
        capture_output=True,
        text=True,
        env=variables,
        cwd=str(state),
        timeout=TIMEOUT,
    )


def plain(raw):
    """The bytes without escape codes."""
    return re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b.", b"", raw).decode()
