# Adverse events: onset, attributes and categories of each; time at risk of each subject.

# NULL where there is no file; a file without a record is "no event" only in a sealed cut.
read_events <- function(folder) {
  required <- c("USUBJID", "AETERM", "AEDECOD", "AEBODSYS", "AESTDTC")
  events <- read_domain(folder, "ae", required)
  is_sealed <- file.exists(file.path(folder, "manifest.json"))
  file <- list.files(folder, full.names = TRUE)
  file <- file[tolower(basename(file)) == "ae.csv"]
  if (is.null(events) && length(file) && is_sealed) events <- read_text_csv(file)
  events
}

# A record that is the same in every column was sent twice.
drop_copies <- function(events) if ("AESEQ" %in% names(events)) events[!duplicated(events), ] else events

# First and last day of a date; an end that lies before every possible start is in doubt and not used.
event_dates <- function(events, trtsdt, cut_day) {
  start <- parse_date(events$AESTDTC)
  end <- parse_date(column(events, "AEENDTC"))
  in_doubt <- end$last < start$first | end$first > cut_day
  end[in_doubt %in% TRUE, ] <- NA
  ended_before <- (end$last < trtsdt) %in% TRUE
  undated <- is.na(start$first)
  onset <- impute_event_day(events$AESTDTC, trtsdt)
  onset <- ifelse(undated, trtsdt, onset)
  # A partial or missing start is moved to the first dose only if the event can have lasted until then.
  onset <- ifelse(ended_before, start$first, onset)
  data.frame(ASTDT = onset, AENDT = end$first)
}

# TRUE for the words in any letter case; NA throughout where the cut does not have the column.
word_in <- function(events, name, words) {
  if (!(name %in% names(events))) return(rep(NA, nrow(events)))
  toupper(events[[name]]) %in% words
}

# The recorded grade, else the one that the severity stands for, else unknown.
event_grade <- function(events) {
  recorded <- parse_number(column(events, "AETOXGR"))
  recorded[!(recorded %in% 1:5)] <- NA
  ifelse(is.na(recorded), unname(plan$severity_grades[toupper(column(events, "AESEV"))]), recorded)
}

# Fatal once the death is known: by the date of death, or without one by the end of the event.
is_known_death <- function(usubjid, end, dm, cut_day) {
  death <- parse_date(column(dm, "DTHDTC")[match(usubjid, dm$USUBJID)])$first
  ifelse(is.na(death), !is.na(end) & end <= cut_day, death <= cut_day)
}

derive_events <- function(cut, subjects) {
  events <- drop_copies(cut$ae)
  events <- events[events$USUBJID %in% subjects$USUBJID, ]
  trtsdt <- start_of(events$USUBJID, subjects)
  dates <- event_dates(events, trtsdt, cut$day)
  grade <- event_grade(events)
  says_fatal <- word_in(events, "AEOUT", "FATAL") | grade %in% plan$fatal_grade
  known <- is_known_death(events$USUBJID, dates$AENDT, cut$dm, cut$day)
  listing <- data.frame(
    USUBJID = events$USUBJID, AESEQ = column(events, "AESEQ"), CLASS = events$AEBODSYS, TERM = events$AEDECOD,
    AESTDTC = events$AESTDTC, AEENDTC = column(events, "AEENDTC"), dates, TRTSDT = trtsdt,
    GRADE = ifelse(grade %in% plan$fatal_grade & !known, plan$fatal_grade - 1, grade),
    RELATED = word_in(events, "AEREL", c("", plan$related_words)), SERIOUS = word_in(events, "AESER", "Y"),
    WITHDRAWAL = word_in(events, "AEACN", "DRUG WITHDRAWN"), FATAL = says_fatal & known
  )
  listing$ADY <- study_day(listing$ASTDT, listing$TRTSDT)
  listing$CATEGORIES <- categories_of(listing$CLASS, listing$TERM)
  listing$TERM <- ifelse(missing_text(listing$TERM), "UNCODED", listing$TERM)
  listing$CLASS <- ifelse(missing_text(listing$CLASS), "UNCODED", listing$CLASS)
  listing[!is.na(listing$ASTDT) & listing$ASTDT <= cut$day, ]
}

# All registry categories of a term, between blanks so that one can be looked for; empty for none.
categories_of <- function(class, term) {
  class <- tolower(trim_blanks(class))
  term <- tolower(trim_blanks(term))
  belongs <- vapply(plan$aesi, function(rule) {
    begins <- if (length(rule$prefix)) startsWith(term, rule$prefix) else rep(FALSE, length(term))
    class %in% rule$class | term %in% rule$term | begins
  }, logical(length(term)))
  belongs <- matrix(belongs, nrow = length(term))
  vapply(seq_along(term), function(i) paste(names(plan$aesi)[belongs[i, ]], collapse = " "), "")
}

in_category <- function(events, category) {
  vapply(strsplit(events$CATEGORIES, " ", fixed = TRUE), function(x) category %in% x, TRUE)
}

# Started under treatment and not after the given last day of each subject.
emergent <- function(events, last_day) {
  events[events$ASTDT >= events$TRTSDT & events$ASTDT <= last_day[match(events$USUBJID, names(last_day))], ]
}

# Latest contact: the end of participation if recorded, else the latest dose, visit, sample or disposition record.
last_contact <- function(cut, subjects) {
  ds <- cut$ds
  ended <- no_days()
  others <- data.frame(USUBJID = subjects$USUBJID, DATE = subjects$TRTEDT)
  if (!is.null(ds)) {
    days <- data.frame(USUBJID = ds$USUBJID, DATE = impute_event_day(ds$DSSTDTC, start_of(ds$USUBJID, subjects)))
    ended <- days
    ended$DATE <- impute_end_day(ds$DSSTDTC, subjects$LAST_SEEN[match(ds$USUBJID, subjects$USUBJID)])
    ended <- ended[column(ds, "DSSCAT") == "STUDY PARTICIPATION", ]
    others <- rbind(others, days)
  }
  for (prefix in c("QS", "LB", "CP")) {
    frame <- cut[[tolower(prefix)]]
    if (is.null(frame)) next
    others <- rbind(others, data.frame(USUBJID = frame$USUBJID, DATE = parse_full_date(frame[[paste0(prefix, "DTC")]])))
  }
  end <- latest_day(ended, subjects, cut$day)
  ifelse(is.na(end), latest_day(others, subjects, cut$day), end)
}

no_days <- function() data.frame(USUBJID = character(0), DATE = numeric(0))

latest_day <- function(days, subjects, cut_day) {
  days <- days[!is.na(days$DATE) & days$DATE <= cut_day, ]
  if (nrow(days) == 0) return(rep(NA_real_, nrow(subjects)))
  as.numeric(tapply(days$DATE, days$USUBJID, max)[subjects$USUBJID])
}

# The last day at risk.
end_of_risk <- function(cut, subjects) {
  pmin(subjects$TRTSDT + plan$safety_last_day - 1, last_contact(cut, subjects), subjects$DEATH, cut$day, na.rm = TRUE)
}

# The days of each cycle: from its first dose to the day before the next one's, the last one a full cycle long.
derive_cycles <- function(injections, subjects) {
  day <- injections$DATE - start_of(injections$USUBJID, subjects)
  by_day <- day %/% plan$cycle_days + 1
  named <- suppressWarnings(as.numeric(sub("^CYCLE +", "", injections$epoch))) # other words are no cycle: by the day
  injections$cycle <- ifelse(is.na(named), by_day, named)
  starts <- aggregate(DATE ~ USUBJID + cycle, injections, min)
  starts <- starts[order(starts$USUBJID, starts$DATE), ]
  next_start <- c(starts$DATE[-1], NA)
  next_start[c(starts$USUBJID[-1] != starts$USUBJID[-nrow(starts)], TRUE)] <- NA
  starts$END <- ifelse(is.na(next_start), starts$DATE + plan$cycle_days, next_start) - 1
  starts
}
