"""The synthetic trial's own numbers: what it is made to look like. None of them is the plan's, none is a patient's.

Frequencies "of 40" are exact in every forty subjects in a row: a trial of the planned size then resembles the one that
was published (37 women, 37 on hydroxychloroquine, 5 with a reaction at the injection site, about 90 % responding) with
every seed, and a larger one repeats its proportions.
"""

from __future__ import annotations

import datetime as dt

# one of several thousand seeds tried: forty subjects respond about as often as was published (13, 29, 37, 35 and 36
# of 40 at weeks 2, 4, 6, 10 and 12), and what is rare but must be coped with happens, a death among it
DEFAULT_SEED = 1745
BLOCK = 40
NEVER = 1_000_000  # an elapsed day that no cut reaches

# enrolment and demographics
FIRST_CONSENT = dt.date(2014, 3, 11)
ENROLMENT_DAYS = 270
SCREENING_LAG_DAYS = (8, 15)  # consent to first dose
ID_PREFIX = "SLEIL2"
SCREEN_FAILURES_OF_40 = 5
WOMEN_OF_40 = 37
AGE_QUANTILES = ((0.0, 18.0), (0.1, 21.0), (0.25, 25.0), (0.5, 31.0), (0.75, 39.0), (0.9, 48.0), (1.0, 61.0))
LOW_SCORE_OF_40 = 1  # included in spite of a score below the limit

# courses, of 40: refractory ones first (the first of them stops for lack of efficacy), then relapsing ones, then those
# who stop early for another reason (the first of them before week 10); the rest are steady
REFRACTORY_OF_40 = 2
RELAPSING_OF_40 = 5
RESCUED_OF_40 = 3  # the refractory ones and the first of the relapsing
STOPPED_OF_40 = 2
EARLY_STOP_DAYS, LACK_STOP_DAYS, LATE_STOP_DAYS = (16, 60), (43, 66), (86, 140)
STOP_REASONS = (
    ("ADVERSE EVENT", 0.55),
    ("WITHDRAWAL BY SUBJECT", 0.35),
    ("PHYSICIAN DECISION", 0.05),
    ("LOST TO FOLLOW-UP", 0.05),
)
LEAVING_REASONS = ("WITHDRAWAL BY SUBJECT", "LOST TO FOLLOW-UP")  # these end the participation too
DEATH_PROBABILITY, DEATH_DAYS = 0.008, (45, 175)

# treatment
POOR_COMPLIANCE_OF_40 = 3
MISS_PROBABILITY = 0.02
POOR_MISS_PROBABILITY = 0.28
CYCLE_DELAY = ((0, 0.75), (1, 0.18), (2, 0.07))  # days before a cycle starts, beyond the plan
EXTRA_CYCLE_SCORES = (0.34, 0.40, 0.43)  # disease activity left that earns a fourth, fifth and sixth cycle
CYCLE_DECISION_SD = 0.12
OTHER_ROUTE_OF_40 = 1
OTHER_ROUTE = "INTRAMUSCULAR"

# visits
JITTER = ((-3, 0.05), (-2, 0.10), (-1, 0.20), (0, 0.30), (1, 0.20), (2, 0.10), (3, 0.05))
LATE_VISIT_PROBABILITY = 0.015
LATE_VISIT_DAYS = 9
LATE_LAST_VISIT_DAYS = 15
UNSCHEDULED_PROBABILITY = 0.08

# latent disease activity: 1 before treatment, a fall to what is left of it
FALL_MEDIAN_DAYS = 25.5
FALL_LOG_SD = 0.33
FALL_SHAPE = 1.6  # above 1: slow at first
LEFT_MEAN, LEFT_SD, LEFT_RANGE = 0.15, 0.12, (0.0, 0.5)
REFRACTORY_LEFT = (0.85, 1.25)
RELAPSE_RISE = (0.40, 0.90)
RELAPSE_RISE_DAYS = 15.0
RELAPSE_LAG_DAYS = (6, 40)
REBOUND = 0.35  # after an early stop
RESCUE_EASES, RESCUE_DAYS = 0.5, 20.0  # rescue takes away half of the activity, with this time constant
REFRACTORY_RESCUE_DAYS, RELAPSE_RESCUE_DAYS = (31, 62), (15, 35)  # from the first dose; from the relapse
HIGHEST_ACTIVITY = 1.4

# share of subjects in whom an item is present at baseline, and how far it follows the activity (1 = fully)
ITEMS = {
    "SLED0101": (0.008, 1.0),
    "SLED0102": (0.008, 1.0),
    "SLED0103": (0.010, 1.0),
    "SLED0104": (0.012, 1.0),
    "SLED0105": (0.008, 1.0),
    "SLED0106": (0.015, 1.0),
    "SLED0107": (0.004, 1.0),
    "SLED0108": (0.060, 1.0),
    "SLED0109": (0.420, 1.0),
    "SLED0110": (0.030, 1.0),
    "SLED0111": (0.070, 0.9),
    "SLED0112": (0.170, 0.9),
    "SLED0113": (0.360, 0.9),
    "SLED0114": (0.110, 0.9),
    "SLED0115": (0.480, 1.0),
    "SLED0116": (0.300, 0.8),
    "SLED0117": (0.200, 1.0),
    "SLED0118": (0.060, 1.0),
    "SLED0119": (0.050, 1.0),
    "SLED0120": (0.700, 0.58),
    "SLED0121": (0.600, 0.58),
    "SLED0122": (0.150, 1.0),
    "SLED0123": (0.120, 0.75),
    "SLED0124": (0.200, 0.75),
}
GASTROINTESTINAL = (0.02, 1.0)  # a BILAG system without an item of its own
PRESENT_THRESHOLD = (0.15, 0.93)  # an item is present while activity is above its threshold
ABSENT_THRESHOLD = (1.15, 2.40)
SCORE_RANGE = (8, 27)
CANDIDATE_SETS = 10
FALLBACK_SET = ("SLED0109", "SLED0115", "SLED0120")
LOW_SCORE_SET = ("SLED0115", "SLED0116", "SLED0120")
ITEM_NOISE_SD = 0.03
LABORATORY_NOISE_SD = 0.07
BASELINE_MARGIN = 0.05
INVOLVED_BEFORE = 0.12  # systems once involved and inactive before the trial

# BILAG: margins above which a system is graded A, B, C; it looks back, so activity is averaged with a fortnight ago
GRADE_MARGINS = (0.60, 0.20, -0.05)
LOOK_BACK_DAYS = 14
PGA_AT_FULL_ACTIVITY = 2.3
PGA_SUBJECT_SD, PGA_NOISE_SD = 0.12, 0.10

# gaps, as multiples of the probability that a visit is missed
MISSED_ITEM = 1 / 110
MISSED_GLOBAL = 1 / 12
MISSED_SAMPLE = 1 / 3
MISSED_TEST = 1 / 40
WRONG_TOTAL_OF_40 = 1

# laboratory values that are items of the score: limit of the item, log slope above and below it per unit of margin.
# A positive margin is a present item. C3 and C4 share an item: one leads, the other is at most as far from normal.
MARKERS = {
    "C3": ("SLED0120", 0.79, -0.70, -0.35),
    "C4": ("SLED0120", 0.16, -1.20, -0.35),
    "DDNAIGAB": ("SLED0121", 100.0, 3.00, 1.20),
    "UPROT": ("SLED0113", 0.50, 2.00, 1.00),
    "PLAT": ("SLED0123", 100.0, -1.20, -0.60),
    "WBC": ("SLED0124", 3.0, -0.80, -0.42),
}
COMPLEMENT_GAP_SD = 0.20
QUANTIFIED = (10, 1000)  # limits of the anti-dsDNA assay

# the other tests: median at baseline, log sd between subjects, log sd within, log change per unit of activity lost
OTHER_TESTS = {
    "ALT": (20.0, 0.35, 0.16, -0.10),
    "AST": (21.0, 0.25, 0.14, -0.08),
    "ALP": (62.0, 0.22, 0.07, 0.0),
    "BILI": (9.0, 0.30, 0.14, 0.0),
    "CREAT": (57.0, 0.16, 0.06, -0.03),
    "HGB": (117.0, 0.11, 0.03, 0.06),
    "IGG": (15.5, 0.24, 0.06, -0.25),
}
LYMPHOCYTE_SHARE = (0.22, 0.25)  # of leukocytes: median and log sd
EOSINOPHILS = (0.07, 0.45)  # 10^9/L at baseline: median and log sd
EOSINOPHIL_RISE = 1.1  # log rise while injections are given
WHITE_CELL_NOISE = (0.10, 0.25)  # log sd within a subject: lymphocyte share, eosinophils
MONOCYTE_SHARE = 0.06
LIVER_CASE_OF_40 = 1
LIVER_FACTOR, LIVER_BILIRUBIN_FACTOR, LIVER_CASE_DAYS = 7.0, 4.5, (20, 60)

# code: (name, unit, decimals, lower limit, upper limit)
LABORATORY = {
    "C3": ("Complement C3", "g/L", 2, "0.79", "1.52"),
    "C4": ("Complement C4", "g/L", 2, "0.16", "0.38"),
    "DDNAIGAB": ("Double-stranded DNA IgG antibody", "IU/mL", 1, "0", "100"),
    "ALT": ("Alanine aminotransferase", "U/L", 0, "7", "40"),
    "AST": ("Aspartate aminotransferase", "U/L", 0, "13", "35"),
    "ALP": ("Alkaline phosphatase", "U/L", 0, "35", "100"),
    "BILI": ("Bilirubin", "umol/L", 1, "3.4", "20.5"),
    "CREAT": ("Creatinine", "umol/L", 0, "45", "84"),
    "WBC": ("Leukocytes", "10^9/L", 2, "4", "10"),
    "LYM": ("Lymphocytes", "10^9/L", 2, "0.8", "4"),
    "NEUT": ("Neutrophils", "10^9/L", 2, "1.8", "7.5"),
    "EOS": ("Eosinophils", "10^9/L", 2, "0.02", "0.5"),
    "PLAT": ("Platelets", "10^9/L", 0, "100", "300"),
    "HGB": ("Haemoglobin", "g/L", 0, "115", "150"),
    "UPROT": ("Protein in urine of 24 hours", "g/day", 2, "0", "0.15"),
    "IGG": ("Immunoglobulin G", "g/L", 1, "7", "16"),
}

# cells, percent of CD4+: (name, median at baseline, log sd between subjects, log sd within, log change while injections
# are given, log change in the rest of a cycle)
CELLS = {
    "TREG": ("Regulatory T cells of CD4+ cells", 5.4, 0.28, 0.12, 0.62, 0.25),
    "TH17": ("T helper 17 cells of CD4+ cells", 1.6, 0.40, 0.15, -0.38, -0.20),
    "TFH": ("Follicular helper T cells of CD4+ cells", 3.1, 0.38, 0.14, -0.42, -0.25),
}
CELL_EFFECT_SD, CELL_EFFECT_AFTER = 0.35, 0.4  # between subjects; what is left of the rest effect after treatment
CELL_WEEKS = (0, 2, 4, 6, 8, 10, 12, 24)
ON_INJECTIONS_DAYS = 4  # cells and eosinophils still show an injection given so many days ago

# deviations, each a term and its code
MINOR_OF_40 = 6
MINOR_DEVIATIONS = (
    ("Visit outside its window", "VISIT WINDOW"),
    ("Injection given a day late", "DOSE TIMING"),
    ("Blood sample not taken", "MISSING SAMPLE"),
)
MAJOR_DEVIATIONS = (("Two weeks of injections stored unrefrigerated", "STUDY DRUG HANDLING"),)

# background therapy
PREDNISONE_MG = ((0, 2), (5, 1), (10, 3), (15, 4), (20, 6), (25, 3), (30, 8), (35, 2), (40, 6), (50, 3), (60, 2))
TAPER_DAYS = (28, 56, 84, 112, 140)  # visits at which prednisone may be lowered
TAPER_ACTIVITY = 0.5  # below this activity it is
TAPER_FACTOR = 0.8
LOWEST_TAPER_MG = 5.0
# per drug: name, code, dose in mg, frequency, subjects of 40
BACKGROUND = (
    ("Hydroxychloroquine sulfate tablets", "HYDROXYCHLOROQUINE", "200", "BID", 37),
    ("Mycophenolate mofetil capsules", "MYCOPHENOLATE MOFETIL", "750", "BID", 14),
    ("Cyclophosphamide injection", "CYCLOPHOSPHAMIDE", "400", "EVERY 2 WEEKS", 6),
    ("Azathioprine tablets", "AZATHIOPRINE", "50", "BID", 2),
    ("Leflunomide tablets", "LEFLUNOMIDE", "20", "QD", 1),
    ("Thalidomide tablets", "THALIDOMIDE", "50", "QD", 1),
)
# the same for rescue, with its length in days in the last place, NEVER where it goes on
RESCUE = (
    ("Methylprednisolone injection", "METHYLPREDNISOLONE", "500", "QD", 5),
    ("Cyclophosphamide injection", "CYCLOPHOSPHAMIDE", "800", "ONCE", 0),
    ("Tacrolimus capsules", "TACROLIMUS", "1", "BID", NEVER),
)
PARTIAL_MEDICATION_START = 0.3

# adverse events
INJECTION_SITE_OF_40 = 5
INJECTION_SITE_EVENTS = (1.0, 0.55, 0.3)  # probability of a first, second and third one in these subjects
FEVER_PROBABILITY = 0.09
FLU_LIKE_PROBABILITY = 0.07
OTHER_EVENTS = 6  # most per subject
OTHER_PROBABILITY = 0.27
OTHER_DAYS = (-7, 181)
GRADES = ((1, 0.62), (2, 0.24), (3, 0.13), (4, 0.01))  # before the limit of the kind of event
SERIOUS_PROBABILITY = 0.6  # of those of grade 3 and above
CAUSES = ("RELATED", "PROBABLE", "POSSIBLE", "UNLIKELY", "NOT RELATED", "")
CAUSE_WEIGHTS = (0.05, 0.07, 0.18, 0.25, 0.44, 0.01)
INJECTION_CAUSE_WEIGHTS = (0.55, 0.30, 0.15, 0.0, 0.0, 0.0)
EVENT_MEDIAN_DAYS, EVENT_LOG_SD = 5.0, 0.8
ONGOING_PROBABILITY = 0.04
INTERRUPTED_PROBABILITY = 0.05
PARTIAL_START_PROBABILITY = 0.04
