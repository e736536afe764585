# Second programming of the adverse events to day 180.
# Usage: Rscript adverse.R CUT_DIR OUT.csv   (also writes OUT_events.csv, one row per event that is not dropped)

own_folder <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  dirname(normalizePath(sub("^--file=", "", file[1])))
}

for (part in c("plan", "plan_secondary", "read", "cut", "instruments", "output", "relapse", "events", "adverse")) {
  source(file.path(own_folder(), "R", paste0(part, ".R")), encoding = "UTF-8")
}

load_data <- function(folder) {
  cut <- load_cut(folder)
  cut$ae <- read_events(folder)
  if (is.null(cut$ae)) stop("no adverse event can be counted: no AE records, and the cut is not sealed")
  all <- derive_subjects(cut)
  subjects <- all$subjects
  subjects$TRTEDT <- last_dose_day(cut, subjects)
  subjects$RISK_END <- end_of_risk(cut, subjects)
  events <- derive_events(cut, subjects)
  last_day <- setNames(subjects$TRTSDT + plan$safety_last_day - 1, subjects$USUBJID)
  short <- setNames(subjects$TRTEDT + plan$short_window_days, subjects$USUBJID)
  list(
    subjects = subjects, events = events, teae = emergent(events, last_day), short = emergent(events, short),
    cycles = derive_cycles(all$injections, subjects)
  )
}

analyse_all <- function(data) {
  total <- nrow(data$subjects)
  by_category <- function(rows) {
    each <- lapply(names(plan$aesi), function(category) {
      rows(data$teae[in_category(data$teae, category), ], data$subjects, "AESI", category)
    })
    rbind(rows(data$teae, data$subjects), do.call(rbind, each))
  }
  rbind(
    overview_rows("AE.OVERVIEW", data$teae, total),
    class_rows(data$teae, total),
    by_class_and_term(data$teae, function(group, ...) grade_rows("AE.SOC_PT_GRADE", group, total, ...)),
    category_event_rows(data$teae, total),
    by_category(rate_rows),
    by_category(incidence_curve_rows),
    cycle_rows(data$teae, data$cycles),
    overview_rows("AE.WINDOW30", data$short, total),
    death_rows(data$subjects)
  )
}

event_listing <- function(data) {
  listing <- data$events
  key <- function(frame) paste(rownames(frame))
  listing$TRTEMFL <- ifelse(key(listing) %in% key(data$teae), "Y", "")
  listing$WINDOW30 <- ifelse(key(listing) %in% key(data$short), "Y", "")
  listing$RISK_END <- data$subjects$RISK_END[match(listing$USUBJID, data$subjects$USUBJID)]
  dates <- c("ASTDT", "AENDT", "TRTSDT", "RISK_END")
  listing[dates] <- lapply(listing[dates], date_text)
  listing
}

main <- function(arguments) {
  given <- parse_arguments(arguments, "adverse.R")
  data <- load_data(given$folder)
  write_results(analyse_all(data), given$out)
  write.csv(event_listing(data), beside_path(given$out, "events"), row.names = FALSE, na = "")
}

main(commandArgs(TRUE))
