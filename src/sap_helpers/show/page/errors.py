"""What the page refuses: a figure without words, mathematics that cannot be set, an output that got lost."""

from sap_helpers.errors import NotebookError


class PageError(NotebookError):
    """A notebook was executed, but no page can be made of it that shows all of it to everybody."""
