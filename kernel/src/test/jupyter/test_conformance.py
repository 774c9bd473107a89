"""The kernel against jupyter_kernel_test, the checks that Jupyter's own project keeps for kernels."""

import jupyter_kernel_test


class ConformanceTest(jupyter_kernel_test.KernelTests):
    kernel_name = "mlx-mtp"
    language_name = "java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'
    completion_samples = [
        {"text": "%gen", "matches": {"%generate"}},
        {"text": "%%gen", "matches": {"%%generate"}},
        {"text": "%quantize --mo", "matches": {"--mode"}},
        {"text": "%quantize --mode mxf", "matches": {"mxfp4", "mxfp8"}},
        {"text": "%set show=", "matches": {"show=accepted", "show=rejected", "show=off"}},
        {"text": '"text".toUpperC', "matches": {"toUpperCase("}},
        {"text": "session.gen", "matches": {"generate("}},
    ]
    complete_code_samples = ["1 + 1", "int f() {\n  return 1;\n}", "%generate 3", "%info\n1 + 1", ""]
    incomplete_code_samples = ["int f() {", "for (int i = 0; i < 3; i++)", "%%generate --mtp=2", "%generate a \\"]
    invalid_code_samples = [")"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": 'var s = "a" + 1;\ns', "result": '"a1"'},
        {"code": "%info\n6 * 7", "result": "42"},
    ]
    code_display_data = [
        {"code": 'html("<b>bold</b>")', "mime": "text/html"},
        {"code": "%tokens int x", "mime": "text/html"},
        {"code": "%generate --mtp=2 --max-tokens 8 hello", "mime": "text/html"},
        {
            "code": 'display(Chart.bars("t").series(Map.of("a", 1, "b", 2)))',
            "mime": "application/vnd.vegalite.v5+json",
        },
    ]
    code_generate_error = "%generate --mtp=9 hello"
    code_inspect_sample = "%generate"
    code_history_pattern = "6 ?*7"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "clear();"
