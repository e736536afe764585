# Likelihood models of change: repeated measures by nlme::gls, and censored pairs by a likelihood written out here.

suppressMessages(library(nlme))

# Week 0 of all of FAS and every due week; a week with too few values does not enter.
stack_weeks <- function(subjects, values_by_week, day) {
  weeks <- as.numeric(names(values_by_week))
  long <- do.call(rbind, lapply(weeks, function(week) {
    value <- values_by_week[[as.character(week)]]
    keep <- subjects$FAS & !is.na(value) & (week == 0 | is_due(subjects, week, day))
    data.frame(id = subjects$USUBJID[keep], week = rep(week, sum(keep)), value = value[keep])
  }))
  counts <- table(factor(long$week, weeks))
  long[long$week %in% weeks[counts >= plan$model_values_per_week], ]
}

# How many subjects have a value both at week 0 and at each later week.
count_pairs <- function(long) {
  base <- long$id[long$week == 0]
  table(long$week[long$week > 0 & long$id %in% base])
}

# Restricted likelihood with an unstructured covariance; NULL where the search does not end in a proper covariance.
fit_unstructured <- function(long) {
  long$visit <- factor(long$week)
  long$position <- as.integer(long$visit)
  long <- long[order(long$id, long$position), ]
  if (nlevels(long$visit) < 2 || !(0 %in% long$week)) return(NULL)
  fit <- tryCatch(
    gls(value ~ visit, long,
      correlation = corSymm(form = ~ position | id), weights = varIdent(form = ~ 1 | visit), method = "REML",
      control = glsControl(opt = "optim", msMaxIter = 5000, maxIter = 1000, tolerance = 1e-10, msTol = 1e-12)
    ),
    error = function(problem) {
      message("gls: ", conditionMessage(problem))
      NULL
    }
  )
  if (is.null(fit) || !is_proper(fit)) NULL else fit
}

# On the edge of the parameter space the "estimate" is only where the search stopped.
is_proper <- function(fit) {
  blocks <- corMatrix(fit$modelStruct$corStruct)
  largest <- blocks[[which.max(vapply(blocks, nrow, 0L))]]
  min(eigen(largest, symmetric = TRUE, only.values = TRUE)$values) > 1e-6
}

# The contrast of each week with week 0 is that week's coefficient.
model_rows <- function(analysis_id, parameter, long, weeks, eligible = TRUE) {
  fit <- if (eligible) fit_unstructured(long) else NULL
  do.call(rbind, lapply(setdiff(weeks, 0), function(week) {
    name <- paste0("visit", week)
    known <- !is.null(fit) && name %in% names(coef(fit))
    stats <- if (known) c(coef(fit)[[name]], sqrt(vcov(fit)[name, name])) else c(NA, NA)
    names(stats) <- c("estimate", "std.error")
    result_rows(analysis_id, "FAS", parameter, stats, "", "AVISITN", week, method = "unstructured")
  }))
}

# Enough data for the immunological models: two weeks after the first dose with enough pairs each.
has_enough_pairs <- function(long) sum(count_pairs(long) >= plan$model_pairs_per_week) >= plan$model_weeks_with_pairs

# Log-likelihood of one pair on the log10 scale; the sides say below (-1), exact (0) or above (1) the limit.
pair_likelihood <- function(x, x_side, y, y_side, mean_x, mean_y, sd_x, sd_y, r) {
  given_x <- function(v) mean_y + r * sd_y * (v - mean_x) / sd_x
  given_y <- function(v) mean_x + r * sd_x * (v - mean_y) / sd_y
  rest <- sqrt(1 - r^2)
  tail <- function(limit, side, mean, sd) pnorm(limit, mean, sd, lower.tail = side < 0, log.p = TRUE)
  if (x_side == 0) {
    first <- dnorm(x, mean_x, sd_x, log = TRUE)
    if (y_side == 0) return(first + dnorm(y, given_x(x), sd_y * rest, log = TRUE))
    return(first + tail(y, y_side, given_x(x), sd_y * rest))
  }
  if (y_side == 0) return(dnorm(y, mean_y, sd_y, log = TRUE) + tail(x, x_side, given_y(y), sd_x * rest))
  # Both censored: the probability of a quadrant, integrated over the standard score of the first value.
  edge <- (x - mean_x) / sd_x
  strip <- function(z) dnorm(z) * pnorm(y, given_x(mean_x + sd_x * z), sd_y * rest, lower.tail = y_side < 0)
  range <- if (x_side < 0) c(min(edge, 0) - 12, edge) else c(edge, max(edge, 0) + 12)
  log(integrate(strip, range[1], range[2], rel.tol = 1e-11, subdivisions = 2000L, stop.on.error = FALSE)$value)
}

# Mean change with its Wald interval; the spread and correlation are searched on unbounded scales.
censored_change <- function(x, x_side, y, y_side) {
  absent <- c(estimate = NA, std.error = NA, conf.low = NA, conf.high = NA)
  if (length(x) < 3 || sd(x) == 0 || sd(y) == 0) return(absent)
  loss <- function(p) {
    -sum(mapply(pair_likelihood, x, x_side, y, y_side, p[1], p[2], exp(p[3]), exp(p[4]), tanh(p[5])))
  }
  start <- c(mean(x), mean(y), log(sd(x)), log(sd(y)), atanh(0.9 * cor(x, y)))
  fit <- tryCatch(search_minimum(loss, start), error = function(problem) NULL)
  if (is.null(fit)) return(absent)
  contrast <- c(-1, 1, 0, 0, 0)
  error <- sqrt(drop(contrast %*% solve(fit$hessian) %*% contrast))
  estimate <- sum(contrast * fit$par)
  half <- qnorm(1 - (1 - plan$level) / 2) * error
  c(estimate = estimate, std.error = error, conf.low = estimate - half, conf.high = estimate + half)
}

# A simplex search to come near, then gradients: numerical slopes are exact enough only close to the top.
search_minimum <- function(loss, start) {
  near <- optim(start, loss, method = "Nelder-Mead", control = list(maxit = 2000, reltol = 1e-10))
  fit <- optim(near$par, loss, method = "BFGS", control = list(maxit = 1000, reltol = 1e-16, ndeps = rep(1e-5, 5)))
  if (fit$convergence != 0) stop("the search for the largest likelihood did not end")
  fit$hessian <- optimHess(fit$par, loss, control = list(ndeps = rep(1e-4, 5)))
  fit
}
