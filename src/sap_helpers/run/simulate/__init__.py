"""The synthetic trial behind `sap simulate`: made-up subjects that resemble the published trial and nobody in it."""

from sap_helpers.run.simulate.calibration import DEFAULT_SEED
from sap_helpers.run.simulate.cut import cut_trial, write_cut
from sap_helpers.run.simulate.trial import MISSING, simulate_trial

__all__ = ["DEFAULT_SEED", "MISSING", "cut_trial", "simulate_trial", "write_cut"]
