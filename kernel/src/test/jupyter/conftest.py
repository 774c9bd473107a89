"""A kernel with a client that collects all that belongs to a request."""

import queue
import time

import pytest
from jupyter_client.manager import start_new_kernel

TIMEOUT = 120


class Reply:
    """What a cell led to: the reply, and its messages on the output channel in order."""

    def __init__(self, content, outputs):
        self.content = content
        self.outputs = outputs
        self.status = content["status"]

    def of(self, *types):
        return [m["content"] for m in self.outputs if m["msg_type"] in types]

    def text(self, stream="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == stream)

    def displays(self):
        """The display outputs as a notebook stores them: each under its id, the newest in its place."""
        shown = {}
        for content in self.of("display_data", "update_display_data"):
            shown[content["transient"]["display_id"]] = content
        return list(shown.values())

    def result(self):
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None


class Kernel:
    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="mlx-mtp", startup_timeout=TIMEOUT)

    def send(self, code, **options):
        return self.client.execute(code, **options)

    def outputs(self, request, timeout=TIMEOUT):
        outputs = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            outputs.append(message)
            content = message["content"]
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return outputs

    def reply(self, request, timeout=TIMEOUT):
        while True:
            message = self.client.get_shell_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def run(self, code, **options):
        request = self.send(code, **options)
        return Reply(self.reply(request), self.outputs(request))

    def wait_for(self, request, condition, timeout=TIMEOUT):
        """The first output of a request that fulfils the condition."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") == request and condition(message):
                return message
        raise TimeoutError("no such output")

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)


@pytest.fixture(scope="module")
def kernel():
    started = Kernel()
    try:
        yield started
    finally:
        started.close()
