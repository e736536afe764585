"""The page: an executed notebook as one self-contained file that runs nothing and asks for nothing."""

from sap_helpers.show.page.check import check_page
from sap_helpers.show.page.context import PageContext
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.markdown import Outline
from sap_helpers.show.page.render import render_blocks, render_page

__all__ = ["Outline", "PageContext", "PageError", "check_page", "render_blocks", "render_page"]
