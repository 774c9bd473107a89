"""A picture of the terminal, made of the real program on a real pseudo-terminal.

    python3 kernel/src/test/jupyter/run.py --measure terminal_picture.py docs/terminal.png --browser chromium
"""

import argparse
import html
import os
import pathlib
import subprocess
import tempfile
import time

import pexpect
import pyte

ROOT = pathlib.Path(__file__).resolve().parents[4]
COLUMNS, LINES = 108, 46
LINES_TYPED = [
    ("chat> ", "Implement `public static boolean isEmpty(CharSequence cs)` in Java. Checks if a CharSequence is empty or null."),
    ("chat> ", "%set show=rejected"),
    ("chat> ", "%generate --mtp=3 Closes the given stream quietly, ignoring exceptions."),
    ("chat> ", "%java"),
    ("java> ", "last().rounds().stream().filter(r -> r.accepted() == r.drafted().length).count()"),
]
COLORS = {
    "black": "#2e3440", "red": "#e06c75", "green": "#98c379", "brown": "#e5c07b", "blue": "#61afef",
    "magenta": "#c678dd", "cyan": "#56b6c2", "white": "#d8dee9", "default": "#d8dee9",
}  # fmt: skip


def drive(screen, stream, child):
    def read(until, timeout=60):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                stream.feed(child.read_nonblocking(4096, 0.2))
            except pexpect.TIMEOUT:
                if screen.display[screen.cursor.y].rstrip().endswith(until.strip()):
                    return
        raise TimeoutError("\n".join(screen.display))

    for prompt, line in LINES_TYPED:
        read(prompt)
        child.send(line + "\r")
    read("java> ")


def span(character):
    css = f"color:{COLORS.get(character.fg, '#' + character.fg)}"
    css += ";font-weight:bold" if character.bold else ""
    line = ["underline"] * character.underscore + ["line-through"] * character.strikethrough
    css += f";text-decoration:{' '.join(line)}" if line else ""
    return f'<span style="{css}">{html.escape(character.data)}</span>'


def page(screen):
    last = max(i for i, line in enumerate(screen.display) if line.strip())
    rows = ["".join(span(screen.buffer[y][x]) for x in range(COLUMNS)) for y in range(last + 1)]
    body = "\n".join(rows)
    style = "margin:0;padding:14px 18px;background:#1e222a;font:14px/1.35 'DejaVu Sans Mono',monospace"
    return f'<body style="margin:0;background:#1e222a"><pre style="{style}">{body}</pre></body>', last + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--browser", default="chromium")
    arguments = parser.parse_args()
    screen = pyte.Screen(COLUMNS, LINES)
    environment = dict(os.environ, TERM="xterm-256color", XDG_STATE_HOME=tempfile.mkdtemp())
    child = pexpect.spawn(str(ROOT / "mtp"), env=environment, dimensions=(LINES, COLUMNS), encoding="utf-8")
    drive(screen, pyte.Stream(screen), child)
    text, lines = page(screen)
    with tempfile.NamedTemporaryFile("w", suffix=".html", delete=False) as file:
        file.write(text)
    target = arguments.picture if arguments.picture.is_absolute() else ROOT / arguments.picture
    size = f"--window-size={COLUMNS * 8 + 60},{int(lines * 18.9) + 40}"
    flags = ["--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1.5", size]
    subprocess.run([arguments.browser, *flags, f"--screenshot={target}", f"file://{file.name}"], check=True)


if __name__ == "__main__":
    main()
