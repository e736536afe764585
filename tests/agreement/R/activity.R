# Disease activity beside its change: by week, by category, and states of remission.

values_at <- function(assessments, subjects, weeks) {
  setNames(lapply(weeks, function(week) choose_assessment(assessments, subjects, week)$VALUE), weeks)
}

by_week_rows <- function(analysis_id, parameter, subjects, values_by_week, day) {
  do.call(rbind, lapply(names(values_by_week), function(week) {
    due <- subjects$FAS & is_due(subjects, week, day)
    x <- values_by_week[[week]][due]
    x <- x[!is.na(x)]
    stats <- c(n = length(x), N = sum(due), describe(x))
    result_rows(analysis_id, "FAS", parameter, stats, "", "AVISITN", week)
  }))
}

# Pairs whose second assessment comes before any stop, rescue or death.
without_event <- function(pairs, subjects, assessments, week) {
  date <- choose_assessment(assessments, subjects, week)$DATE
  free <- is.na(subjects$ICE) | date < subjects$ICE
  pairs[pairs$USUBJID %in% subjects$USUBJID[free %in% TRUE], ]
}

category_of <- function(score) {
  factor(findInterval(score, plan$sledai_categories), seq_along(plan$sledai_categories), names(plan$sledai_categories))
}

category_rows <- function(pairs) {
  shift <- table(category_of(pairs$base), category_of(pairs$now))
  cells <- expand.grid(base = rownames(shift), now = colnames(shift), stringsAsFactors = FALSE)
  cells <- cells[order(match(cells$base, rownames(shift))), ]
  rows <- Map(function(base, now) {
    stats <- count_stats(shift[base, now], nrow(pairs))
    result_rows("SLEDAI.CATEGORY", "FAS", "SLEDAI", stats, now, "BASECAT", base)
  }, cells$base, cells$now)
  active <- function(x, week) {
    stats <- count_stats(sum(x > plan$sledai_active_above), length(x))
    result_rows("SLEDAI.CATEGORY", "FAS", "SLEDAI_GT8", stats, "Y", "AVISITN", week)
  }
  rbind(do.call(rbind, unname(rows)), active(pairs$base, 0), active(pairs$now, plan$key_week))
}

# A state counts as absent where it was not assessed, and from the day of an event on.
remission_rows <- function(variable, subjects, instruments, is_in_state, day) {
  do.call(rbind, lapply(setdiff(plan$all_weeks, 0), function(week) {
    chosen <- lapply(instruments, choose_assessment, subjects = subjects, week = week)
    latest <- do.call(pmax, c(unname(lapply(chosen, `[[`, "DATE")), na.rm = TRUE))
    assessed <- ifelse(is.na(latest), subjects$TRTSDT + 7 * week, latest)
    state <- do.call(is_in_state, unname(lapply(chosen, `[[`, "VALUE"))) %in% TRUE
    state[!is.na(subjects$ICE) & assessed >= subjects$ICE] <- FALSE
    counted <- state[subjects$FAS & is_due(subjects, week, day)]
    exact_rows("SLEDAI.REMISSION", "FAS", variable, sum(counted), length(counted), "AVISITN", week)
  }))
}

all_remission_rows <- function(subjects, assessments, day) {
  is_low <- function(sledai) sledai < plan$remission_below
  is_clinical <- function(clinical, pga) {
    clinical == 0 & to_billionths(pga) < to_billionths(plan$clinical_remission_pga_below)
  }
  rbind(
    remission_rows("SLEDAI_LT4", subjects, assessments["sledai"], is_low, day),
    remission_rows("CLINICAL_REMISSION", subjects, assessments[c("no_serology", "pga")], is_clinical, day)
  )
}
