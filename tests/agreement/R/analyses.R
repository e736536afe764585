# The analyses: records in, long results out.

stat_row <- function(analysis_id, population, group1, level, variable, variable_level, stat_name, stat) {
  data.frame(
    analysis_id = analysis_id, population = population, group1 = group1, group1_level = as.character(level),
    variable = variable, variable_level = variable_level, stat_name = stat_name, stat = stat
  )
}

clopper_pearson <- function(n, total, level = plan$level) {
  tail <- (1 - level) / 2
  lower <- if (n == 0) 0 else qbeta(tail, n, total - n + 1)
  upper <- if (n == total) 1 else qbeta(1 - tail, n + 1, total - n)
  c(lower, upper)
}

wilson <- function(n, total, level = plan$level) {
  z <- qnorm(1 - (1 - level) / 2)
  p <- n / total
  centre <- p + z^2 / (2 * total)
  half <- z * sqrt(p * (1 - p) / total + z^2 / (4 * total^2))
  pmin(1, pmax(0, (centre + c(-1, 1) * half) / (1 + z^2 / total)))
}

# n, N, p and the interval; with nobody in the denominator only the two counts.
proportion_rows <- function(analysis_id, population, group1, level, variable, n, total, interval = clopper_pearson) {
  stats <- if (total > 0) c(n / total, interval(n, total)) else rep(NA_real_, 3)
  names <- c("n", "N", "p", "conf.low", "conf.high")
  stat_row(analysis_id, population, group1, level, variable, "Y", names, c(n, total, stats))
}

# One row of the estimand table: who, which outcome, what events and missing values mean.
analyse_by_week <- function(analysis_id, weekly, outcome, variable = "SRI4", set = "FAS", events = "failure",
                            missing = "failure", interval = clopper_pearson, weeks = plan$weeks, available) {
  counted <- apply_rules(outcome, weekly, events, missing)
  do.call(rbind, lapply(weeks, function(week) {
    x <- counted[weekly$AVISITN == week & weekly$DUE & in_set(weekly, set)]
    x <- if (available) x[!is.na(x)] else logical(0)
    proportion_rows(analysis_id, set, "AVISITN", week, variable, sum(x), length(x), interval)
  }))
}

analyse_primary_family <- function(weekly, no_serology, available) {
  parts <- derive_components(weekly)
  response <- derive_response(parts)
  serology_free <- derive_response(derive_components(no_serology))
  literal <- derive_response(derive_components(weekly, literal = TRUE))
  key <- plan$key_week
  ok <- available$events
  component <- function(name) analyse_by_week("SRI.COMPONENTS", weekly, parts[[name]], name, available = ok)
  rbind(
    analyse_by_week("SRI.PRIMARY", weekly, response, available = ok),
    do.call(rbind, lapply(names(parts), component)),
    analyse_by_week("SRI.OBSERVED", weekly, response, events = "ignore", missing = "exclude", available = available$qs),
    analyse_by_week("SRI.TREATMENT_POLICY", weekly, response, events = "ignore", available = available$qs),
    analyse_by_week("SRI.LITERAL_OR", weekly, literal, available = ok),
    analyse_by_week("SRI.NO_SEROLOGY", no_serology, serology_free, available = ok),
    analyse_by_week("SRI.ALL_TREATED", weekly, response, set = "SAF", available = ok),
    analyse_by_week("SRI.WILSON", weekly, response, interval = wilson, weeks = key, available = ok),
    analyse_by_week("SRI.PPS", weekly, response, set = "PPS", weeks = key, available = available$pps)
  )
}

analyse_thresholds <- function(weekly, available) {
  do.call(rbind, lapply(plan$other_reductions, function(points) {
    response <- derive_response(derive_components(weekly, reduction = points))
    analyse_by_week("SRI.THRESHOLDS", weekly, response, paste0("SRI", points),
      weeks = plan$key_week, available = available$events
    )
  }))
}

# Missing without an event, and no assessed component failed: these alone could have been responders.
analyse_tipping <- function(weekly, response, available) {
  chosen <- weekly$AVISITN == plan$key_week & weekly$DUE & weekly$FAS & available$events
  counted <- apply_rules(response, weekly, "failure", "keep")[chosen]
  do.call(rbind, lapply(0:sum(is.na(counted)), function(extra) {
    proportion_rows("SRI.TIPPING", "FAS", "NRESP", extra, "SRI4", sum(counted, na.rm = TRUE) + extra, length(counted))
  }))
}

cochran_q <- function(x) {
  k <- ncol(x)
  spread <- k * sum(x) - sum(rowSums(x)^2)
  if (nrow(x) == 0 || spread == 0) return(rep(NA_real_, 3)) # everybody constant over the weeks: nothing to test
  statistic <- (k - 1) * (k * sum(colSums(x)^2) - sum(x)^2) / spread
  c(statistic, k - 1, pchisq(statistic, k - 1, lower.tail = FALSE))
}

analyse_over_time <- function(weekly, primary, available) {
  due <- weekly$USUBJID[weekly$AVISITN == plan$key_week & weekly$DUE & weekly$FAS & available$events]
  by_week <- lapply(plan$weeks, function(week) {
    at_week <- weekly$AVISITN == week
    primary[at_week][match(due, weekly$USUBJID[at_week])]
  })
  x <- matrix(as.numeric(unlist(by_week)), ncol = length(plan$weeks))
  stat_row("SRI.OVER_TIME", "FAS", "", "", "SRI4", "", c("statistic", "df", "p.value"), cochran_q(x))
}

analyse_time_to <- function(times, available) {
  stats <- rep(NA_real_, 3)
  if (available$events && nrow(times) > 0) {
    curve <- survival::Surv(times$time, times$event) ~ 1
    fit <- survival::survfit(curve, conf.int = plan$level, conf.type = "log-log")
    stats <- unlist(quantile(fit, 0.5))
  }
  stat_row("SRI.TIME_TO", "FAS", "", "", "SRI4", "", c("median", "conf.low", "conf.high"), unname(stats))
}

analyse_sets <- function(enrolled, subjects) {
  sizes <- c(
    ENR = length(enrolled), SAF = nrow(subjects), FAS = sum(subjects$FAS), PPS = sum(subjects$PPS %in% TRUE)
  )
  stat_row("DISP.SETS", names(sizes), "", "", names(sizes), "Y", "n", unname(sizes))
}
