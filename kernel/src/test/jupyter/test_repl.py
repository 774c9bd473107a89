"""The terminal as its users meet it: on a pseudo-terminal, and through a pipe."""

import re
import signal
import time

import pexpect
import pytest

from terminal import CHAT, CTRL_C, CTRL_D, CTRL_G, CTRL_R, ENTER, JAVA, TAB, UP, Terminal, pipe

LONG = "%generate --mtp=2 --ignore-eos --max-tokens 1900 hello"
FIXED = "%generate --mtp=2 --ignore-eos --max-tokens 400 hello"


@pytest.fixture
def repl(tmp_path):
    with Terminal(tmp_path) as terminal:
        terminal.wait_for_prompt()
        yield terminal


@pytest.fixture
def java(repl):
    repl.run("%java", JAVA)
    return repl


@pytest.fixture(scope="module")
def fixed_text(tmp_path_factory):
    """What FIXED answers, as rows."""
    return pipe(tmp_path_factory.mktemp("state"), FIXED + "\n").stdout.rstrip("\n").split("\n")


def answer_of(rows):
    """The rows above the legend and the figures."""
    return rows[: next(i for i, row in enumerate(rows) if re.match(r"green, underlined|\d+ tokens · ", row))]


def figures_of(rows):
    return "".join(rows[len(answer_of(rows)) :])


def test_chat_in_turns_with_tinted_drafts(repl):
    assert "MTP head bound" in repl.text()
    rows = repl.run("Returns the sum of two integers.")
    figures = figures_of(rows)
    assert re.search(r"tok/s · accepted \d+% .* tokens/pass · TTFT", figures), rows
    drafted = "".join(
        cell.data for cell in repl.cells() if cell.underscore and cell.fg == "green" and not cell.strikethrough
    )
    assert "return" in drafted
    again = figures_of(repl.run("And of three?"))
    assert "reused " in again
    assert "a conversation of 4 messages" in "".join(repl.run("%chat"))
    assert repl.leave() == 0
    # Nothing was asked of the terminal, which would answer as if it were typing.
    assert not re.search(rb"\x1b\[[0-9?]*(\$p|[cn])", repl.raw)


def test_quoted_and_continued_messages(repl):
    repl.type('"""\rReturns the sum\r')
    repl.wait_for_prompt("....> ")
    repl.type('of \\ two integers."""\r')
    repl.wait_for("tokens/pass")
    repl.wait_for_prompt()
    repl.type("And of \\\r")
    repl.wait_for_prompt("....> ")
    repl.run("three?")
    repl.run("%chat --save said.json")
    with open(f"{repl.process.cwd}/said.json", encoding="utf-8") as file:
        said = file.read()
    assert r'"Returns the sum\nof \\ two integers."' in said
    assert r'"And of \nthree?"' in said


def test_java_in_cells_of_several_lines(java):
    assert java.run("6 * 7", JAVA) == ["$1 ==> 42"]
    java.type("int half(int x) {\r")
    java.wait_for_prompt("....> ", typed="")
    java.type("return x / 2;\r")
    java.wait_for_prompt("....> ", typed="")
    java.run("}", JAVA)
    assert java.run("half(84)", JAVA) == ["$2 ==> 42"]
    assert java.run('IO.print("half a line"); IO.println(" grün"); IO.print("rest")', JAVA) == [
        "half a line grün",
        "rest",
    ]
    assert "tokens/pass" in "".join(java.run('session.stream("Returns the sum of two integers.")', JAVA))
    java.run("%chat")
    assert "three" in java.run('%java IO.println("th" + "ree")')[0]


def test_errors_in_java_name_their_line_and_end_nothing(java):
    java.type("\x1b[200~int zero = 0;\nint b = 1 / zero;\x1b[201~\r")
    java.wait_for("ArithmeticException")
    java.wait_for_prompt(JAVA)
    assert "line 2" in java.text()
    told = "".join(java.run("undeclared(zero)", JAVA))
    assert "line 1" in told and "undeclared" in told
    assert "unclosed string" in "".join(java.run('"half a quote', JAVA))
    assert java.run("zero + 3", JAVA)[-1].endswith("==> 3")


def test_java_reads_lines_from_the_keyboard(java):
    # Typed ahead, at whatever moment.
    java.type("new Scanner(System.in).nextLine()\rgrün\r")
    java.wait_for('==> "grün"')
    java.wait_for_prompt(JAVA)
    java.type('IO.readln("name? ")\r')
    java.until(lambda: java.line_of_cursor() == "name?", "the question")
    time.sleep(0.3)  # as a person would: what comes within a millisecond of the question is not echoed
    java.type("grün\r")
    java.wait_for_prompt(JAVA)
    assert java.rows()[-3:-1] == ["name? grün", '$2 ==> "grün"']
    java.type('IO.readln("again? ")\r')
    java.until(lambda: java.line_of_cursor() == "again?", "the question")
    time.sleep(0.3)  # as a person would: what comes within a millisecond of the question is not echoed
    java.type("half" + CTRL_C)
    java.wait_for("interrupted")
    java.wait_for_prompt(JAVA)
    assert java.run("1 + 1", JAVA)[-1].endswith("==> 2")


def test_completion(repl, tmp_path):
    (tmp_path / "models" / "only-one").mkdir(parents=True)
    for typed, completed in (
        ("%gen", "%generate "),
        ("%generate --temp", "%generate --temperature "),
        ("%quantize --mode nv", "%quantize --mode nvfp4 "),
        ("%set show=rej", "%set show=rejected "),
        ("%load models/on", "%load models/only-one/"),
    ):
        repl.type(typed + TAB)
        repl.wait_for_prompt(typed=completed)
        repl.drop_line()
    repl.type("%quantize --mode mxfp" + TAB)
    repl.wait_for("mxfp8")
    repl.drop_line()
    repl.run("%java", JAVA)
    repl.type("session.gener" + TAB)
    repl.wait_for_prompt(JAVA, typed="session.generate(")


def test_rejected_drafts_are_struck_through(repl):
    repl.run("%generate --mtp=3 --max-tokens 60 Returns the sum of two integers.")
    assert not repl.marked("strikethrough")
    repl.run("%set show=rejected")
    rows = repl.run("%generate --mtp=3 --max-tokens 60 Returns the sum of two integers.")
    assert repl.marked("strikethrough")
    assert "red, struck through: drafted and rejected" in "\n".join(rows)


def test_hidden_thinking_is_counted(repl):
    repl.run("%set thinking=hide")
    rows = repl.run("%generate --think --max-tokens 60 Returns the sum of two integers.")
    assert re.fullmatch(r"\(thinking … \d+ tokens\)", rows[0]) and rows[1], rows
    repl.run("%set thinking=show")
    rows = repl.run("%generate --think --max-tokens 60 Returns the sum of two integers.")
    assert "(thinking …" not in "".join(rows)


def test_ctrl_c_stops_an_answer_and_nothing_else(repl):
    repl.type(LONG + ENTER)
    repl.wait_for("of 2048")
    start = time.monotonic()
    repl.type(CTRL_C)
    repl.wait_for("cancelled")
    repl.wait_for_prompt()
    assert time.monotonic() - start < 1
    assert re.search(r"reused 15 ?of 15", figures_of(repl.run("%generate --max-tokens 8 hello")))

    repl.type("half a line")
    repl.wait_for_prompt(typed="half a line")
    repl.drop_line()
    assert "Ctrl-D leaves" not in repl.text()
    repl.type(CTRL_C)
    repl.wait_for("Ctrl-D leaves")
    repl.wait_for_prompt()
    assert repl.leave() == 0


@pytest.mark.parametrize("pause", [0.05, 0.2, 2])
def test_ctrl_c_stops_java_that_waits(java, pause):
    # Also while the first cell's end is looked for, or while it is compiled.
    java.type("Thread.sleep(60_000);\r")
    java.settle(pause)
    start = time.monotonic()
    java.type(CTRL_C)
    java.wait_for_prompt(JAVA)
    assert time.monotonic() - start < 5, "starting the compiler may be under way"
    assert java.run("1 + 1", JAVA)[-1].endswith("==> 2")
    java.type("Thread.sleep(60_000);\r")
    java.settle(1)
    start = time.monotonic()
    java.type(CTRL_C)
    java.wait_for("interrupted")
    java.wait_for_prompt(JAVA)
    assert time.monotonic() - start < 1


def test_what_never_stops_can_be_left(java):
    java.run("1 + 1", JAVA)
    java.type("while (true) {}\r")
    java.settle(1)
    java.type(CTRL_C)
    java.settle(1.1)
    java.type(CTRL_C)
    java.wait_for("Ctrl-C once more ends the program")
    java.settle(1.1)
    java.type(CTRL_C)
    java.process.expect(pexpect.EOF)
    java.process.wait()
    assert java.process.exitstatus == 130


def test_an_answer_is_whole_beside_the_status_row(repl, fixed_text):
    for _ in range(2):
        rows = repl.run(FIXED)
        assert answer_of(rows) == fixed_text
    assert "of 2048" not in repl.text(), "the status row is gone"


@pytest.mark.parametrize("sizes", [[(18, 110)], [(45, 110)], [(18, 130), (40, 100), (20, 120)]])
def test_a_resize_disturbs_nothing(repl, fixed_text, sizes):
    repl.resize(30, 105)
    repl.wait_for_prompt()
    before = len(repl.rows())
    repl.type(FIXED + ENTER)
    for rows, columns in sizes:
        repl.until(lambda: "of 2048" in repl.screen.display[-1], "the status row")
        # Nothing is under way while the terminal changes, so that what is seen is certain.
        repl.process.kill(signal.SIGSTOP)
        repl.settle()
        repl.resize(rows, columns)
        repl.process.kill(signal.SIGCONT)
    repl.wait_for_prompt()
    assert answer_of(repl.rows()[before:]) == fixed_text
    assert "of 2048" not in repl.text()
    assert repl.screen.margins in (None, (0, repl.screen.lines - 1))
    assert repl.run("%java 1 + 1") == ["$1 ==> 2"]


def test_a_narrow_terminal_cuts_the_status_row(tmp_path):
    with Terminal(tmp_path, columns=40, rows=12) as repl:
        repl.until(lambda: repl.line_of_cursor() == CHAT.rstrip(), "the prompt")
        repl.type(LONG + ENTER)
        repl.until(lambda: "tok/s" in repl.screen.display[-1], "the status row")
        assert "tokens" not in repl.screen.display[-2]
        repl.type(CTRL_C)
        repl.wait_for("cancelled")
        repl.wait_for_prompt()


def test_typing_ahead_waits_for_the_prompt(repl, fixed_text):
    before = len(repl.rows())
    repl.type(FIXED + ENTER)
    repl.until(lambda: "of 2048" in repl.text(), "the status row")
    repl.type("%java 40 + 2")
    repl.wait_for_prompt(typed="%java 40 + 2")
    assert answer_of(repl.rows()[before:]) == fixed_text
    assert repl.run("") == ["$1 ==> 42"]


def test_history_lasts(tmp_path):
    with Terminal(tmp_path) as first:
        first.wait_for_prompt()
        first.run("%java 1 + 2")
        first.run("%info")
        assert first.leave() == 0
    with Terminal(tmp_path) as second:
        second.wait_for_prompt()
        second.type(UP)
        second.wait_for_prompt(typed="%info")
        second.type(UP)
        second.wait_for_prompt(typed="%java 1 + 2")
        second.drop_line()
        second.type(CTRL_R + "1 +")
        second.wait_for("bck-i-search: 1 +")
        second.type(ENTER)
        second.wait_for("$1 ==> 3")


def test_pasted_lines_are_one_cell(repl):
    repl.type("\x1b[200~int sum(int a, int b) {\n\treturn a + b;\n}\n\x1b[201~")
    repl.settle()
    assert "return" in repl.text() and not re.search(r"\d+ tokens · ", repl.text()), "a paste runs nothing by itself"
    repl.drop_line()
    repl.run("%java", JAVA)
    repl.type("\x1b[200~int sum(int a, int b) {\n\treturn a + b;\n}\n\nsum(20, 22)\x1b[201~\r")
    repl.wait_for("==> 42")
    repl.wait_for_prompt(JAVA)


def test_a_doubled_sign_takes_lines_up_to_an_empty_one(repl):
    repl.type("%%generate --max-tokens 30 --raw\r")
    repl.wait_for_prompt("....> ")
    repl.type("int a = 1;\r")
    repl.wait_for_prompt("....> ")
    repl.type("int b =\r")
    repl.wait_for_prompt("....> ")
    repl.type(ENTER)
    repl.wait_for("tokens/pass")
    repl.wait_for_prompt()


def test_the_editor_of_the_user_is_opened(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf " + 2" >> "$1"\n')
    editor.chmod(0o755)
    with Terminal(tmp_path, EDITOR=str(editor), VISUAL="") as repl:
        repl.wait_for_prompt()
        repl.type("%java 40" + CTRL_G)
        repl.wait_for_prompt(typed="%java 40 + 2")
        assert repl.run("") == ["$1 ==> 42"]
        editor.unlink()
        repl.type("kept" + CTRL_G)
        repl.wait_for("set EDITOR")
        repl.wait_for_prompt(typed="kept")


def test_no_color(tmp_path):
    with Terminal(tmp_path, NO_COLOR="1") as repl:
        repl.wait_for_prompt()
        repl.run("%set show=rejected")
        rows = repl.run("%generate --mtp=3 --max-tokens 60 Returns the sum of two integers.")
        assert "[-" in "".join(rows)
        assert all(cell.fg == "default" and not cell.underscore and not cell.strikethrough for cell in repl.cells())


def test_a_dumb_terminal(tmp_path):
    with Terminal(tmp_path, term="dumb") as repl:
        repl.wait_for_prompt()
        rows = repl.run(FIXED)
        assert "tokens/pass" in figures_of(rows)
        assert b"\x1b" not in repl.raw
        repl.type(LONG + ENTER)
        repl.until(lambda: len(repl.rows()) > 2 * len(rows), "text")
        repl.type(CTRL_C)
        repl.wait_for("cancelled")
        repl.wait_for_prompt()
        repl.type("half a line")
        repl.wait_for_prompt(typed="half a line")
        repl.type(CTRL_C)
        repl.wait_for_prompt()
        assert repl.run("%java 6 * 7") == ["$1 ==> 42"]
        assert repl.leave() == 0


def test_lines_from_a_pipe(tmp_path):
    done = pipe(
        tmp_path,
        "Returns the sum of two integers.\n"
        "%java\n"
        "int twice(int x) {\n  return 2 * x;\n}\n"
        "IO.println(twice(21));\n"
        "%chat\n"
        "%%generate --max-tokens 4\nhello\n\n",
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "return" in done.stdout and "\n42\n" in done.stdout
    assert "tokens/pass" in done.stderr and "tokens/pass" not in done.stdout


def test_a_failing_line_from_a_pipe(tmp_path):
    done = pipe(tmp_path, "%nonsense\n%java\nint zero = 0;\n1 / zero\nIO.readln()\nIO.println(6 * 7)\n")
    assert done.returncode == 2
    assert done.stdout == "42\n"
    assert "%nonsense" in done.stderr
    assert "ArithmeticException" in done.stderr and "line 1" in done.stderr
    assert "where the cells come from" in done.stderr
