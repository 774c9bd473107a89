"""Two hundred cells in one kernel: none is lost, the session lives, and nothing grows."""

import itertools
import re

PROMPTS = ["Returns the number of elements in this list.", "Returns the sum of two integers.", "Reverses the given string."]


def held(kernel):
    """What is in use after a collection, from the kernel's own table: MLX bytes, native handles, bytes of the
    process and of the Java heap."""
    kernel.run("System.gc();", store_history=False)
    rows = kernel.run("%mem", store_history=False).displays()[-1]["data"]["text/plain"]
    units = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}

    def size(name):
        number, unit = re.search(rf"^{name} +([\d.]+) (\w+)", rows, re.MULTILINE).groups()
        return float(number) * units[unit]

    handles = int(re.search(r"^native handles +(\d+)", rows, re.MULTILINE).group(1))
    return size("MLX in use"), handles, size("whole process"), size("Java heap")


def test_two_hundred_cells(kernel, tmp_path):
    def cells(turn):
        prompt = PROMPTS[turn % 3]
        yield f"%generate --mtp={1 + turn % 4} --max-tokens 40 {prompt}", "ok"
        yield f'session.generate("{prompt}", o -> o.mtp(2).maxTokens(20)).text().length() > 0', "ok"
        yield f"%%generate --max-tokens 10\n{prompt}", "ok"
        yield "%generate --mtp=9 x", "error"
        yield "int x = 1 / 0;", "error"
        yield f"%chat --reset {prompt}", "ok"
        yield f"var a{turn} = 1;\nundefined + a{turn}", "error"
        yield "%load /no/such/model", "error"
        yield "for (int i = 0; i < 100; i++) System.out.println(i);", "ok"
        yield f"%quantize --mode mxfp4 --force --out {tmp_path}/q", "ok"

    kernel.run("%generate --max-tokens 4 hello")
    everything = itertools.chain.from_iterable(cells(turn) for turn in range(20))
    readings = []
    for number, (code, status) in enumerate(everything, start=2):
        reply = kernel.run(code)
        assert reply.status == status, (code, reply.content)
        assert reply.content["execution_count"] == number, "no cell is lost"
        # By then the compilers of both kinds have made what they make once.
        if number in (121, 201):
            # The same last answer, so that the same context is held.
            kernel.run("session.reset();", store_history=False)
            kernel.run("%generate --max-tokens 4 hello", store_history=False)
            readings.append(held(kernel))
    (mlx, handles, process, heap), (mlx_end, handles_end, process_end, heap_end) = readings
    assert abs(mlx_end - mlx) < 0.3e6, (mlx, mlx_end)
    assert handles_end == handles
    assert heap_end < 1.2 * heap, (heap, heap_end)
    assert process_end < 1.1 * process, (process, process_end)


def test_loading_again_and_again_frees_the_old_model(kernel):
    kernel.run("%generate --max-tokens 4 hello")
    first = held(kernel)
    for _ in range(10):
        assert kernel.run("%unload").status == "ok"
        assert kernel.run("%generate --max-tokens 4 hello").status == "ok"
    last = held(kernel)
    assert last[1] == first[1]
    assert abs(last[0] - first[0]) < 0.3e6
    assert last[2] < 1.15 * first[2]
