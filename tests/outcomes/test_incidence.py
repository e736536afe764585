"""The cumulative incidence where a sum of shares is 1 but for its rounding."""

import pandas as pd
import pytest

from sap_helpers.outcomes.incidence import AT_ONE, incidence_curve


def every_day(count):
    """Give one event a day, of as many subjects."""
    return pd.Series([float(day) for day in range(1, count + 1)]), pd.Series([1] * count)


# the ninths add up to a little more than 1, the sixths to a little less, the quarters to 1
@pytest.mark.parametrize("count", [4, 6, 9])
def test_incidence_curve__is_exactly_one_where_everybody_had_the_event(count):
    last = incidence_curve(*every_day(count), 1, 0.95).points[-1]
    assert (last.estimate, last.std_error, last.conf_low, last.conf_high, last.note) == (1.0, 0.0, None, None, AT_ONE)


def test_incidence_curve__leaves_every_other_point_as_it_was_estimated():
    # R: summary(survfit(Surv(c(1, 2, 3, 4), factor(c(1, 2, 1, 0), 0:2)) ~ 1)): 0.25, 0.25, 0.5, 0.5
    days, causes = pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series([1, 2, 1, 0])
    found = [point.estimate for point in incidence_curve(days, causes, 1, 0.95).points]
    assert found == [0.25, 0.25, 0.5, 0.5]
