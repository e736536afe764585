# The response of each subject in each week, before and after the rules for events and missing data.

derive_assessments <- function(cut, subjects) {
  sledai <- derive_sledai(cut, subjects)
  list(
    sledai = sledai$full, no_serology = sledai$no_serology,
    bilag = derive_bilag(cut, subjects), pga = derive_pga(cut, subjects)
  )
}

# One row per treated subject and week; `score` names the SLEDAI total that counts.
derive_weekly <- function(cut, subjects, assessments, score = "sledai") {
  instruments <- list(sledai = assessments[[score]], bilag = assessments$bilag, pga = assessments$pga)
  base <- lapply(instruments, choose_assessment, subjects = subjects, week = 0)
  do.call(rbind, lapply(plan$weeks, function(week) {
    now <- lapply(instruments, choose_assessment, subjects = subjects, week = week)
    derive_one_week(cut, subjects, base, now, week)
  }))
}

derive_one_week <- function(cut, subjects, base, now, week) {
  last_window_day <- plan$windows[[as.character(week)]][2]
  grades <- count_new_grades(base$bilag$VALUE, now$bilag$VALUE)
  latest <- pmax(now$sledai$DATE, now$bilag$DATE, now$pga$DATE, na.rm = TRUE)
  weekly <- data.frame(
    subjects[c("USUBJID", "TRTSDT", "ICE", "FAS", "PPS")],
    AVISITN = rep(week, nrow(subjects)), DUE = subjects$TRTSDT + last_window_day - 1 <= cut$day,
    SLEDAI_BASE = base$sledai$VALUE, SLEDAI = now$sledai$VALUE, NEW_A = grades$a, NEW_B = grades$b,
    PGA_BASE = base$pga$VALUE, PGA = now$pga$VALUE,
    ASSESSED = ifelse(is.na(latest), subjects$TRTSDT + 7 * week, latest)
  )
  weekly$AFTER_EVENT <- !is.na(weekly$ICE) & weekly$ASSESSED >= weekly$ICE
  weekly
}

# B counts as new only from C, D or E: A to B is an improvement.
count_new_grades <- function(base, now) {
  letters_of <- function(x) do.call(rbind, strsplit(ifelse(is.na(x), strrep(" ", plan$bilag_systems), x), ""))
  if (length(now) == 0) return(list(a = numeric(0), b = numeric(0)))
  before <- letters_of(base)
  after <- letters_of(now)
  assessable <- !is.na(base) & !is.na(now)
  new_a <- rowSums(after == "A" & before != "A")
  new_b <- rowSums(after == "B" & matrix(before %in% c("C", "D", "E"), nrow(before)))
  list(a = ifelse(assessable, new_a, NA), b = ifelse(assessable, new_b, NA))
}

# TRUE, FALSE or NA for each component; `literal` joins the two BILAG limbs as the registry words it.
derive_components <- function(weekly, reduction = plan$sledai_reduction, literal = FALSE) {
  no_new_a <- weekly$NEW_A == 0
  few_new_b <- weekly$NEW_B <= plan$new_b_allowed
  rise <- to_billionths(weekly$PGA) - to_billionths(weekly$PGA_BASE)
  data.frame(
    SLEDAI_RED4 = weekly$SLEDAI_BASE - weekly$SLEDAI >= reduction,
    BILAG_NO_NEW = if (literal) no_new_a | few_new_b else no_new_a & few_new_b,
    PGA_NO_WORSE = rise < to_billionths(plan$pga_rise_limit)
  )
}

# R's three-valued "and" is the rule: one failure decides, else one unknown leaves it unknown.
derive_response <- function(components) components$SLEDAI_RED4 & components$BILAG_NO_NEW & components$PGA_NO_WORSE

# TRUE or FALSE as counted; NA where the subject is left out of the denominator.
apply_rules <- function(outcome, weekly, events, missing) {
  if (events == "failure") outcome[weekly$AFTER_EVENT] <- FALSE
  if (missing == "failure") outcome[is.na(outcome)] <- FALSE
  outcome
}

in_set <- function(weekly, set) switch(set, SAF = rep(TRUE, nrow(weekly)), FAS = weekly$FAS, PPS = weekly$PPS %in% TRUE)

# First response, or the day to which the subject is known to have had none.
derive_time_to <- function(weekly, response, primary, subjects) {
  due <- weekly$DUE
  day <- study_day(weekly$ASSESSED, weekly$TRTSDT)
  row <- function(chosen, pick) as.numeric(tapply(day[chosen], factor(weekly$USUBJID[chosen], subjects$USUBJID), pick))
  first <- row(due & primary, min)
  last <- row(due & !is.na(response), max)
  event_day <- study_day(subjects$ICE, subjects$TRTSDT)
  held <- !is.na(event_day) & event_day <= plan$time_to_horizon # kept at risk: the event is a failure, not a loss
  end <- ifelse(held, plan$time_to_horizon, ifelse(is.na(last), 0, last))
  data.frame(USUBJID = subjects$USUBJID, time = ifelse(is.na(first), end, first), event = !is.na(first))
}
