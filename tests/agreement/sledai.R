# Second programming of disease activity in its parts: what change.R beside it leaves out.
# Usage: Rscript sledai.R CUT_DIR OUT.csv

own_folder <- function() {
  file <- grep("^--file=", commandArgs(FALSE), value = TRUE)
  dirname(normalizePath(sub("^--file=", "", file[1])))
}

parts <- c("plan", "plan_secondary", "read", "cut", "instruments", "response", "output", "measures", "models", "activity")
for (part in c(parts, "sledai")) source(file.path(own_folder(), "R", paste0(part, ".R")), encoding = "UTF-8")

load_data <- function(folder) {
  cut <- load_cut(folder)
  subjects <- derive_subjects(cut)$subjects
  assessments <- derive_assessments(cut, subjects)
  subjects$SLEDAI_BASE <- choose_assessment(assessments$sledai, subjects, 0)$VALUE
  subjects$FAS <- !is.na(subjects$SLEDAI_BASE)
  list(
    cut = cut, day = cut$day, subjects = subjects, steroids = derive_steroids(cut, subjects),
    assessments = lapply(assessments, before_death, subjects = subjects)
  )
}

given <- parse_arguments(commandArgs(TRUE), "sledai.R")
data <- load_data(given$folder)
write_results(
  rbind(
    organ_rows(data), above_rows(data), bilag_rows(data), steroid_rows(data), state_rows(data), selection_rows(data),
    delta_rows(data)
  ),
  given$out
)
