# The cut: subjects, dosing, events and sets after the cut rule and the date rules of each domain.

load_cut <- function(folder) {
  settings <- read_settings(folder)
  day <- parse_full_date(settings$cut_date)
  if (length(day) == 0 || is.na(day)) stop("cut.yaml: cut_date must be a complete ISO 8601 date")
  cut <- list(
    day = day,
    dm = read_domain(folder, "dm", "USUBJID"),
    ex = read_domain(folder, "ex", c("USUBJID", "EXDOSE", "EXSTDTC")),
    ds = read_domain(folder, "ds", c("USUBJID", "DSDECOD", "DSCAT", "DSSTDTC")),
    qs = read_domain(folder, "qs", c("USUBJID", "QSCAT", "QSTESTCD", "QSSTRESC", "QSDTC")),
    cm = read_domain(folder, "cm", c("USUBJID", "CMSTDTC")),
    dv = read_domain(folder, "dv", "USUBJID"),
    lb = read_domain(folder, "lb", c("USUBJID", "LBTESTCD", "LBSTRESC", "LBDTC")),
    cp = read_domain(folder, "cp", c("USUBJID", "CPTESTCD", "CPSTRESC", "CPDTC"))
  )
  if (is.null(cut$dm) || is.null(cut$ex)) stop("dm.csv and ex.csv are both needed, with records")
  if (anyDuplicated(cut$dm$USUBJID)) stop("dm.csv: a USUBJID occurs more than once")
  cut
}

# What the analyses need; one whose column is absent is not available, rather than silently better.
derive_available <- function(cut) {
  qs <- !is.null(cut$qs)
  stops <- has_columns(cut$ds, "DSSCAT")
  events <- qs && stops && has_columns(cut$cm, "CMCAT") && has_columns(cut$dm, "DTHDTC")
  per_protocol <- qs && stops && has_columns(cut$dv, c("DVCAT", "DVSTDTC"))
  list(qs = qs, events = events, pps_set = per_protocol, pps = per_protocol && events)
}

derive_enrolled <- function(dm) {
  enrolled <- !(toupper(column(dm, "ARMCD")) %in% plan$screen_failure_arms) & !missing_text(dm$USUBJID)
  sort(dm$USUBJID[enrolled], method = "radix")
}

# Dosing records on or before the cut, with an end that is never before the start nor after the cut.
derive_doses <- function(cut, enrolled) {
  end <- parse_date(column(cut$ex, "EXENDTC"))
  dose <- data.frame(
    USUBJID = cut$ex$USUBJID, start = parse_full_date(cut$ex$EXSTDTC), end = end$last,
    step = unname(plan$interval_steps[toupper(column(cut$ex, "EXDOSFRQ"))]),
    epoch = toupper(column(cut$ex, "EPOCH"))
  )
  is_partial_end <- !is.na(end$first) & end$first != end$last
  is_given <- parse_number(cut$ex$EXDOSE) > 0
  counts <- is_given & !is.na(dose$start) & dose$start <= cut$day & !is_partial_end & dose$USUBJID %in% enrolled
  dose <- dose[which(counts), ]
  dose$end <- pmax(dose$start, pmin(ifelse(is.na(dose$end), dose$start, dose$end), cut$day))
  dose
}

# One row per injection: an interval is spread out by its frequency, anything else is its first day alone.
derive_injections <- function(doses) {
  spread <- function(from, to, step) if (is.na(step)) from else seq(from, to, by = step)
  days <- Map(spread, doses$start, doses$end, doses$step)
  row <- rep(seq_along(days), lengths(days))
  data.frame(USUBJID = doses$USUBJID[row], DATE = as.numeric(unlist(days)), epoch = doses$epoch[row])
}

derive_subjects <- function(cut) {
  enrolled <- derive_enrolled(cut$dm)
  doses <- derive_doses(cut, enrolled)
  start <- tapply(doses$start, doses$USUBJID, min)
  treated <- enrolled[enrolled %in% names(start)]
  subjects <- data.frame(USUBJID = treated, TRTSDT = as.numeric(start[treated]))
  subjects$LAST_DOSE <- as.numeric(tapply(doses$end, doses$USUBJID, max)[treated])
  subjects$LAST_SEEN <- pmax(subjects$LAST_DOSE, last_result(cut, subjects), na.rm = TRUE)
  injections <- derive_injections(doses)
  stops <- derive_stops(cut, subjects, injections)
  subjects$ANY_STOP <- first_day(stops, subjects)
  subjects$STOP <- first_day(stops[stops$is_event, ], subjects)
  subjects$RESCUE <- first_day(derive_rescues(cut, subjects), subjects)
  subjects$DEATH <- derive_deaths(cut, subjects)
  subjects$ICE <- pmin(subjects$STOP, subjects$RESCUE, subjects$DEATH, na.rm = TRUE)
  list(enrolled = enrolled, subjects = subjects, injections = injections)
}

first_day <- function(records, subjects) {
  if (nrow(records) == 0) return(rep(NA_real_, nrow(subjects)))
  as.numeric(tapply(records$DATE, records$USUBJID, min)[subjects$USUBJID])
}

# The earliest day a date allows, but not before the first dose where it could be on or after it.
impute_event_day <- function(text, trtsdt) {
  days <- parse_date(text)
  could_be_later <- !is.na(days$first) & days$first < days$last & !is.na(trtsdt) & days$last >= trtsdt
  ifelse(could_be_later, pmax(days$first, trtsdt), days$first)
}

# What ends a subject's time, known to the month or year alone, cannot have come before the subject was last seen.
impute_end_day <- function(text, seen) {
  days <- parse_date(text)
  is_partial <- !is.na(days$first) & days$first < days$last
  ifelse(is_partial, pmax(days$first, seen, na.rm = TRUE), days$first)
}

# The last day with a result of questionnaire, laboratory or cells.
last_result <- function(cut, subjects) {
  days <- do.call(rbind, lapply(c("QS", "LB", "CP"), function(prefix) {
    frame <- cut[[tolower(prefix)]]
    if (is.null(frame)) return(NULL)
    done <- !missing_text(frame[[paste0(prefix, "STRESC")]]) & toupper(column(frame, paste0(prefix, "STAT"))) != "NOT DONE"
    data.frame(USUBJID = frame$USUBJID, DATE = parse_full_date(frame[[paste0(prefix, "DTC")]]))[done, ]
  }))
  days <- days[!is.na(days$DATE) & days$DATE <= cut$day, ]
  if (NROW(days) == 0) return(rep(NA_real_, nrow(subjects)))
  as.numeric(tapply(days$DATE, days$USUBJID, max)[subjects$USUBJID])
}

start_of <- function(usubjid, subjects) subjects$TRTSDT[match(usubjid, subjects$USUBJID)]

no_events <- function() data.frame(USUBJID = character(0), DATE = numeric(0), is_event = logical(0))

# Every end-of-treatment record; is_event says whether it is an early stop.
derive_stops <- function(cut, subjects, injections) {
  if (is.null(cut$ds)) return(no_events())
  chosen <- cut$ds$DSCAT == "DISPOSITION EVENT" & column(cut$ds, "DSSCAT") == "STUDY TREATMENT"
  ds <- cut$ds[chosen & cut$ds$USUBJID %in% subjects$USUBJID, ]
  ds$DATE <- impute_end_day(ds$DSSTDTC, subjects$LAST_DOSE[match(ds$USUBJID, subjects$USUBJID)])
  ds <- ds[!is.na(ds$DATE) & ds$DATE <= cut$day, ]
  word <- toupper(ds$DSDECOD)
  cycles <- count_cycles(ds$USUBJID, ds$DATE, injections, subjects)
  is_done <- word %in% plan$completed_words |
    (word %in% plan$completed_after_cycles_words & cycles >= plan$completed_after_cycles)
  data.frame(USUBJID = ds$USUBJID, DATE = ds$DATE, is_event = !is_done)
}

# Cycles begun up to a day, by EPOCH, or by study day where EPOCH is empty.
count_cycles <- function(usubjid, date, injections, subjects) {
  day <- injections$DATE - start_of(injections$USUBJID, subjects)
  by_day <- paste("CYCLE", day %/% plan$cycle_days + 1)
  cycle <- ifelse(missing_text(injections$epoch), by_day, injections$epoch)
  one <- function(id, until) length(unique(cycle[injections$USUBJID == id & injections$DATE <= until]))
  as.integer(mapply(one, usubjid, date))
}

derive_rescues <- function(cut, subjects) {
  if (is.null(cut$cm)) return(no_events())
  cm <- cut$cm[column(cut$cm, "CMCAT") == "RESCUE THERAPY" & cut$cm$USUBJID %in% subjects$USUBJID, ]
  trtsdt <- start_of(cm$USUBJID, subjects)
  cm$DATE <- impute_event_day(cm$CMSTDTC, trtsdt)
  cm$DATE <- ifelse(is.na(cm$DATE), trtsdt, cm$DATE) # a rescue without a date counts from the first dose
  cm[cm$DATE >= trtsdt & cm$DATE <= cut$day, c("USUBJID", "DATE")]
}

derive_deaths <- function(cut, subjects) {
  row <- match(subjects$USUBJID, cut$dm$USUBJID)
  day <- impute_end_day(column(cut$dm, "DTHDTC")[row], subjects$LAST_SEEN)
  ifelse(day <= cut$day, day, NA)
}

# A set is NA where a domain or column that defines it is not there.
derive_per_protocol <- function(cut, subjects, injections, available) {
  if (!available$pps_set) return(rep(NA, nrow(subjects)))
  severe <- !is.na(subjects$SLEDAI_BASE) & subjects$SLEDAI_BASE >= plan$pps_sledai_min
  severe & !has_major_deviation(cut, subjects) & is_compliant(cut, subjects, injections)
}

has_major_deviation <- function(cut, subjects) {
  dv <- cut$dv[cut$dv$DVCAT == "MAJOR" & cut$dv$USUBJID %in% subjects$USUBJID, ]
  trtsdt <- start_of(dv$USUBJID, subjects)
  day <- impute_event_day(dv$DVSTDTC, trtsdt)
  counts <- is.na(day) | (day <= cut$day & day <= trtsdt + plan$pps_days_after_start)
  subjects$USUBJID %in% dv$USUBJID[counts]
}

# In whole numbers, so that exactly 80 % is 80 %.
is_compliant <- function(cut, subjects, injections) {
  limit <- pmin(cut$day + 1, subjects$TRTSDT + plan$pps_days_after_start, subjects$ANY_STOP, na.rm = TRUE)
  one <- function(id, start, before) {
    planned <- sum(start + plan$planned_injection_days - 1 < before)
    given <- length(unique(injections$DATE[injections$USUBJID == id & injections$DATE < before]))
    10 * given >= plan$pps_share_tenths * planned
  }
  as.logical(mapply(one, subjects$USUBJID, subjects$TRTSDT, limit))
}
