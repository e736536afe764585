# Second programming of the changes from week 0 to week 10: cells, laboratory, disease activity.
# Usage: Rscript change.R CUT_DIR OUT.csv   (also writes OUT_subjects.csv, one row per subject and parameter)

own_folder <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  dirname(normalizePath(sub("^--file=", "", file[1])))
}

parts <- c(
  "plan", "plan_secondary", "read", "cut", "instruments", "response",
  "output", "measures", "paired", "models", "activity"
)
for (part in parts) source(file.path(own_folder(), "R", paste0(part, ".R")), encoding = "UTF-8")

load_data <- function(folder) {
  cut <- load_cut(folder)
  subjects <- derive_subjects(cut)$subjects
  assessments <- derive_assessments(cut, subjects)
  subjects$SLEDAI_BASE <- choose_assessment(assessments$sledai, subjects, 0)$VALUE
  subjects$FAS <- !is.na(subjects$SLEDAI_BASE)
  subjects$PPS <- NA
  list(
    day = cut$day, subjects = subjects, measurements = derive_measurements(cut, subjects),
    assessments = lapply(assessments, before_death, subjects = subjects),
    responders = derive_responders(cut, subjects, assessments), has_events = derive_available(cut)$events
  )
}

# The primary outcome at the key week; NA where it is not available.
derive_responders <- function(cut, subjects, assessments) {
  if (!derive_available(cut)$events) return(rep(NA, nrow(subjects)))
  weekly <- derive_weekly(cut, subjects, assessments)
  primary <- apply_rules(derive_response(derive_components(weekly)), weekly, "failure", "failure")
  primary[weekly$AVISITN == plan$key_week]
}

pairs_of <- function(data, base, now) pair_values(data$subjects, base, now, plan$key_week, data$day)

measured_pairs <- function(data, parameter, scale = on_scale) {
  at <- function(week) choose_value(data$measurements, data$subjects, parameter, week, scale)
  pairs_of(data, at(0), at(plan$key_week))
}

score_pairs <- function(data, instrument) {
  values <- values_at(data$assessments[[instrument]], data$subjects, c(0, plan$key_week))
  pairs_of(data, values[[1]], values[[2]])
}

analyse_activity <- function(data) {
  total <- score_pairs(data, "sledai")
  # Without the records of stops, rescues and deaths, what rests on them counts nobody.
  known <- data$subjects[rep(data$has_events, nrow(data$subjects)), ]
  sledai <- data$assessments$sledai
  by_week <- values_at(sledai, data$subjects, plan$all_weeks)
  pga_by_week <- values_at(data$assessments$pga, data$subjects, plan$all_weeks)
  early <- as.character(c(0, plan$weeks))
  model <- function(id, weeks) {
    model_rows(id, "SLEDAI", stack_weeks(data$subjects, by_week[weeks], data$day), as.numeric(weeks))
  }
  rbind(
    change_rows("SLEDAI.CHANGE", "SLEDAI", total),
    model("SLEDAI.MMRM", early),
    model("SLEDAI.MMRM_ALL", names(by_week)),
    by_week_rows("SLEDAI.BY_WEEK", "SLEDAI", data$subjects, by_week, data$day),
    change_rows("SLEDAI.NO_ICE", "SLEDAI", without_event(total, known, sledai, plan$key_week)),
    change_rows("SLEDAI.SEROLOGY_FREE", "SLEDAI", score_pairs(data, "no_serology")),
    category_rows(total),
    all_remission_rows(known, data$assessments, data$day),
    change_rows("PGA.CHANGE", "PGA", score_pairs(data, "pga")),
    by_week_rows("PGA.BY_WEEK", "PGA", data$subjects, pga_by_week, data$day)
  )
}

analyse_measured_change <- function(data, family, parameters) {
  pairs <- sapply(parameters, measured_pairs, data = data, simplify = FALSE)
  id <- function(name) paste0(family, ".", name)
  models <- lapply(parameters, function(parameter) {
    weeks <- c(0, plan$weeks)
    values <- lapply(weeks, function(week) choose_value(data$measurements, data$subjects, parameter, week))
    long <- stack_weeks(data$subjects, setNames(values, weeks), data$day)
    model_rows(id("MMRM"), parameter, long, weeks, has_enough_pairs(long))
  })
  rbind(
    do.call(rbind, lapply(parameters, function(x) change_rows(id("CHANGE"), x, pairs[[x]]))),
    do.call(rbind, lapply(intersect(parameters, plan$log10_tests), function(x) {
      geometric_mean_rows(id("CHANGE"), x, pairs[[x]])
    })),
    adjusted_rows(id("ADJUSTED"), pairs[setdiff(parameters, names(plan$ratios))]),
    do.call(rbind, models)
  )
}

# By response and against the activity score; the serology tests are items of the full score, so without those.
association_rows <- function(data, parameter) {
  pairs <- measured_pairs(data, parameter)
  change <- rounded_change(pairs)
  responder <- data$responders[match(pairs$USUBJID, data$subjects$USUBJID)]
  score <- score_pairs(data, if (parameter %in% plan$laboratory) "no_serology" else "sledai")
  row <- match(pairs$USUBJID, score$USUBJID)
  both <- !is.na(row)
  shift <- hodges_lehmann_shift(change[responder %in% TRUE], change[responder %in% FALSE])
  group <- function(is_responder, level) {
    stats <- c(N = sum(responder %in% is_responder))
    result_rows("IMM.BY_RESPONSE", "FAS", parameter, stats, "", "SRI4", level)
  }
  rbind(
    group(TRUE, "Y"), group(FALSE, "N"),
    result_rows("IMM.BY_RESPONSE", "FAS", parameter, shift, method = "Hodges-Lehmann"),
    result_rows("IMM.CORRELATION", "FAS", parameter, c(N = sum(both))),
    result_rows("IMM.CORRELATION", "FAS", parameter,
      spearman(change[both], rounded_change(score)[row[both]]), method = "Spearman"
    )
  )
}

# TRUE where abnormal: too high for an antibody, too low for complement; a limit that is not recorded leaves it open.
is_abnormal <- function(records, test) {
  if (!(test %in% plan$high_is_abnormal)) return(records$AVAL < records$LOW)
  records$AVAL > records$HIGH | (records$SIDE > 0 & records$LIMIT >= records$HIGH)
}

normalised_rows <- function(data, test) {
  at <- function(week) {
    is_abnormal(choose_record(data$measurements[data$measurements$TEST == test, ], data$subjects, week), test)
  }
  pairs <- pairs_of(data, at(0), at(plan$key_week))
  better <- sum(pairs$base & !pairs$now)
  worse <- sum(!pairs$base & pairs$now)
  rbind(
    exact_rows("LAB.NORMALISED", "FAS", test, better, sum(pairs$base)),
    result_rows("LAB.NORMALISED", "FAS", test, mcnemar_exact(better, worse, nrow(pairs)), method = "McNemar exact")
  )
}

censored_rows <- function(data, test) {
  records <- data$measurements[data$measurements$TEST == test & data$measurements$LIMIT > 0, ]
  base <- choose_record(records, data$subjects, 0)
  now <- choose_record(records, data$subjects, plan$key_week)
  paired <- match(pairs_of(data, base$LIMIT, now$LIMIT)$USUBJID, data$subjects$USUBJID)
  stats <- censored_change(log10(base$LIMIT[paired]), base$SIDE[paired], log10(now$LIMIT[paired]), now$SIDE[paired])
  rbind(
    result_rows("LAB.CENSORED", "FAS", test, c(N = length(paired))),
    result_rows("LAB.CENSORED", "FAS", test, stats, method = "Wald")
  )
}

analyse_all <- function(data) {
  cells <- c(plan$cells, names(plan$ratios))
  unscaled <- function(test, value) value
  rbind(
    analyse_measured_change(data, "IMM", cells),
    analyse_measured_change(data, "LAB", plan$laboratory),
    do.call(rbind, lapply(cells, function(x) ratio_rows(x, measured_pairs(data, x, unscaled)))),
    do.call(rbind, lapply(plan$laboratory, function(x) normalised_rows(data, x))),
    do.call(rbind, lapply(plan$log10_tests, function(x) censored_rows(data, x))),
    do.call(rbind, lapply(c(cells, plan$laboratory), function(x) association_rows(data, x))),
    analyse_activity(data)
  )
}

subject_listing <- function(data) {
  parameters <- c(plan$cells, names(plan$ratios), plan$laboratory)
  pairs <- c(
    sapply(parameters, measured_pairs, data = data, simplify = FALSE),
    lapply(c(SLEDAI = "sledai", SLEDAI_NO_SEROLOGY = "no_serology", PGA = "pga"), score_pairs, data = data)
  )
  do.call(rbind, lapply(names(pairs), function(name) {
    data.frame(PARAMCD = rep(name, nrow(pairs[[name]])), pairs[[name]])
  }))
}

main <- function(arguments) {
  given <- parse_arguments(arguments, "change.R")
  data <- load_data(given$folder)
  write_results(analyse_all(data), given$out)
  write.csv(subject_listing(data), beside_path(given$out, "subjects"), row.names = FALSE)
}

main(commandArgs(TRUE))
