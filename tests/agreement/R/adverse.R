# Analyses of adverse events: subjects and events, rates, cumulative incidence.

affected <- function(events) length(unique(events$USUBJID))

# A subject counts once, an event every time.
incidence_rows <- function(analysis_id, variable, events, total, ...) {
  rbind(
    exact_rows(analysis_id, "SAF", variable, affected(events), total, ...),
    result_rows(analysis_id, "SAF", variable, c(n.events = nrow(events)), "Y", ...)
  )
}

overview_rows <- function(analysis_id, events, total) {
  kinds <- list(
    ANY = rep(TRUE, nrow(events)), RELATED = events$RELATED, SERIOUS = events$SERIOUS,
    GRADE3 = events$GRADE %in% plan$severe_grade:plan$fatal_grade, WITHDRAWAL = events$WITHDRAWAL, FATAL = events$FATAL
  )
  # A column that the cut does not have leaves its row without anybody, rather than without events.
  do.call(rbind, lapply(names(kinds), function(kind) {
    known <- !anyNA(kinds[[kind]])
    incidence_rows(analysis_id, kind, events[kinds[[kind]] %in% TRUE, ], if (known) total else 0)
  }))
}

# Classes and terms by falling number of subjects, then by name; a fixed alphabet, whatever the machine's language.
sorted_levels <- function(levels, usubjid) {
  if (length(levels) == 0) return(character(0))
  counts <- tapply(usubjid, levels, function(x) length(unique(x)))
  names <- sort(names(counts), method = "radix")
  names[order(-counts[names], method = "radix")]
}

# `rows` makes the rows of one group of events; called for the total, each class, and each term in it.
by_class_and_term <- function(events, rows) {
  classes <- lapply(sorted_levels(events$CLASS, events$USUBJID), function(class) {
    inside <- events[events$CLASS == class, ]
    terms <- lapply(sorted_levels(inside$TERM, inside$USUBJID), function(term) {
      rows(inside[inside$TERM == term, ], "AEBODSYS", class, "AEDECOD", term)
    })
    rbind(rows(inside, "AEBODSYS", class), do.call(rbind, terms))
  })
  rbind(rows(events), do.call(rbind, classes))
}

class_rows <- function(events, total) {
  by_class_and_term(events, function(group, ...) {
    stats <- c(count_stats(affected(group), total), n.events = nrow(group))
    result_rows("AE.SOC_PT", "SAF", "TEAE", stats, "Y", ...)
  })
}

# Each subject at the worst grade known; "MISSING" only where none of the grades is known.
worst_grades <- function(events) {
  if (nrow(events) == 0) return(character(0))
  worst <- tapply(ifelse(is.na(events$GRADE), 0, events$GRADE), events$USUBJID, max)
  ifelse(worst == 0, "MISSING", as.character(worst))
}

grade_rows <- function(analysis_id, group, total, ...) {
  worst <- worst_grades(group)
  own <- ifelse(is.na(group$GRADE), "MISSING", as.character(group$GRADE))
  levels <- c(seq_len(plan$fatal_grade), "MISSING")
  do.call(rbind, lapply(levels, function(level) {
    stats <- c(count_stats(sum(worst == level), total), n.events = sum(own == level))
    result_rows(analysis_id, "SAF", "MAXGRADE", stats, level, ...)
  }))
}

category_event_rows <- function(events, total) {
  do.call(rbind, lapply(names(plan$aesi), function(category) {
    group <- events[in_category(events, category), ]
    first <- first_onset(group)
    rbind(
      incidence_rows("AE.AESI", "TEAE", group, total, "AESI", category),
      incidence_rows("AE.AESI", "RELATED", group[group$RELATED %in% TRUE, ], total, "AESI", category),
      grade_rows("AE.AESI", group, total, "AESI", category),
      result_rows("AE.AESI", "SAF", "FIRST_ONSET_DAY", first, "", "AESI", category)
    )
  }))
}

first_onset <- function(events) {
  if (nrow(events) == 0) return(c(median = NA, min = NA, max = NA))
  first <- tapply(events$ADY, events$USUBJID, min)
  c(median = median(first), min = min(first), max = max(first))
}

# Days at risk until the first event, or until the end of observation; an event after that end still counts.
days_to_first <- function(events, subjects) {
  first <- setNames(rep(NA_real_, nrow(subjects)), subjects$USUBJID)
  if (nrow(events)) first <- tapply(events$ASTDT, factor(events$USUBJID, subjects$USUBJID), min)
  first <- as.numeric(first)
  data.frame(time = pmin(first, subjects$RISK_END, na.rm = TRUE) - subjects$TRTSDT + 1, event = !is.na(first))
}

rate_rows <- function(events, subjects, ...) {
  to_first <- days_to_first(events, subjects)
  until_first <- sum(to_first$time) / plan$days_per_year
  all_years <- sum(subjects$RISK_END - subjects$TRTSDT + 1) / plan$days_per_year
  rows <- function(id, stats, method = "") result_rows(id, "SAF", "TEAE", stats, "", ..., method = method)
  rbind(
    rows("AE.EAIR", c(n = sum(to_first$event), person.years = until_first)),
    rows("AE.EAIR", 100 * exact_rate(sum(to_first$event), until_first), "exact Poisson"),
    rows("AE.EAER", c(n.events = nrow(events), person.years = all_years)),
    rows("AE.EAER", 100 * exact_rate(nrow(events), all_years), "exact Poisson")
  )
}

# Death competes where it ends the time at risk before any event.
incidence_curve_rows <- function(events, subjects, ...) {
  to_first <- days_to_first(events, subjects)
  died <- !is.na(subjects$DEATH) & subjects$DEATH <= subjects$RISK_END
  cause <- ifelse(to_first$event, 1, ifelse(died, 2, 0))
  stats <- cumulative_incidence(to_first$time, cause, plan$safety_last_day)[[1]]
  result_rows("AE.CUMULATIVE", "SAF", "TEAE", stats, "", ..., method = "Aalen-Johansen")
}

cycle_rows <- function(events, cycles) {
  do.call(rbind, lapply(seq_len(plan$cycles), function(number) {
    started <- cycles[cycles$cycle == number, ]
    row <- match(events$USUBJID, started$USUBJID)
    inside <- events[which(events$ASTDT >= started$DATE[row] & events$ASTDT <= started$END[row]), ]
    incidence_rows("AE.BY_CYCLE", "TEAE", inside, nrow(started), "CYCLE", number)
  }))
}

# All deaths up to the cut, and those of the safety period.
death_rows <- function(subjects) {
  died <- !is.na(subjects$DEATH)
  in_period <- died & subjects$DEATH <= subjects$TRTSDT + plan$safety_last_day - 1
  rbind(
    exact_rows("AE.DEATH", "SAF", "DEATH", sum(died), length(died)),
    exact_rows("AE.DEATH", "SAF", "DEATH_DAY180", sum(in_period), length(died))
  )
}
