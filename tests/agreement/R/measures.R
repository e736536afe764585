# Cells and laboratory: usable results, one per day, one per window, and the pairs of week 0 and another week.

# "<x" and ">x" carry a limit; anything else must be a plain number that nothing beside it contradicts.
parse_result <- function(text, beside) {
  sign <- ifelse(substr(text, 1, 1) %in% c("<", ">"), substr(text, 1, 1), "")
  number <- parse_number(trim_blanks(ifelse(sign == "", text, substring(text, 2))))
  other <- parse_number(beside)
  number[sign == "" & !is.na(other) & !(other == number) %in% TRUE] <- NA
  number[sign != "" & !(number > 0) %in% TRUE] <- NA
  data.frame(LIMIT = number, SIDE = ifelse(sign == "<", -1, ifelse(sign == ">", 1, 0)))
}

# `prefix` is the domain's, "LB" or "CP"; the columns of the result no longer know which it was.
select_measurements <- function(frame, prefix, tests, subjects, day) {
  if (is.null(frame)) return(no_measurements())
  get <- function(name) column(frame, paste0(prefix, name))
  date <- parse_full_date(get("DTC"))
  records <- data.frame(
    USUBJID = frame$USUBJID, TEST = get("TESTCD"), DATE = date, UNIT = get("STRESU"), SEQ = parse_number(get("SEQ")),
    ROW = seq_len(nrow(frame)), LOW = parse_number(get("STNRLO")), HIGH = parse_number(get("STNRHI")),
    parse_result(get("STRESC"), get("STRESN"))
  )
  keep <- records$TEST %in% tests & !is.na(date) & date <= day & records$USUBJID %in% subjects$USUBJID &
    !is.na(records$LIMIT) & toupper(get("STAT")) != "NOT DONE"
  records[keep, ]
}

no_measurements <- function() {
  data.frame(
    USUBJID = character(0), TEST = character(0), DATE = numeric(0), UNIT = character(0), SEQ = numeric(0),
    ROW = integer(0), LOW = numeric(0), HIGH = numeric(0), LIMIT = numeric(0), SIDE = numeric(0)
  )
}

# A result without a unit, or with one that has no exact factor, says nothing.
convert_units <- function(records) {
  factor <- as.numeric(mapply(function(test, unit) {
    table <- plan$unit_factors[[test]]
    if (unit %in% names(table)) table[[unit]] else NA
  }, records$TEST, records$UNIT))
  for (name in c("LIMIT", "LOW", "HIGH")) {
    records[[name]] <- ifelse(factor %in% 1, records[[name]], round(records[[name]] * factor, 12))
  }
  records[!is.na(factor), ]
}

keep_percentages <- function(records) {
  records[records$UNIT == plan$cell_unit & records$LIMIT >= 0 & records$LIMIT <= 100, ]
}

# Of several results of one test on one day the highest sequence number counts, then the later row.
keep_last_of_day <- function(records) {
  records <- records[order(records$SEQ, records$ROW, decreasing = TRUE, na.last = TRUE), ]
  records[!duplicated(records[c("USUBJID", "TEST", "DATE")]), ]
}

# Below the limit a result enters at half of it, above at the limit itself.
derive_measurements <- function(cut, subjects) {
  laboratory <- select_measurements(cut$lb, "LB", plan$laboratory, subjects, cut$day)
  cells <- select_measurements(cut$cp, "CP", plan$cells, subjects, cut$day)
  records <- keep_last_of_day(rbind(convert_units(laboratory), keep_percentages(cells)))
  records$AVAL <- ifelse(records$SIDE < 0, records$LIMIT * plan$share_below_limit, records$LIMIT)
  before_death(records, subjects)
}

# Nothing that is dated after a death can be an observation.
before_death <- function(records, subjects) {
  death <- subjects$DEATH[match(records$USUBJID, subjects$USUBJID)]
  records[is.na(death) | records$DATE <= death, ]
}

# The chosen record of each subject, as a row of the records; NA where the window is empty.
choose_record <- function(records, subjects, week) {
  rows <- data.frame(USUBJID = records$USUBJID, DATE = records$DATE, VALUE = seq_len(nrow(records)))
  records[choose_assessment(rows, subjects, week)$VALUE, ]
}

on_scale <- function(test, value) {
  if (test %in% plan$log10_tests) ifelse(value > 0, log10(value), NA) else value
}

# What counts for a parameter in a week, one value per subject: a cell, a ratio of two cells, or a laboratory test.
choose_value <- function(records, subjects, parameter, week, scale = on_scale) {
  parts <- plan$ratios[[parameter]]
  if (is.null(parts)) {
    return(scale(parameter, choose_record(records[records$TEST == parameter, ], subjects, week)$AVAL))
  }
  values <- lapply(parts, function(test) choose_record(records[records$TEST == test, ], subjects, week)$AVAL)
  ifelse(values[[2]] == 0, NA, values[[1]] / values[[2]])
}

is_due <- function(subjects, week, day) subjects$TRTSDT + plan$windows[[as.character(week)]][2] - 1 <= day

# Subjects of FAS who are due and have a value in both weeks.
pair_values <- function(subjects, base, now, week, day) {
  paired <- subjects$FAS & is_due(subjects, week, day) & !is.na(base) & !is.na(now)
  data.frame(USUBJID = subjects$USUBJID[paired], base = base[paired], now = now[paired])
}

# Decimal differences that are equal on paper are equal here too.
rounded_change <- function(pairs) round(pairs$now - pairs$base, plan$difference_decimals)
