"""Documents and copies of whole reports: nothing is lost in a document, nobody is named in a copy."""

from __future__ import annotations

import io
import json
import re
from hashlib import sha256

import docx
import nbformat
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn

from sap_helpers.results import from_bundle
from sap_helpers.run import cli
from sap_helpers.run.export.read import read_report
from sap_helpers.run.export.rtf import escape_rtf
from sap_helpers.run.export.sheet import Drawing, sheets_of
from sap_helpers.show.display import Table
from sap_helpers.show.page.numbering import number_displays

HOSTILE = ("发热 😀", "over\u202eride", "{\\rtf1 \\b x}", "]]>", '#eval("1+1")')
SEEN = ("发热 😀", "over<U+202E>ride", "{\\rtf1 \\b x}", "]]>", '#eval("1+1")')


def squeezed(text):
    """Return a text without what layout may put in: line ends, spaces, places to break."""
    return re.sub(r"[\s\u200b]+", "", text)


def exported(folder, capsys, *arguments):
    """Carry out one export in a folder and return the path that it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        status = cli.main(["export", *map(str, arguments)])
    output = capsys.readouterr()
    assert status == 0, output.err
    return folder / output.out.splitlines()[-1]


@pytest.fixture(scope="module")
def documents(final_report, tmp_path_factory):
    """The final cut's report in every format."""
    folder = tmp_path_factory.mktemp("documents")
    for kind in ("docx", "rtf", "pdf"):
        assert cli.main(["export", str(final_report), "--to", kind, "--out", str(folder / f"report.{kind}")]) == 0
    return folder


@pytest.fixture(scope="module")
def shown(final_report, words_of):
    """What the executed notebooks show with a number, and of tables that carry none each once: labels and cells."""
    labels, cells, plain = [], [], set()
    for path in sorted((final_report / "executed").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for shown in filter(None, number_displays(notebook)):
            if not shown.label and shown.display.kind != "plain":
                continue
            labels += [shown.label] if shown.label else []
            plain |= set() if shown.label else {shown.display}
            if isinstance(shown.display, Table):
                found = BeautifulSoup(shown.display.html(), "html.parser").find_all(["td", "th"])
                cells += map(words_of, found)
    return labels, cells, plain


def count(labels, *words):
    return sum(label.startswith(words) for label in labels)


def test_docx__has_every_table_and_figure_and_every_cell(documents, shown):
    labels, cells, plain = shown
    word = docx.Document(documents / "report.docx")
    assert len(word.tables) == count(labels, "Table", "Listing") + len(plain)
    assert len(word.inline_shapes) == count(labels, "Figure")
    texts = {"".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in word.element.iter(qn("w:tc"))}
    assert sorted(set(cells) - texts) == []


def test_docx__titles_stand_in_the_order_of_a_study_report(documents, shown):
    word = docx.Document(documents / "report.docx")
    titles = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 2"]
    found = [re.search(r"(\d+(?:\.\d+)*)\.\d+\. ", title)[1] for title in titles if re.match(r"\w+ \d", title)]
    keys = [tuple(map(int, number.split("."))) for number in found]
    assert keys == sorted(keys)
    assert len(keys) == len(shown[0])


def test_rtf__has_every_table_and_figure(documents, shown):
    labels, _, plain = shown
    text = (documents / "report.rtf").read_text(encoding="ascii")
    assert text.count("\\pngblip") == count(labels, "Figure")
    assert text.count("\\titlepg") == count(labels, "Table", "Listing") + len(plain)
    assert text.count("\\sect\n") == len(labels) + len(plain)


def test_pdf__has_every_table_and_figure_and_every_cell(documents, shown):
    labels, cells, plain = shown
    reader = pypdf.PdfReader(documents / "report.pdf")
    kinds = [node.get("/S") for node in structure(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert kinds.count("/Table") == count(labels, "Table", "Listing") + len(plain) + 1  # the first page's facts
    assert kinds.count("/Figure") == count(labels, "Figure")
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert sorted(cell for cell in set(cells) if squeezed(cell) not in text) == []


def structure(node):
    """Yield the elements of a structure tree."""
    node = node.get_object()
    if isinstance(node, dict):
        yield node
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            if hasattr(kid, "get_object"):
                yield from structure(kid)


@pytest.mark.parametrize("kind", ["docx", "rtf", "pdf"])
def test_document__lines_that_a_cell_opens_to_are_kept_apart(documents, final_report, words_of, kind):
    page = BeautifulSoup((final_report / "sri.html").read_text(encoding="utf-8"), "html.parser")
    wanted = [words_of(cell) for cell in page.select("td:has(details)")]
    assert len(wanted) > 200
    assert all(re.search(r"^\S.*: SLEDAI .*; .*BILAG .*; .*PGA ", text) for text in wanted)
    text = squeezed(text_of(documents / f"report.{kind}"))
    assert sorted(one for one in set(wanted) if squeezed(one) not in text) == []


def pages_of(path):
    """Return the text of the pages of a PDF."""
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def text_of(path):
    """Return what a document says, as a reader of its format finds it."""
    if path.suffix == ".pdf":
        return "".join(pages_of(path))
    if path.suffix == ".docx":
        return "".join(node.text or "" for node in docx.Document(path).element.iter(qn("w:t")))
    numbers = re.compile(r"\\u(-?\d+)\?")
    return numbers.sub(lambda match: chr(int(match[1]) % 2**16), path.read_text(encoding="ascii"))


def test_pdf__is_tagged_landscape_and_every_figure_has_words(documents):
    reader = pypdf.PdfReader(documents / "report.pdf")
    root = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"].value, root["/Lang"][:2]) == (True, "en")
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
    assert all(node.get("/Alt") for node in structure(root["/StructTreeRoot"]) if node.get("/S") == "/Figure")


@pytest.mark.parametrize("kind", ["docx", "rtf", "pdf"])
def test_document__every_page_has_the_title_the_notes_and_the_headings_of_its_output(
    documents, final_report, office_pages, kind
):
    path = documents / f"report.{kind}"
    pages = pages_of(path) if kind == "pdf" else office_pages(path)
    pages = [squeezed(page) for page in pages]
    sheets = list(sheets_of(read_report(final_report)))
    seen = [place for page in pages[contents_end(sheets, pages) :] for place in [place_of(page, sheets)]]
    assert seen == sorted(seen)
    assert set(seen) == set(range(len(sheets)))
    lacking = [
        (sheets[place].headings[-1].text, text)
        for page, place in zip(pages[-len(seen) :], seen, strict=True)
        for text in texts_of(sheets[place])
        if squeezed(text) not in page
    ]
    assert lacking == []


def contents_end(sheets, pages):
    """Return the number of the first page behind the contents: that of the first note of the first output."""
    return next(i for i, page in enumerate(pages) if squeezed(sheets[0].footer[0].text) in page)


def place_of(page, sheets):
    """Return which output a page is of: the longest title at its top, since one may begin another."""
    top = page[:600]
    return max(
        (i for i, sheet in enumerate(sheets) if squeezed(sheet.headings[-1].text) in top),
        key=lambda i: len(sheets[i].headings[-1].text),
    )


def texts_of(sheet):
    """Return what each page of an output says: header, footer and column headings."""
    head = () if isinstance(sheet.content, Drawing) else sheet.content.head
    return [line.text for line in (*sheet.header, *sheet.footer)] + [box.text for row in head for box in row.boxes]


def test_split__has_a_file_for_each_output_under_its_number(final_report, tmp_path, capsys):
    folder = exported(tmp_path, capsys, final_report, "--to", "rtf", "--split")
    assert folder.name == "2015-10-01-rtf"
    outputs = read_report(final_report).outputs
    files = {path.stem: path.read_text(encoding="ascii") for path in folder.iterdir()}
    assert len(files) == len(outputs)
    for output in outputs:
        numbers = "-".join(f"{int(part):02d}" for part in re.findall(r"\d+", output.label))
        name = f"{output.label[0].lower()}-{numbers}" if output.label else "further"
        assert escape_rtf(output.heading) in files[name]


def test_export__untrusted_words_are_words(run_here, copy_cut, interim_cut, edit, tmp_path, capsys):
    cut = copy_cut(interim_cut)

    def hostile(frame):
        return frame.assign(
            AETERM=[HOSTILE[i % len(HOSTILE)] for i in range(len(frame))],
            AEDECOD=[HOSTILE[i % len(HOSTILE)] for i in range(len(frame))],
        )

    edit(cut, "ae", hostile)
    report = run_here(cut, tmp_path / "reports", only=("adverse_events",))
    word = docx.Document(exported(tmp_path, capsys, report, "--to", "docx"))
    texts = {node.text for node in word.element.iter(qn("w:t"))}
    assert [text for text in SEEN if text not in texts] == []
    pdf = pypdf.PdfReader(io.BytesIO(exported(tmp_path, capsys, report, "--to", "pdf").read_bytes()))
    text = squeezed("".join(page.extract_text() for page in pdf.pages))
    # a font that the machine lacks leaves the text, but not always its characters for a reader of the file
    assert [each for each in SEEN[1:] if squeezed(each) not in text] == []
    rtf = exported(tmp_path, capsys, report, "--to", "rtf").read_text(encoding="ascii")
    assert "\\u21457?\\u28909? \\u-10179?\\u-8704?" in rtf
    assert "\\{\\\\rtf1 \\\\b x\\}" in rtf
    copy = exported(tmp_path, capsys, report, "--aggregate-only")
    assert names_in(copy, subjects_of(report)) == {}


def subjects_of(report):
    """Return every identifier of a report's subjects."""
    frames = (pd.read_parquet(path, columns=["USUBJID"]) for path in (report / "adam").glob("*.parquet"))
    return {str(subject) for frame in frames for subject in frame["USUBJID"].dropna()}


def names_in(folder, subjects):
    """Return the identifiers found in any file of a folder, by file."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = {path.name: sorted(s for s in subjects if s.encode() in data) for path, data in files.items()}
    return {name: names for name, names in found.items() if names}


@pytest.fixture(scope="module")
def interim_report(run_here, interim_cut, tmp_path_factory):
    return run_here(interim_cut, tmp_path_factory.mktemp("interim"))


@pytest.fixture(scope="module", params=["final_report", "interim_report"])
def copied(request, tmp_path_factory):
    """A report of each committed cut, and its copy without subjects."""
    report = request.getfixturevalue(request.param)
    place = tmp_path_factory.mktemp("copies") / "copy"
    assert cli.main(["export", str(report), "--aggregate-only", "--out", str(place)]) == 0
    return report, place


def test_copy__names_no_subject_in_any_file(copied):
    report, place = copied
    subjects = subjects_of(report)
    assert len(subjects) > 10
    assert names_in(report, subjects)
    assert names_in(place, subjects) == {}


def test_copy__has_the_files_of_totals_alone(copied):
    report, place = copied
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    pages = {path.name for path in report.glob("*.html") if not path.name.startswith("subjects")} | {
        f"executed/{path.name}" for path in (report / "executed").glob("*.ipynb")
    }
    others = {"cut.json", "plan.yaml", "results.csv", "findings.csv", "small_cells.csv", "manifest.json"}
    assert files == pages | others
    assert (place / "results.csv").read_bytes() == (report / "results.csv").read_bytes()


def test_copy__no_listing_and_a_sentence_on_every_page(copied):
    for page in copied[1].glob("*.html"):
        main = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        assert not main.select(".sap-listing"), page.name
        assert any("were left out" in notice.get_text() for notice in main.select(".notice")), page.name


def test_copy__links_lead_to_what_is_there(copied):
    for page in copied[1].glob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for link in soup.find_all("a", href=True):
            name, _, anchor = link["href"].partition("#")
            if "://" in name:
                continue
            target = copied[1] / name if name else page
            assert target.is_file(), link
            assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"), link


def test_copy__what_stays_keeps_its_number(copied):
    report, place = copied
    for path in (place / "executed").glob("*.ipynb"):
        labels = [
            [
                shown.label if shown else ""
                for shown in number_displays(nbformat.read(folder / "executed" / path.name, as_version=4))
            ]
            for folder in (report, place)
        ]
        assert all(after in (before, "") for before, after in zip(*labels, strict=True)), path.name


def test_copy__results_have_no_records_behind_them(copied):
    for path in (copied[1] / "executed").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            bundles = [o.get("data", {}).get("application/vnd.sap-results+json") for o in cell.get("outputs", [])]
            assert all(from_bundle(bundle).records == {} for bundle in bundles if bundle)


def test_copy__manifest_tells_whose_copy_it_is_and_what_is_in_it(copied):
    report, place = copied
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["aggregate_of"] == sha256((report / "manifest.json").read_bytes()).hexdigest()
    hashes = {
        path.relative_to(place).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert manifest["outputs"] == hashes


def test_copy__small_counts_are_those_of_the_results(copied):
    rows = pd.read_csv(copied[1] / "results.csv", dtype=str, keep_default_na=False).set_index("result_id")
    cells = pd.read_csv(copied[1] / "small_cells.csv", dtype=str)
    counted = cells[cells["counted"] == "n"]
    assert list(rows.loc[counted["result_id"], "stat"]) == list(counted["stat"])
    small = rows[(rows["stat_name"] == "n") & rows["stat"].isin(["1", "2", "3", "4"])]
    assert sorted(counted["result_id"]) == sorted(small.index)


def test_copy__can_be_made_a_document_without_subjects(copied, tmp_path, capsys):
    report, place = copied
    word = docx.Document(exported(tmp_path, capsys, place, "--to", "docx"))
    text = word.element.xml
    assert not [subject for subject in subjects_of(report) if subject in text]
    assert "left out of this copy" in text
