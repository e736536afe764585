# The three instruments: usable results, one assessment per day, one assessment per window.

# All results of an instrument with a complete date up to the cut, still with what will be quarantined.
select_results <- function(cut, subjects, category, codes) {
  qs <- cut$qs
  if (is.null(qs)) return(data.frame())
  date <- parse_full_date(qs$QSDTC)
  is_result <- !missing_text(qs$QSSTRESC) & toupper(column(qs, "QSSTAT")) != "NOT DONE"
  keep <- which(qs$QSCAT == category & qs$QSTESTCD %in% codes & is_result &
    !is.na(date) & date <= cut$day & qs$USUBJID %in% subjects$USUBJID)
  data.frame(
    USUBJID = qs$USUBJID[keep], DATE = date[keep], item = match(qs$QSTESTCD[keep], codes),
    text = qs$QSSTRESC[keep], value = parse_number(qs$QSSTRESC[keep]),
    beside = parse_number(column(qs, "QSSTRESN")[keep])
  )
}

# Different results of one item on one day cancel each other; equal ones count once.
resolve_same_day <- function(results, is_valid) {
  key <- paste(results$USUBJID, results$DATE, results$item, sep = "\r")
  distinct <- tapply(results$text, key, function(x) length(unique(x)))
  results <- results[as.vector(distinct[key] == 1) & is_valid, ]
  results[!duplicated(results[c("USUBJID", "DATE", "item")]), ]
}

# A numeric result that another number is recorded beside is in doubt.
is_consistent <- function(results) !is.na(results$value) & (is.na(results$beside) | results$beside == results$value)

# A matrix with one row per subject and day and one column per item, NA where not usable.
spread_items <- function(results, n_items, values) {
  key <- paste(results$USUBJID, results$DATE, sep = "\r")
  keys <- unique(key)
  items <- matrix(values[NA_integer_], length(keys), n_items)
  items[cbind(match(key, keys), results$item)] <- values
  first <- match(keys, key)
  list(days = data.frame(USUBJID = results$USUBJID[first], DATE = results$DATE[first]), items = items)
}

no_assessments <- function(value) data.frame(USUBJID = character(0), DATE = numeric(0), VALUE = value[0])

usable_days <- function(days, value) {
  days$VALUE <- value
  days[!is.na(value), ]
}

# Both totals of a day: of all items, for which a recorded total may stand in, and without serology.
derive_sledai <- function(cut, subjects) {
  codes <- sprintf("SLED01%02d", 1:25)
  results <- select_results(cut, subjects, "SELENA-SLEDAI", codes)
  if (nrow(results) == 0) return(list(full = no_assessments(0), no_serology = no_assessments(0)))
  weight <- plan$sledai_weights[results$item]
  in_range <- ifelse(results$item == 25, results$value >= 0 & results$value <= plan$sledai_total_max,
    results$value == 0 | results$value == weight
  )
  results <- resolve_same_day(results, is_consistent(results) & in_range %in% TRUE)
  if (nrow(results) == 0) return(list(full = no_assessments(0), no_serology = no_assessments(0)))
  wide <- spread_items(results, 25, results$value)
  derived <- rowSums(wide$items[, 1:24, drop = FALSE])
  clinical <- rowSums(wide$items[, setdiff(1:24, plan$serology_items), drop = FALSE])
  list(
    full = usable_days(wide$days, ifelse(is.na(derived), wide$items[, 25], derived)),
    no_serology = usable_days(wide$days, clinical)
  )
}

# VALUE is the nine grades as one text of nine letters.
derive_bilag <- function(cut, subjects) {
  results <- select_results(cut, subjects, "BILAG-2004", sprintf("BILA01%02d", seq_len(plan$bilag_systems)))
  if (nrow(results) == 0) return(no_assessments(""))
  results <- resolve_same_day(results, results$text %in% plan$bilag_grades)
  if (nrow(results) == 0) return(no_assessments(""))
  wide <- spread_items(results, plan$bilag_systems, results$text)
  complete <- rowSums(is.na(wide$items)) == 0
  usable_days(wide$days, ifelse(complete, apply(wide$items, 1, paste, collapse = ""), NA))
}

# If most scores of the cut lie outside the scale it is another scale, and none of them can be used.
derive_pga <- function(cut, subjects) {
  results <- select_results(cut, subjects, "PGA", "PGA0101")
  if (nrow(results) == 0) return(no_assessments(0))
  in_range <- results$value >= 0 & results$value <= plan$pga_max
  if (isTRUE(mean(in_range, na.rm = TRUE) < 0.5)) return(no_assessments(0))
  results <- resolve_same_day(results, is_consistent(results) & in_range %in% TRUE)
  results <- results[c("USUBJID", "DATE", "value")]
  setNames(results, c("USUBJID", "DATE", "VALUE"))
}

# Exact decimals as whole numbers of billionths: 1.4 - 1.1 is below 0.3 in binary floating point.
to_billionths <- function(x) round(x * 1e9)

study_day <- function(date, trtsdt) date - trtsdt + (date >= trtsdt)

# The assessment of each subject in a week's window: the last one at baseline, else nearest, ties to the later.
choose_assessment <- function(assessments, subjects, week) {
  window <- plan$windows[[as.character(week)]]
  day <- study_day(assessments$DATE, start_of(assessments$USUBJID, subjects))
  inside <- assessments[which(day >= window[1] & day <= window[2]), ]
  day <- day[which(day >= window[1] & day <= window[2])]
  distance <- if (week == 0) rep(0, length(day)) else abs(day - (7 * week + 1))
  inside <- inside[order(distance, -inside$DATE), ]
  inside[match(subjects$USUBJID, inside$USUBJID), c("DATE", "VALUE")]
}
