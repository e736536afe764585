# The plan's numbers for the SRI outcomes, typed from the plan's text and from nothing else.

plan <- list(
  level = 0.95,
  screen_failure_arms = c("SCRNFAIL", "NOTASSGN"),

  # Study days, inclusive. Row "0" is baseline, the rest are the registry's SRI weeks.
  windows = list(
    "0" = c(-28, 1), "2" = c(8, 22), "4" = c(23, 36), "6" = c(37, 50), "8" = c(51, 64), "10" = c(65, 78)
  ),
  weeks = c(2, 4, 6, 8, 10),
  key_week = 10,
  time_to_horizon = 78,

  sledai_weights = c(rep(8, 8), rep(4, 6), rep(2, 7), rep(1, 3)),
  sledai_total_max = 105,
  serology_items = c(20, 21),
  bilag_systems = 9,
  bilag_grades = c("A", "B", "C", "D", "E"),
  pga_max = 3,

  sledai_reduction = 4,
  other_reductions = c(5, 6, 7, 8),
  new_b_allowed = 1,
  pga_rise_limit = 0.3,

  completed_words = "COMPLETED",
  completed_after_cycles_words = c("REMISSION", "RESPONSE"),
  completed_after_cycles = 3,
  cycle_days = 28,

  pps_sledai_min = 8,
  pps_days_after_start = 70,
  pps_share_tenths = 8,
  planned_injection_days = c(seq(1, 13, 2), seq(29, 41, 2), seq(57, 69, 2)),
  interval_steps = c(QD = 1, QOD = 2)
)
