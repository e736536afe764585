# Second programming of the relapses after stopping treatment.
# Usage: Rscript relapse.R CUT_DIR OUT.csv   (also writes OUT_subjects.csv, one row per subject of FAS)

own_folder <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  dirname(normalizePath(sub("^--file=", "", file[1])))
}

for (part in c("plan", "plan_secondary", "read", "cut", "instruments", "output", "relapse")) {
  source(file.path(own_folder(), "R", paste0(part, ".R")), encoding = "UTF-8")
}

load_data <- function(folder) {
  cut <- load_cut(folder)
  subjects <- derive_subjects(cut)$subjects
  sledai <- derive_sledai(cut, subjects)$full
  subjects$TRTEDT <- last_dose_day(cut, subjects)
  subjects$FAS <- !is.na(choose_assessment(sledai, subjects, 0)$VALUE)
  list(
    day = cut$day, subjects = subjects, sledai = sledai, rescues = derive_rescues(cut, subjects),
    has_rescues = has_columns(cut$cm, "CMCAT")
  )
}

analyse_all <- function(data, by_variable) {
  each <- function(analyse, ...) do.call(rbind, Map(analyse, by_variable, variable = names(by_variable), ...))
  composite <- function(followed, variable) analyse_composite(followed, data$rescues, variable)
  # Without rescue records the composite would silently be the plain analysis.
  results <- rbind(
    each(analyse_participants), analyse_counts(by_variable$RELAPSE), each(analyse_events), each(analyse_time_to),
    if (data$has_rescues) each(composite), analyse_sensitivity(data)
  )
  rownames(results) <- NULL
  results
}

subject_listing <- function(by_variable) {
  listing <- by_variable$RELAPSE
  dates <- c("TRTSDT", "TRTEDT", "ANY_STOP", "DEATH", "END", "REFDT", "LASTDT", "FIRST")
  listing[dates] <- lapply(listing[dates], date_text)
  listing$RISE4_DATES <- by_variable$RELAPSE_RISE4$RELAPSE_DATES
  listing
}

main <- function(arguments) {
  given <- parse_arguments(arguments, "relapse.R")
  data <- load_data(given$folder)
  if (!any(data$subjects$FAS)) stop("no subject with a baseline SELENA-SLEDAI: nothing to follow")
  by_variable <- list(
    RELAPSE = follow_all(data), RELAPSE_RISE4 = follow_all(data, relapse_rules(is_relapse = is_rise(plan$relapse_rise)))
  )
  write_results(analyse_all(data, by_variable), given$out)
  write.csv(subject_listing(by_variable), beside_path(given$out, "subjects"), row.names = FALSE, na = "")
}

main(commandArgs(TRUE))
