"""The page: an executed notebook as one self-contained file that asks for nothing."""

from sap_helpers.show.page.check import check_page
from sap_helpers.show.page.context import PageContext
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.markdown import Outline
from sap_helpers.show.page.render import draft_page, prepare_pages, render_blocks, render_page
from sap_helpers.show.page.trail import Trail

__all__ = [
    "Outline", "PageContext", "PageError", "Trail", "check_page", "draft_page", "prepare_pages",
    "render_blocks", "render_page",
]  # fmt: skip
