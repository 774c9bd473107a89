"""What users of a notebook lean on, beyond conformance."""

import os
import re
import signal
import time

import pytest

LONG = "%generate --mtp=2 --ignore-eos --max-tokens 1900 Returns the number of elements in this list."


def test_messages_belong_to_their_cell_and_come_in_order(kernel):
    reply = kernel.run('System.out.println("a");\nhtml("<i>b</i>");\n1 + 1')
    types = [m["msg_type"] for m in reply.outputs]
    assert types == ["status", "execute_input", "stream", "display_data", "execute_result", "status"]


def test_answers_stream_and_end_with_coloured_tokens(kernel):
    request = kernel.send("%generate --mtp=2 --max-tokens 120 --ignore-eos Returns the sum of two integers.")
    outputs = kernel.outputs(request)
    assert kernel.reply(request)["status"] == "ok"
    updates = [m["content"] for m in outputs if m["msg_type"] == "update_display_data"]
    shown = updates[-1]["transient"]["display_id"]
    texts = [u["data"]["text/plain"] for u in updates if u["transient"]["display_id"] == shown]
    texts = [text for text in texts if not text.startswith("loading")]
    assert len(texts) > 2, "the text grows before the eyes"
    assert all(later.startswith(earlier) for earlier, later in zip(texts, texts[1:])), texts
    final = updates[-1]
    html = final["data"]["text/html"]
    facts = final["metadata"]["mlx_mtp"]
    assert facts["tokens"] == 120 and facts["decoder"] == "mtp, depth 2"
    # A span for each accepted draft, with its place and both probabilities when pointed at.
    assert html.count("drafted and accepted&#10;") + html.count("drafted and accepted\n") > 0
    assert re.search(r"draft position 1: head 0\.\d{3}, target 0\.\d{3}|head 1\.000", html)
    assert "tokens/pass" in html and "tok/s" in final["data"]["text/plain"]


def test_progress_gives_way_to_what_it_led_to(kernel):
    prompt = "Returns the number of elements in this list."
    reply = kernel.run(f"%compare --mtp=0,1 --runs=2 --max-tokens 120 {prompt}")
    texts = [m["data"]["text/plain"] for m in reply.of("display_data", "update_display_data")]
    assert texts[0].startswith("comparing: run"), texts
    assert [d["data"]["text/plain"][:7] for d in reply.displays()] == ["decoder"]
    reply = kernel.run(f'session.compare("{prompt}", 0, 1).result().runs()')
    assert reply.displays()[0]["data"]["text/plain"] == "" and reply.result() == "3"


def test_a_benchmark_is_tables_and_a_chart(kernel):
    reply = kernel.run("%bench --kinds code,chat --limit 1 --draft plain,mtp1,auto --runs 1 --max-tokens 16")
    shown = [d["data"] for d in reply.displays()]
    tables, chart = shown[:4], shown[4]["application/vnd.vegalite.v5+json"]
    for table, part in zip(tables, ["kernels", "÷ plain", "verify", "best fixed"], strict=True):
        assert part in table["text/html"]
    values = [value for layer in chart["layer"] for value in layer.get("data", {}).get("values", [])]
    assert {value["series"] for value in values if "series" in value} == {"mtp1", "auto"}, chart
    assert len(shown) == 5


def test_rejected_drafts_are_shown_on_demand(kernel):
    kernel.run("%set show=rejected")
    html = kernel.run("%generate --mtp=3 --max-tokens 60 Returns the sum of two integers.").displays()[-1]["data"]
    assert "line-through" in html["text/html"]
    kernel.run("%set show=off")
    html = kernel.run("%generate --mtp=3 --max-tokens 60 Returns the sum of two integers.").displays()[-1]["data"]
    assert "line-through" not in html["text/html"] and "rgba(0,158,115" not in html["text/html"]
    kernel.run("%set --reset")


def test_java_and_commands_mix(kernel):
    reply = kernel.run(
        "var depth = 2;\n"
        "%set max-tokens=24\n"
        'var a = session.generate("Returns the sum of two integers.", o -> o.mtp(depth));\n'
        'magic("%generate --mtp=1 Returns the sum of two integers.");\n'
        "last().text().equals(a.text())"
    )
    assert reply.status == "ok", reply.content
    assert reply.result() == "true"
    kernel.run("%set --reset")


def test_values_are_shown_in_their_richest_form(kernel):
    data = kernel.run('session.generate("hello", o -> o.mtp(2).maxTokens(8))').of("execute_result")[0]["data"]
    assert "text/html" in data and "tokens/pass" in data["text/html"]
    chart = kernel.run('Chart.lines("t").series("s", 1, 2, 3)').of("execute_result")[0]["data"]
    assert chart["application/vnd.vegalite.v5+json"]["$schema"].startswith("https://vega.github.io/schema/vega-lite/v5")
    assert chart["image/svg+xml"].startswith("<svg") and "t" in chart["text/plain"]


@pytest.mark.parametrize(
    "code, name, sentence",
    [
        ("%generate --mtp=9 x", "MagicException", "1 to 8"),
        ("%genrate x", "MagicException", "`%generate`"),
        ("%load /no/such", "CheckpointException", "/no/such"),
        ("int a = 1;\n\nint b = a / 0;", "ArithmeticException", "line 3"),
        ("int a = 1;\nfoo(a);", "CompileException", "line 2"),
        ('throw new IllegalStateException("so")', "IllegalStateException", "so"),
        ("%chat --load /no/such.json hello", "MagicException", "/no/such.json"),
        ("%restore /no/such", "SessionException", "/no/such"),
        ("%maven nonsense", "LibraryException", "nonsense"),
        ("%jars /no/such/*.jar", "MagicException", "/no/such"),
        ("%quantize --mode mxfp4 --src /no/such --out /tmp/x", "CheckpointException", "/no/such"),
    ],
)
def test_an_error_is_one_sentence(kernel, code, name, sentence):
    reply = kernel.run(code)
    assert reply.status == "error"
    assert reply.content["ename"] == name
    assert sentence in reply.content["evalue"]
    assert "\n" not in reply.content["evalue"]
    assert len(reply.content["traceback"]) == 1
    assert reply.of("error")[0]["evalue"] == reply.content["evalue"]
    assert kernel.run("1 + 1").result() == "2"


def test_the_long_form_of_an_error_on_demand(kernel):
    kernel.run("int half(int x) {\n  return x / 0;\n}")
    kernel.run("%set errors=full")
    traceback = "\n".join(kernel.run("int a = 3;\nhalf(a);").content["traceback"])
    kernel.run("%set errors=short")
    assert "line 2" in traceback and "half" in traceback
    assert "jdk.jshell" not in traceback and "reflect" not in traceback


def test_cells_behind_a_failed_one_do_not_run(kernel):
    first, second, third = kernel.send("%nonsense"), kernel.send("int never = 1;"), kernel.send("never")
    assert kernel.reply(first)["status"] == "error"
    assert kernel.reply(second)["status"] == "aborted"
    assert kernel.reply(third)["status"] == "aborted"
    kernel.outputs(third)
    assert kernel.run("2 + 2").result() == "4"
    assert kernel.run("never").status == "error"


def test_cells_behind_a_failed_one_run_where_that_is_asked(kernel):
    first, second = kernel.send("%nonsense", stop_on_error=False), kernel.send("3 + 3")
    assert kernel.reply(first)["status"] == "error"
    assert kernel.reply(second)["status"] == "ok"
    kernel.outputs(second)


@pytest.mark.parametrize("way", ["message", "signal"])
def test_an_interrupt_keeps_the_session(kernel, way):
    kernel.run("int kept = 41;")
    request = kernel.send(LONG)
    kernel.wait_for(request, lambda m: m["msg_type"] == "update_display_data")
    if way == "message":
        kernel.manager.interrupt_kernel()
    else:
        os.kill(kernel.manager.provisioner.process.pid, signal.SIGINT)
    reply = kernel.reply(request, timeout=10)
    assert reply["status"] == "error" and reply["ename"] == "Cancelled"
    last = [m for m in kernel.outputs(request) if m["msg_type"] == "update_display_data"][-1]
    assert "cancelled" in last["content"]["data"]["text/plain"]
    assert kernel.run("kept + 1").result() == "42"
    again = kernel.run("%generate --mtp=2 --max-tokens 8 Returns the number of elements in this list.").displays()[-1]
    assert "reused" in again["data"]["text/plain"]


def test_an_interrupt_ends_java_that_waits(kernel):
    request = kernel.send("Thread.sleep(60_000);")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.reply(request, timeout=10)["ename"] == "Cancelled"
    kernel.outputs(request)
    assert kernel.run("Thread.sleep(10); 7").result() == "7"


def test_an_idle_interrupt_is_harmless(kernel):
    kernel.manager.interrupt_kernel()
    time.sleep(0.3)
    assert kernel.run("5").result() == "5"


def test_java_asks_for_input(kernel):
    request = kernel.send('var line = new Scanner(System.in).nextLine();\n"got " + line', allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=20)
    assert question["msg_type"] == "input_request"
    kernel.client.input("grün")
    assert kernel.reply(request)["status"] == "ok"
    results = [m for m in kernel.outputs(request) if m["msg_type"] == "execute_result"]
    assert results[0]["content"]["data"]["text/plain"] == '"got grün"'


def test_an_interrupt_ends_a_question(kernel):
    request = kernel.send("new Scanner(System.in).nextLine()", allow_stdin=True)
    assert kernel.client.get_stdin_msg(timeout=20)["msg_type"] == "input_request"
    kernel.manager.interrupt_kernel()
    assert kernel.reply(request, timeout=10)["status"] == "error"
    kernel.outputs(request)
    assert kernel.run("6").result() == "6"
    again = kernel.send("new Scanner(System.in).nextLine()", allow_stdin=True)
    assert kernel.client.get_stdin_msg(timeout=20)["msg_type"] == "input_request"
    kernel.client.input("later")
    assert kernel.reply(again)["status"] == "ok"
    kernel.outputs(again)


def test_input_is_refused_where_nobody_answers(kernel):
    reply = kernel.run("System.in.read()", allow_stdin=False)
    assert reply.status == "error" and "answers no questions" in reply.content["evalue"]


def test_silent_cells_leave_no_trace(kernel):
    before = kernel.run("1").content["execution_count"]
    reply = kernel.run("2", silent=True)
    assert not reply.of("execute_input", "execute_result")
    assert kernel.run("3").content["execution_count"] == before + 1


def test_output_after_the_end_of_a_cell_still_arrives(kernel):
    request = kernel.send(
        "var t = Thread.ofPlatform().start(() -> {\n"
        "  try { Thread.sleep(300); } catch (InterruptedException e) { return; }\n"
        '  System.out.println("late");\n});'
    )
    kernel.reply(request)
    assert kernel.wait_for(request, lambda m: m["msg_type"] == "stream")["content"]["text"] == "late\n"


def test_much_output_is_few_messages(kernel):
    reply = kernel.run("for (int i = 0; i < 5000; i++) System.out.println(i);")
    assert reply.text() == "".join(f"{i}\n" for i in range(5000))
    assert len(reply.of("stream")) < 100


def test_completion_counts_characters_as_the_protocol_does(kernel):
    code = 'var s = "😀";\ns.toUpperC'
    kernel.run('var s = "😀";')
    request = kernel.client.complete(code, len(code))
    found = kernel.reply(request)
    assert found["matches"] == ["toUpperCase("]
    assert code[found["cursor_start"] : found["cursor_end"]] == "toUpperC"


def test_control_answers_while_a_cell_runs(kernel):
    request = kernel.send("Thread.sleep(1500);")
    time.sleep(0.2)
    start = time.monotonic()
    message = kernel.client.session.msg("kernel_info_request", {})
    kernel.client.control_channel.send(message)
    assert kernel.client.get_control_msg(timeout=5)["content"]["status"] == "ok"
    assert time.monotonic() - start < 1
    assert kernel.reply(request)["status"] == "ok"
    kernel.outputs(request)


def test_quantizing_shows_progress_and_a_table(kernel, tmp_path):
    reply = kernel.run(f"%quantize --mode mxfp8 --out {tmp_path}/q")
    assert reply.status == "ok", reply.content
    assert (tmp_path / "q" / "config.json").exists()
    assert kernel.run(f"%load {tmp_path}/q").status == "ok"
    assert kernel.run("%generate --mtp=2 --max-tokens 8 hello").status == "ok"


def test_a_context_is_saved_and_restored(kernel, tmp_path):
    kernel.run("%load " + os.path.join(os.environ["DEMO"], ""))
    kernel.run("%chat --reset Returns the sum of two integers.")
    assert "saved" in kernel.run(f"%save {tmp_path}/context").text()
    kernel.run("session.reset();")
    assert "back" in kernel.run(f"%restore {tmp_path}/context").text()
    again = kernel.run("%chat And of three?").displays()[-1]["data"]["text/plain"]
    assert "reused" in again


def test_a_restart_begins_anew(kernel):
    kernel.run("int gone = 1;")
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.run("gone").status == "error"
    assert kernel.run("1 + 1").result() == "2"
