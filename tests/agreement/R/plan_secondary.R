# The plan's numbers for the secondary outcomes, typed from the plan's text and from nothing else.

plan$windows <- c(plan$windows, list("12" = c(79, 98), "16" = c(99, 126), "20" = c(127, 154), "24" = c(155, 182)))
plan$all_weeks <- c(0, 2, 4, 6, 8, 10, 12, 16, 20, 24)
plan$days_per_year <- 365.25

# Change from week 0 to the key week.
plan$cells <- c("TREG", "TH17", "TFH")
plan$ratios <- list(TREG_TH17 = c("TREG", "TH17"), TREG_TFH = c("TREG", "TFH"))
plan$laboratory <- c("C3", "C4", "DDNAIGAB")
plan$log10_tests <- "DDNAIGAB"
plan$high_is_abnormal <- "DDNAIGAB"
plan$cell_unit <- "%"
plan$unit_factors <- list(
  C3 = c("g/L" = 1, "mg/dL" = 0.01), C4 = c("g/L" = 1, "mg/dL" = 0.01), DDNAIGAB = c("IU/mL" = 1)
)
plan$share_below_limit <- 0.5
plan$difference_decimals <- 10
plan$exact_rank_pairs <- 1000
plan$fewest_pairs <- 2

# Repeated measures.
plan$model_values_per_week <- 5
plan$model_pairs_per_week <- 10
plan$model_weeks_with_pairs <- 2

# Activity.
plan$sledai_categories <- c(NONE = 0, MILD = 1, MODERATE = 6, HIGH = 11, VERY_HIGH = 20)
plan$sledai_active_above <- 8
plan$remission_below <- 4
plan$clinical_remission_pga_below <- 0.5

# Relapses.
plan$on_treatment_days <- 14
plan$short_reference_days <- 2
plan$relapse_days <- 91
plan$efficacy_last_day <- 182
plan$relapse_rise <- 4
plan$relapse_rise_lower <- 3
plan$relapse_times <- c(28, 56, 70, 84)
plan$settled_days <- 56

# Adverse events.
plan$safety_last_day <- 180
plan$short_window_days <- 30
plan$cycles <- 6
plan$related_words <- c(
  "RELATED", "POSSIBLE", "POSSIBLY RELATED", "PROBABLE", "PROBABLY RELATED", "DEFINITE", "DEFINITELY RELATED", "Y"
)
plan$severity_grades <- c(MILD = 1, MODERATE = 2, SEVERE = 3)
plan$severe_grade <- 3
plan$fatal_grade <- 5

# Registry categories: whole terms, whole classes, or the beginning of a term; in lower case.
plan$aesi <- list(
  INJECTION_SITE = list(prefix = "injection site"),
  FLU_LIKE = list(term = c(
    "influenza like illness", "influenza-like illness", "chills", "myalgia", "malaise", "cytokine release syndrome"
  )),
  INFECTION = list(class = "infections and infestations"),
  FEVER = list(term = c("pyrexia", "body temperature increased", "hyperthermia", "hyperpyrexia")),
  TUMOUR = list(class = "neoplasms benign, malignant and unspecified (incl cysts and polyps)"),
  CARDIOVASCULAR = list(
    class = c("cardiac disorders", "vascular disorders"),
    term = c("capillary leak syndrome", "cerebrovascular accident", "electrocardiogram qt prolonged")
  ),
  LIVER = list(term = c(
    "alanine aminotransferase increased", "aspartate aminotransferase increased", "transaminases increased",
    "hepatic enzyme increased", "blood bilirubin increased", "blood alkaline phosphatase increased",
    "gamma-glutamyltransferase increased", "liver function test abnormal", "hepatic function abnormal",
    "liver injury", "drug-induced liver injury", "hepatitis", "hepatic failure", "jaundice"
  )),
  KIDNEY = list(term = c(
    "blood creatinine increased", "glomerular filtration rate decreased", "renal impairment", "renal failure",
    "acute kidney injury", "renal tubular necrosis", "tubulointerstitial nephritis", "proteinuria"
  ))
)
