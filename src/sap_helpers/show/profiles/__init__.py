"""Subject profiles: one panel a subject, a drawing of the course and the numbers behind it."""

from sap_helpers.show.profiles.pages import render_profiles

__all__ = ["render_profiles"]
