# Relapses: remission on treatment, the reference after it, and what the follow-up shows.

# The rules of one reading; the arguments are what the sensitivity analyses change.
relapse_rules <- function(is_remission = function(score) score < plan$remission_below,
                          is_relapse = function(score, reference) score > reference,
                          reference_days = plan$on_treatment_days, whole_period = FALSE) {
  list(
    is_remission = is_remission, is_relapse = is_relapse, reference_days = reference_days, whole_period = whole_period
  )
}

is_rise <- function(points) function(score, reference) score - reference >= points

last_dose_day <- function(cut, subjects) {
  doses <- derive_doses(cut, subjects$USUBJID)
  as.numeric(tapply(doses$end, doses$USUBJID, max)[subjects$USUBJID])
}

# Everything about one subject; dates are days since 1970, `scores` this subject's assessments in time order.
follow_subject <- function(subject, scores, rules, cut_day) {
  on_treatment_end <- subject$TRTEDT + plan$on_treatment_days
  last_day <- subject$TRTSDT + plan$efficacy_last_day - 1
  end <- if (rules$whole_period) last_day else min(subject$TRTEDT + plan$relapse_days, last_day)
  treated <- scores$DATE > subject$TRTSDT & scores$DATE <= on_treatment_end
  before <- scores[scores$DATE <= subject$TRTEDT + rules$reference_days, ]
  reference <- before[nrow(before), ]
  after <- scores[scores$DATE > on_treatment_end & scores$DATE <= end, ]
  stopped <- !is.na(subject$ANY_STOP)
  relapses <- find_relapses(after, reference$VALUE, rules)
  data.frame(
    subject, END = end, STOPPED = stopped, DUE = stopped && end <= cut_day,
    REM = stopped && any(rules$is_remission(scores$VALUE[treated])),
    REFDT = reference$DATE, REFERENCE = reference$VALUE, FOLLOWED = nrow(after) > 0,
    LASTDT = if (nrow(after)) max(after$DATE) else reference$DATE,
    N_RELAPSES = length(relapses), N_BELOW = sum(after$VALUE[relapses] < plan$remission_below),
    FIRST = if (length(relapses)) after$DATE[relapses[1]] else NA,
    RELAPSE_DATES = paste(date_text(after$DATE[relapses]), collapse = " "),
    FOLLOW_UP = paste0(date_text(after$DATE), "=", after$VALUE, recycle0 = TRUE, collapse = " ")
  )
}

# The rows that are relapses: between two of them the score must have been low and no higher than the reference.
find_relapses <- function(after, reference, rules) {
  found <- integer(0)
  is_ready <- TRUE
  for (row in seq_len(nrow(after))) {
    score <- after$VALUE[row]
    if (is_ready && rules$is_relapse(score, reference)) {
      found <- c(found, row)
      is_ready <- FALSE
    } else if (score < plan$remission_below && score <= reference) {
      is_ready <- TRUE
    }
  }
  found
}

follow_all <- function(data, rules = relapse_rules()) {
  subjects <- data$subjects[data$subjects$FAS, c("USUBJID", "TRTSDT", "TRTEDT", "ANY_STOP", "DEATH")]
  sledai <- data$sledai[order(data$sledai$DATE), ]
  rows <- lapply(seq_len(nrow(subjects)), function(i) {
    follow_subject(subjects[i, ], sledai[sledai$USUBJID == subjects$USUBJID[i], ], rules, data$day)
  })
  do.call(rbind, rows)
}

# The first rescue or death within the follow-up, whether or not an assessment followed.
first_competing <- function(followed, rescues) {
  as.numeric(mapply(function(id, from, to, death) {
    days <- c(rescues$DATE[rescues$USUBJID == id], death)
    days <- days[!is.na(days) & days > from & days <= to]
    if (length(days)) min(days) else NA
  }, followed$USUBJID, followed$TRTEDT + plan$on_treatment_days, followed$END, followed$DEATH))
}

participant_rows <- function(analysis_id, variable, relapsed, population = "REM", ...) {
  exact_rows(analysis_id, population, variable, sum(relapsed), length(relapsed), ...)
}

# Subjects with a relapse: of the evaluable, and with all of the others counted one way.
analyse_participants <- function(followed, variable) {
  remission <- followed[followed$REM & followed$DUE, ]
  seen <- remission[remission$FOLLOWED, ]
  relapsed <- function(frame) frame$N_RELAPSES > 0
  stopped <- followed[followed$DUE, ]
  at_stop <- seen$REFERENCE < plan$remission_below
  long <- remission$FOLLOWED & remission$LASTDT - remission$TRTEDT >= plan$settled_days
  settled <- relapsed(remission) | long
  rbind(
    participant_rows("REL.PARTICIPANTS", variable, relapsed(seen)),
    participant_rows("REL.PARTICIPANTS", variable, stopped$REM & relapsed(stopped), "FAS"),
    participant_rows("REL.WORST", variable, relapsed(remission) | !remission$FOLLOWED),
    participant_rows("REL.BEST", variable, relapsed(remission)),
    participant_rows("REL.SETTLED", variable, relapsed(remission[settled, ]), "REM", "CASE", "SETTLED"),
    participant_rows("REL.SETTLED", variable, relapsed(remission) | !settled, "REM", "CASE", "WORST"),
    participant_rows("REL.AT_STOP", variable, relapsed(seen[at_stop, ]))
  )
}

# Remission lost before stopping, and who cannot be judged yet: counts without an interval.
analyse_counts <- function(followed) {
  seen <- followed[followed$REM & followed$DUE & followed$FOLLOWED, ]
  lost <- c(n = sum(seen$REFERENCE >= plan$remission_below), N = nrow(seen))
  waiting <- c(n = sum(!followed$STOPPED), N = nrow(followed))
  rbind(
    result_rows("REL.AT_STOP", "REM", "REMISSION_LOST", lost, "Y"),
    result_rows("REL.PARTICIPANTS", "FAS", "NOT_STOPPED", waiting, "Y")
  )
}

analyse_events <- function(followed, variable) {
  remission <- followed[followed$REM, ]
  events <- sum(remission$N_RELAPSES)
  years <- sum(remission$LASTDT - remission$REFDT) / plan$days_per_year
  rows <- function(stats, level = "", ...) result_rows("REL.EVENTS", "REM", variable, stats, level, ...)
  rbind(
    rows(c(n.events = events, person.years = years)),
    rows(exact_rate(events, years), method = "exact Poisson"),
    rows(c(n = sum(remission$N_BELOW)), "BELOW4")
  )
}

# Days from the reference to the first relapse or the last assessment; nobody assessed is censored at once.
analyse_time_to <- function(followed, variable) {
  remission <- followed[followed$REM, ]
  event <- !is.na(remission$FIRST)
  time <- ifelse(event, remission$FIRST, remission$LASTDT) - remission$REFDT
  rows <- function(stats, ...) result_rows("REL.KM", "REM", variable, stats, "", ..., method = "Kaplan-Meier log-log")
  times <- lapply(plan$relapse_times, function(day) rows(relapse_free(time, event, day), "DAY", day))
  rbind(do.call(rbind, times), rows(median_time(time, event)))
}

fit_relapse_free <- function(time, event) {
  survival::survfit(survival::Surv(time, event) ~ 1, conf.type = "log-log", conf.int = plan$level)
}

# With nobody at risk any more the curve says nothing about that day.
relapse_free <- function(time, event, day) {
  absent <- c(n = sum(time >= day), estimate = NA, std.error = NA, conf.low = NA, conf.high = NA)
  if (!any(time >= day)) return(absent)
  at <- summary(fit_relapse_free(time, event), times = day)
  limits <- if (at$surv > 0 && at$surv < 1) c(at$lower, at$upper) else c(NA, NA)
  c(absent["n"], estimate = at$surv, std.error = at$std.err, conf.low = limits[1], conf.high = limits[2])
}

median_time <- function(time, event) {
  stats <- if (length(time)) unlist(quantile(fit_relapse_free(time, event), 0.5)) else rep(NA, 3)
  setNames(stats, c("median", "conf.low", "conf.high"))
}

# Rescue or death counted as relapse, and then as events that compete with it.
analyse_composite <- function(followed, rescues, variable) {
  remission <- followed[followed$REM, ]
  competing <- first_competing(remission, rescues)
  failed <- !is.na(competing)
  seen <- remission$DUE & (remission$FOLLOWED | failed)
  cause <- ifelse(!is.na(remission$FIRST) & !(failed & competing < remission$FIRST), 1, ifelse(failed, 2, 0))
  date <- ifelse(cause == 1, remission$FIRST, ifelse(cause == 2, competing, remission$LASTDT))
  curve <- cumulative_incidence(date - remission$REFDT, cause, plan$relapse_times)
  rows <- Map(function(day, stats) {
    if (stats[["n"]] == 0) stats[-1] <- NA
    result_rows("REL.COMPOSITE", "REM", variable, stats, "", "DAY", day, method = "Aalen-Johansen")
  }, plan$relapse_times, curve)
  relapsed <- remission$N_RELAPSES > 0 | failed
  rbind(participant_rows("REL.COMPOSITE", variable, relapsed[seen]), do.call(rbind, rows))
}

sensitivity_rules <- function(is_relapse) {
  list(
    REMISSION_LE4 = relapse_rules(function(score) score <= plan$remission_below, is_relapse),
    REFERENCE_2 = relapse_rules(is_relapse = is_relapse, reference_days = plan$short_reference_days),
    ANY_TIME = relapse_rules(is_relapse = is_relapse, whole_period = TRUE)
  )
}

analyse_sensitivity <- function(data) {
  own <- list(
    RISE3 = relapse_rules(is_relapse = is_rise(plan$relapse_rise_lower)),
    RETURN4 = relapse_rules(is_relapse = function(score, reference) score >= plan$remission_below)
  )
  any_rise <- c(own, sensitivity_rules(function(score, reference) score > reference))
  rows <- function(rules, variable) {
    do.call(rbind, lapply(names(rules), function(name) {
      followed <- follow_all(data, rules[[name]])
      seen <- followed[followed$REM & followed$DUE & followed$FOLLOWED, ]
      participant_rows("REL.SENSITIVITY", variable, seen$N_RELAPSES > 0, "REM", "SENSITIVITY", name)
    }))
  }
  rbind(rows(any_rise, "RELAPSE"), rows(sensitivity_rules(is_rise(plan$relapse_rise)), "RELAPSE_RISE4"))
}
