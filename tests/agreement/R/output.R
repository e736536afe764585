# Long results in the column layout of the report's results file, and the statistics that all outcomes share.

# `stats` is a named vector: its names are the statistics' names.
result_rows <- function(analysis_id, population, variable, stats, variable_level = "", group1 = "", group1_level = "",
                        group2 = "", group2_level = "", method = "") {
  data.frame(
    analysis_id = analysis_id, population = population, group1 = group1, group1_level = as.character(group1_level),
    group2 = group2, group2_level = as.character(group2_level), variable = variable, variable_level = variable_level,
    method = method, stat_name = names(stats), stat = unname(as.numeric(stats)), row.names = NULL
  )
}

count_stats <- function(n, total) c(n = n, N = total, p = if (total > 0) n / total else NA)

exact_limits <- function(n, total) {
  limits <- if (total > 0) binom.test(n, total, conf.level = plan$level)$conf.int else c(NA, NA)
  c(conf.low = limits[1], conf.high = limits[2])
}

# Counts and their exact interval; the interval alone has a method.
exact_rows <- function(analysis_id, population, variable, n, total, ...) {
  rbind(
    result_rows(analysis_id, population, variable, count_stats(n, total), "Y", ...),
    result_rows(analysis_id, population, variable, exact_limits(n, total), "Y", ..., method = "Clopper-Pearson")
  )
}

# Events per unit of time with the exact Poisson interval; without time at risk nothing can be estimated.
exact_rate <- function(events, time) {
  if (time <= 0) return(c(estimate = NA, conf.low = NA, conf.high = NA))
  limits <- poisson.test(events, time, conf.level = plan$level)$conf.int
  c(estimate = events / time, conf.low = limits[1], conf.high = limits[2])
}

# Mean, spread and quartiles; with one value there is no spread.
describe <- function(x) {
  if (length(x) == 0) return(c(mean = NA, sd = NA, median = NA, p25 = NA, p75 = NA))
  quartiles <- unname(quantile(x, c(0.5, 0.25, 0.75), type = 7))
  c(mean = mean(x), sd = sd(x), median = quartiles[1], p25 = quartiles[2], p75 = quartiles[3])
}

# Cumulative incidence of cause 1 at some times: `cause` is 0 for censored, 1, or 2 for the competing event.
# The limits are those of log(-log(1 - F)), which survfit does not offer for a multi-state curve.
cumulative_incidence <- function(time, cause, at) {
  absent <- c(n = 0, estimate = NA, std.error = NA, conf.low = NA, conf.high = NA)
  if (length(time) == 0) return(lapply(at, function(t) absent))
  # Without a single event survfit would not see a multi-state curve of two causes.
  fit <- survival::survfit(survival::Surv(time, factor(cause, 0:2, c("censored", "event", "competing"))) ~ 1)
  column <- match("event", fit$states)
  lapply(at, function(t) {
    last <- findInterval(t, fit$time)
    estimate <- if (last == 0) 0 else fit$pstate[last, column]
    error <- if (last == 0) 0 else fit$std.err[last, column]
    c(n = sum(time >= t), estimate = estimate, std.error = error, complementary_limits(estimate, error))
  })
}

complementary_limits <- function(estimate, error) {
  if (estimate <= 0 || estimate >= 1) return(c(conf.low = NA, conf.high = NA))
  free <- 1 - estimate
  width <- qnorm(1 - (1 - plan$level) / 2) * error / (free * abs(log(free)))
  c(conf.low = 1 - free^exp(-width), conf.high = 1 - free^exp(width))
}

write_results <- function(results, path) {
  results$stat <- ifelse(is.na(results$stat), "", sprintf("%.17g", results$stat))
  write.csv(results, path, row.names = FALSE, quote = seq_len(ncol(results) - 1), fileEncoding = "UTF-8")
}

beside_path <- function(path, suffix) sub("(\\.csv)?$", paste0("_", suffix, ".csv"), path)

# The arguments of a program that turns one cut into one file of results.
parse_arguments <- function(arguments, program) {
  if (length(arguments) != 2) stop("usage: Rscript ", program, " CUT_DIR OUT.csv")
  list(folder = arguments[1], out = arguments[2])
}
