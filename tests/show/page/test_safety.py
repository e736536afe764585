"""Payloads by every way onto a page: none of them acts."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from nbformat import v4

import sap_helpers.show.page as page_package
from sap_helpers.results import Key, Result, Results
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.listing import listing
from sap_helpers.show.page import Trail
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.render import draft_page, render_page

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>",
    "[x](javascript:alert(1))",
    "[x]( vbscript:msgbox(1) 'a')",
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=//evil.example></object><embed src=//evil.example>",
    "<form action=//evil.example><input autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>x",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href=javascript:alert(1)>x</math>",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><title></title><script>alert(1)</script>",
    "</td></tr></table><script>alert(1)</script>",
    "</script></style></title></main></body><script>alert(1)</script>",
    "</pre></code></details><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "{{ 7 * 7 }}{% for x in (1,) %}{{ context }}{% endfor %}",
    "${7*7}",
    "\u202e<script>\u202c\u2066alert(1)\u2069",
    "\x00<scr\x00ipt>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<button popovertarget=x onbeforetoggle=alert(1)>x</button>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "<plaintext>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<portal src=//evil.example></portal><dialog open>x</dialog>",
    "=cmd|' /C calc'!A0",
]  # fmt: skip
ALLOWED = {
    "html", "head", "meta", "title", "link", "style", "body", "a", "header", "div", "p", "strong", "span", "nav", "ul",
    "li", "main", "h1", "h2", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "pre", "code",
    "details", "summary", "footer", "em", "math", "mrow", "mi", "mo", "mn", "mtext", "mstyle", "figure",
    "figcaption", "blockquote",
    "img",
}  # fmt: skip
ADDRESS = re.compile(r'data:,|data:image/svg\+xml;charset=utf-8,[^"]*|#[\w-]+|[\w-]+\.html(#[\w-]+)?')


class Active(HTMLParser):
    """Collects everything on a page that could act or ask for something."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.found.append(tag)
        for name, value in attrs:
            is_address = name in {"href", "src", "srcset", "action", "formaction", "data", "xlink:href", "poster"}
            if name.startswith("on") or name in {"style", "srcdoc"} or (is_address and not ADDRESS.fullmatch(value)):
                self.found.append(f"{tag} {name}={value}")
        if tag == "meta" and ("http-equiv", "refresh") in attrs:
            self.found.append("meta refresh")


SCRIPT = (Path(page_package.__file__).parent / "script.js").read_text(encoding="utf-8")
OWN_END = re.compile(
    r'<dialog id="drawer" aria-labelledby="drawer-title"></dialog>\n<div id="tip" hidden></div>\n'
    r'<script type="application/octet-stream" id="behind">[A-Za-z0-9+/=]+</script>\n'
    rf"<script>{re.escape(SCRIPT)}</script>\n</body>\n</html>\n"
)


def active(page):
    """Return what acts on a page but its own script, letter by letter; that, like the style, is allowed by its hash."""
    head = page.split("</head>")[0]
    page, count = OWN_END.subn("", page)
    assert count == 1
    assert (head.count("<style>"), head.count("<link "), page.count("<style>")) == (1, 1, 1)
    parser = Active()
    parser.feed(page)
    return parser.found


@pytest.fixture
def render(make_notebook, context):
    return lambda *cells, trail=None: render_page(draft_page(make_notebook(*cells)), context, trail)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_a_table(payload, render, shown):
    result = Result(Key("X", population=payload, variable_level=payload), "n", 1, payload)
    row = Row(payload, (Cell(payload, (result.result_id,)),))
    table = Table(payload, payload, payload, (Column(payload, spanner=payload),), (Row(payload), row)).with_footnotes(
        payload
    )
    page = render([shown(table)], trail=Trail(Results((result,))))
    assert active(page) == []


def test_render_page__a_text_that_looks_like_result_ids_is_a_text(render, shown, plan):
    frame = pd.DataFrame({"USUBJID": ["01"], "AETERM": [' data-r="0"']})
    labels = {"USUBJID": "Subject", "AETERM": "Term"}
    assert 'data-r="' not in OWN_END.sub(
        "", render([shown(listing(frame, plan, plan_id="X", title="T", labels=labels))])
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__a_payload_in_a_listing_is_shown_as_text(payload, render, shown, plan):
    frame = pd.DataFrame({"USUBJID": ["01"], "AETERM": [payload]})
    labels = {"USUBJID": "Subject", "AETERM": "Term"}
    page = render([shown(listing(frame, plan, plan_id="X", title="T", labels=labels))])
    from bs4 import BeautifulSoup

    from sap_helpers.show.text import visible

    assert active(page) == []
    assert BeautifulSoup(page, "html.parser").find("td").text == visible(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_markdown(payload, render):
    page = render(
        f"## {payload}\n\n{payload}\n\n- {payload}\n\n| a |\n|---|\n| x |\n\n",
        f"> {payload}\n\n`{payload}`\n\n    {payload}\n",
    )
    assert active(page) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_html_put_out_by_code(payload, render):
    page = render([v4.new_output("display_data", data={"text/html": f"<p>{payload}</p>"})])
    assert active(page) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_text_of_any_kind(payload, render):
    outputs = [
        v4.new_output("stream", name="stdout", text=payload),
        v4.new_output("stream", name="stderr", text=payload),
        v4.new_output("execute_result", data={"text/plain": payload}),
        v4.new_output("display_data", data={"text/markdown": payload}),
        v4.new_output("error", ename=payload, evalue=payload, traceback=[payload]),
        v4.new_output("display_data", data={"application/vnd.sap-results+json": {}, "text/plain": payload}),
    ]
    assert active(render(outputs)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_a_figures_words(payload, render, shown):
    drawing = b'<svg width="72pt" height="36pt"><script>alert(1)</script></svg>'
    numbers = Table(
        payload, payload, payload, (Column(payload),), (Row(payload, (Cell(payload, details=(payload,)),)),)
    )
    page = render([shown(Figure(payload, payload, drawing, payload, payload, numbers, payload))])
    assert active(page) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_code(payload, make_notebook, context):
    notebook = make_notebook([])
    notebook.cells[0].source = payload
    assert active(render_page(draft_page(notebook), context)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_render_page__nothing_acts_in_what_stands_around(payload, make_notebook, context):
    around = replace(
        context, title=payload, study=payload, study_title=payload, cut_id=payload, cut_date=payload,
        plan_version=payload,
        plan_differences=((payload, payload, payload),), set_sizes=((payload, 3),), warnings=(payload,),
        pages=(("index.html", payload), ("sri.html", payload)),
    )  # fmt: skip
    assert active(render_page(draft_page(make_notebook("text")), around)) == []


def test_render_page__a_table_that_the_sanitiser_takes_out_stops_the_build(render):
    # a table hidden where mathematics turns into text: taken out, and then missed by the count
    hostile = "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
    with pytest.raises(PageError, match="1 tables in the notebook, 0 on the page"):
        render([v4.new_output("display_data", data={"text/html": hostile})])


def test_render_page__scripts_put_out_by_code_are_dropped(render):
    output = v4.new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": "<Javascript>"})
    assert "alert(1)" not in render([output])


def test_render_page__a_template_in_data_is_not_evaluated(render):
    assert "{{ 7 * 7 }}" in render([v4.new_output("stream", name="stdout", text="{{ 7 * 7 }}")])


def test_render_page__direction_overrides_are_written_out(render):
    page = render("a\u202eb", [v4.new_output("display_data", data={"text/html": "<p>a&#8238;b</p>"})])
    assert "\u202e" not in page
    assert page.count("a&lt;U+202E&gt;b") == 2
