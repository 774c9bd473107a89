"""The notebooks of the project: they run, what they claim is true, and what is stored is what they give."""

import pathlib
import re
import shutil
import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

ROOT = pathlib.Path(__file__).resolve().parents[4]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LIMIT = 120
TINT = "background:rgba(0,158,115"
VEGA = "application/vnd.vegalite.v5+json"


class Run:
    """A notebook as it is stored, and as it is after running in a copy of its folder."""

    def __init__(self, path, folder):
        self.number = int(path.name[0])
        self.path = path
        self.stored = nbformat.read(path, as_version=4)
        shutil.copy(path, folder)
        self.fresh = nbformat.read(folder / path.name, as_version=4)
        start = time.monotonic()
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(self.fresh, timeout=LIMIT, kernel_name="mlx-mtp", resources=resources).execute()
        self.seconds = time.monotonic() - start


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "notebooks"
    folder.mkdir()
    # A cell that fails without the tag `raises-exception` fails here.
    return Run(request.param, folder)


def code(notebook, tag=None):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return cells if tag is None else [cell for cell in cells if tag in cell.metadata.get("tags", [])]


def data(notebook):
    return [output.data for cell in code(notebook) for output in cell.outputs if "data" in output]


def answers(notebook):
    """The texts of answers, without their lines of figures."""
    texts = [each.get("text/plain", "") for each in data(notebook)]
    return [text.rpartition("\n")[0] for text in texts if re.match(r"\d+ tokens? · ", text.rpartition("\n")[2])]


def test_there_are_five():
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5"]


def test_it_names_its_kernel(run):
    assert run.stored.metadata.kernelspec.name == "mlx-mtp"
    nbformat.validate(run.stored)


@pytest.mark.parametrize("which", ["stored", "fresh"])
def test_every_check_is_true(run, which):
    checks = code(getattr(run, which), "check")
    assert len(checks) >= 2
    for cell in checks:
        results = [output for output in cell.outputs if output.output_type == "execute_result"]
        assert [result.data["text/plain"] for result in results] == ["true"], cell.source


def test_errors_are_where_they_are_wanted(run):
    for cell in code(run.fresh):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


def test_it_is_quick(run):
    assert run.seconds < LIMIT


def test_answers_are_those_that_are_stored(run):
    assert answers(run.fresh) == answers(run.stored)
    assert run.number == 4 or answers(run.stored)


@pytest.mark.parametrize("which", ["stored", "fresh"])
def test_plots_have_a_picture_and_a_text(run, which):
    plots = [each for each in data(getattr(run, which)) if VEGA in each]
    assert plots
    for plot in plots:
        assert plot[VEGA]["$schema"].startswith("https://vega.github.io/schema/vega-lite/v5")
        assert plot["image/svg+xml"].startswith("<svg")
        assert len(plot["text/plain"].splitlines()) > 3


@pytest.mark.parametrize("which", ["stored", "fresh"])
def test_accepted_tokens_are_coloured(run, which):
    coloured = [each for each in data(getattr(run, which)) if TINT in each.get("text/html", "")]
    assert run.number == 4 or coloured


def test_it_stores_nothing_of_the_machine(run):
    stored = run.path.read_text(encoding="utf-8")
    assert str(ROOT) not in stored
    assert not re.search(r"(?<![\w.])/(home|root|tmp|Users|private|var)/", stored)


def test_every_cell_was_run_in_order(run):
    counts = [cell.execution_count for cell in code(run.stored)]
    assert counts == list(range(1, len(counts) + 1))


def test_an_exported_page_keeps_the_indentation(run):
    page, _ = HTMLExporter().from_notebook_node(run.stored)
    text = re.sub(r"<[^>]*>", "", page)
    # What is escaped reads otherwise in a page, and so do rejected drafts, which may span lines.
    lines = [line for answer in answers(run.stored) if "[-" not in answer for line in answer.splitlines()]
    indented = [line for line in lines if line.startswith("  ") and not re.search(r"[<>&\"']", line)]
    assert run.number in (2, 3, 4) or indented
    assert [line for line in indented if line not in text] == []
