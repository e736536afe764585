# Independent second programming of the primary outcome: from the raw CSV cut to results, in R alone.
# Usage: Rscript sri.R CUT_DIR OUT.csv   (also writes OUT_subjects.csv, one row per treated subject and week)

own_folder <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  dirname(normalizePath(sub("^--file=", "", file[1])))
}

for (part in c("plan", "read", "cut", "instruments", "response", "analyses")) {
  source(file.path(own_folder(), "R", paste0(part, ".R")), encoding = "UTF-8")
}

derive_all <- function(cut, available) {
  all <- derive_subjects(cut)
  assessments <- derive_assessments(cut, all$subjects)
  subjects <- all$subjects
  subjects$SLEDAI_BASE <- choose_assessment(assessments$sledai, subjects, 0)$VALUE
  subjects$FAS <- !is.na(subjects$SLEDAI_BASE)
  subjects$PPS <- derive_per_protocol(cut, subjects, all$injections, available)
  list(
    enrolled = all$enrolled, subjects = subjects,
    weekly = derive_weekly(cut, subjects, assessments),
    no_serology = derive_weekly(cut, subjects, assessments, "no_serology")
  )
}

analyse_all <- function(data, available) {
  response <- derive_response(derive_components(data$weekly))
  primary <- apply_rules(response, data$weekly, "failure", "failure")
  in_fas <- data$subjects[data$subjects$FAS, ]
  rbind(
    analyse_sets(data$enrolled, data$subjects),
    analyse_primary_family(data$weekly, data$no_serology, available),
    analyse_thresholds(data$weekly, available),
    analyse_tipping(data$weekly, response, available),
    analyse_over_time(data$weekly, primary, available),
    analyse_time_to(derive_time_to(data$weekly, response, primary, in_fas), available)
  )
}

full_precision <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))

yes_no <- function(x) ifelse(is.na(x), "", ifelse(x, "Y", "N"))

subject_listing <- function(weekly, available) {
  response <- derive_response(derive_components(weekly))
  primary <- apply_rules(response, weekly, "failure", "failure")
  primary[!weekly$DUE | !available$events] <- NA
  numbers <- c("SLEDAI_BASE", "SLEDAI", "NEW_A", "NEW_B", "PGA_BASE", "PGA")
  listing <- data.frame(
    USUBJID = weekly$USUBJID, AVISITN = weekly$AVISITN, DUE = yes_no(weekly$DUE),
    lapply(weekly[numbers], function(x) ifelse(is.na(x), "", format_short(x))),
    ASSESSMENT_DATE = date_text(weekly$ASSESSED), ICE_DATE = date_text(weekly$ICE),
    SRI4 = yes_no(response), PRIMARY = yes_no(primary)
  )
  listing[order(listing$USUBJID, listing$AVISITN, method = "radix"), ]
}

format_short <- function(x) vapply(x, format, "", digits = 15)

main <- function(arguments) {
  if (length(arguments) != 2) stop("usage: Rscript sri.R CUT_DIR OUT.csv")
  cut <- load_cut(arguments[1])
  available <- derive_available(cut)
  data <- derive_all(cut, available)
  results <- analyse_all(data, available)
  results$stat <- full_precision(results$stat)
  write.csv(results, arguments[2], row.names = FALSE, quote = FALSE)
  listing <- subject_listing(data$weekly, available)
  write.csv(listing, sub("(\\.csv)?$", "_subjects.csv", arguments[2]), row.names = FALSE)
}

main(commandArgs(TRUE))
