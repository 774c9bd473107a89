"""Renders the test templates with Python's Jinja2, set up by transformers, and writes the goldens.

Run once with transformers 5.24 and jinja2 3.1.6, from anywhere:

    python engine/src/test/peer/make_template_goldens.py

Reads cases.json, expressions.json and the templates under engine/src/test/resources/templates and
the demo model's template; writes *.golden.json beside them.
"""

import copy
import datetime
import json
import pathlib

import jinja2
from transformers.utils import chat_template_utils

ROOT = pathlib.Path(__file__).resolve().parents[4]
TEMPLATES = ROOT / "engine/src/test/resources/templates"
DEMO = ROOT / "notebooks/demo-model/chat_template.jinja"


def freeze_clock(text):
    now = datetime.datetime.fromisoformat(text)

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return now

    chat_template_utils.datetime = Frozen


def prepared(messages):
    """What our own code does to messages before a template sees them."""
    result = []
    for message in copy.deepcopy(messages):
        if message["role"] == "developer":
            message["role"] = "system"
        if "reasoning" in message:
            message["reasoning_content"] = message.pop("reasoning")
        for call in message.get("tool_calls") or []:
            call["type"] = "function"
            arguments = call["function"]["arguments"]
            if isinstance(arguments, str):
                call["function"]["arguments"] = json.loads(arguments)
        result.append({k: v for k, v in message.items() if v is not None})
    return result


def outcome(render):
    try:
        return {"text": render()}
    except jinja2.TemplateSyntaxError:
        return {"error": None}
    except jinja2.TemplateError as e:
        return {"error": str(e)}
    except Exception:
        return {"error": None}


def render_case(template, case, data):
    def render():
        kwargs = dict(data["special_tokens"])
        kwargs.update(case.get("extra", {}))
        if "enable_thinking" in case:
            kwargs["enable_thinking"] = case["enable_thinking"]
        rendered, _ = chat_template_utils.render_jinja_template(
            conversations=[prepared(case["messages"])],
            tools=data["tool_sets"][case["tools"]] if "tools" in case else None,
            chat_template=template,
            add_generation_prompt=case.get("add_generation_prompt", True),
            **kwargs,
        )
        return rendered[0]

    return outcome(render)


def write(name, goldens):
    path = TEMPLATES / name
    path.write_text(json.dumps(goldens, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    data = json.loads((TEMPLATES / "cases.json").read_text(encoding="utf-8"))
    freeze_clock(data["clock"])
    sources = {path.stem: path for path in sorted(TEMPLATES.glob("*.jinja"))}
    sources["demo"] = DEMO
    for name, path in sources.items():
        template = path.read_text(encoding="utf-8")
        cases = {case["name"]: render_case(template, case, data) for case in data["cases"]}
        write(name + ".golden.json", cases)
    expressions = json.loads((TEMPLATES / "expressions.json").read_text(encoding="utf-8"))
    goldens = []
    for template in expressions["templates"]:
        render = lambda: chat_template_utils._compile_jinja_template(template).render(
            **copy.deepcopy(expressions["variables"])
        )
        goldens.append({"template": template, **outcome(render)})
    write("expressions.golden.json", goldens)


if __name__ == "__main__":
    main()
