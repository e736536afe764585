# Second computation of the statistics on generated data, in R alone.
# Usage: Rscript stats.R IN.json OUT.json   (IN: lists of data sets by method; OUT: the same lists, computed)

library(jsonlite)
library(survival)
suppressMessages({
  library(coin)
  library(exactRankTests)
})

signed_rank <- function(case) {
  d <- case$d
  nonzero <- d[d != 0]
  walsh <- outer(d, d, "+") / 2
  walsh <- sort(walsh[lower.tri(walsh, TRUE)])
  k <- qsignrank(0.025, length(d))
  zero <- rep(0, length(d))
  list(
    p = suppressWarnings(wilcox.exact(nonzero, exact = TRUE))$p.value,
    coin_p = as.numeric(pvalue(wilcoxsign_test(d ~ zero, zero.method = "Wilcoxon", distribution = "exact"))),
    statistic = unname(suppressWarnings(wilcox.exact(nonzero))$statistic),
    estimate = median(walsh),
    limits = if (k > 0) c(walsh[k], rev(walsh)[k]) else c(NA, NA)
  )
}

signed_rank_normal <- function(case) {
  test <- wilcox.test(case$d[case$d != 0], exact = FALSE, correct = TRUE)
  list(p = test$p.value, statistic = unname(test$statistic))
}

quantiles <- function(case) {
  list(
    signed_rank = sapply(case$n, function(n) qsignrank(case$tail, n)),
    rank_sum = mapply(function(m, n) qwilcox(case$tail, m, n), case$m, rev(case$m))
  )
}

shift <- function(case) {
  test <- wilcox.test(case$x, case$y, conf.int = TRUE, exact = TRUE)
  list(estimate = unname(test$estimate), limits = as.numeric(test$conf.int))
}

correlation <- function(case) list(estimate = cor(case$x, case$y, method = "spearman"))

description <- function(case) {
  list(values = c(mean(case$x), sd(case$x), unname(quantile(case$x, c(0.5, 0.25, 0.75), type = 7))))
}

kaplan_meier <- function(case) {
  fit <- survfit(Surv(case$time, case$event) ~ 1, conf.type = "log-log")
  median <- quantile(fit, 0.5)
  list(
    estimate = fit$surv, std_error = fit$std.err * fit$surv, conf_low = fit$lower, conf_high = fit$upper,
    n_risk = fit$n.risk, median = unname(c(median$quantile, median$lower, median$upper))
  )
}

aalen_johansen <- function(case) {
  fit <- survfit(Surv(case$time, factor(case$cause, 0:2)) ~ 1)
  list(estimate = fit$pstate[, 2], std_error = fit$std.err[, 2], times = fit$time)
}

mean_cumulative <- function(case) {
  rows <- do.call(rbind, lapply(seq_along(case$end), function(i) {
    events <- sort(unique(case$event_time[case$event_subject == i - 1]))
    stops <- unique(c(events, case$end[i]))
    data.frame(id = i, start = c(0, head(stops, -1)), stop = stops, event = as.integer(stops %in% events))
  }))
  fit <- survfit(Surv(start, stop, event) ~ 1, data = rows, id = id, robust = TRUE)
  list(estimate = fit$cumhaz, std_error = fit$std.chaz, times = fit$time)
}

weak_logistic <- function(case) {
  x <- matrix(unlist(case$design), ncol = length(case$design[1, ]))
  scale <- c(10, rep(2.5, ncol(x) - 1))
  loss <- function(b) {
    eta <- drop(x %*% b)
    -sum(case$y * eta - log1p(exp(eta))) - sum(dcauchy(b, 0, scale, log = TRUE))
  }
  slope <- function(b) drop(t(x) %*% (plogis(drop(x %*% b)) - case$y)) + 2 * b / (scale^2 + b^2)
  fit <- optim(rep(0, ncol(x)), loss, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))
  list(mode = fit$par, curvature = optimHess(fit$par, loss, slope, control = list(ndeps = rep(1e-4, ncol(x)))))
}

pair_log_likelihood <- function(x, cx, y, cy, m1, m2, s1, s2, r) {
  side <- function(limit, code, mean, sd) pnorm(limit, mean, sd, lower.tail = code < 0, log.p = TRUE)
  y_mean <- function(v) m2 + r * s2 / s1 * (v - m1)
  y_sd <- s2 * sqrt(1 - r^2)
  if (cx == 0 && cy == 0) return(dnorm(x, m1, s1, log = TRUE) + dnorm(y, y_mean(x), y_sd, log = TRUE))
  if (cx == 0) return(dnorm(x, m1, s1, log = TRUE) + side(y, cy, y_mean(x), y_sd))
  if (cy == 0) {
    x_mean <- m1 + r * s1 / s2 * (y - m2)
    return(dnorm(y, m2, s2, log = TRUE) + side(x, cx, x_mean, s1 * sqrt(1 - r^2)))
  }
  inner <- function(v) dnorm(v, m1, s1) * pnorm(y, y_mean(v), y_sd, lower.tail = cy < 0)
  range <- if (cx < 0) c(min(m1, x) - 10 * s1, x) else c(x, max(m1, x) + 10 * s1)
  log(integrate(inner, range[1], range[2], rel.tol = 1e-10, subdivisions = 1000, stop.on.error = FALSE)$value)
}

censored_change <- function(case) {
  loss <- function(p) {
    terms <- mapply(pair_log_likelihood, case$x, case$cx, case$y, case$cy, p[1], p[2], exp(p[3]), exp(p[4]), tanh(p[5]))
    -sum(terms)
  }
  start <- c(mean(case$x), mean(case$y), log(sd(case$x)), log(sd(case$y)), 0.5)
  fit <- optim(start, loss, method = "BFGS", control = list(reltol = 1e-15, maxit = 1000, ndeps = rep(1e-5, 5)))
  covariance <- solve(optimHess(fit$par, loss, control = list(ndeps = rep(1e-4, 5))))
  contrast <- c(-1, 1, 0, 0, 0)
  list(
    estimate = fit$par[2] - fit$par[1], std_error = sqrt(drop(contrast %*% covariance %*% contrast)),
    correlation = tanh(fit$par[5]), log_likelihood = -fit$value
  )
}

truncated_normal <- function(case) {
  loss <- function(p) {
    sd <- exp(p[2])
    -sum(dnorm(case$x, p[1], sd, log = TRUE) - pnorm(case$threshold, p[1], sd, lower.tail = FALSE, log.p = TRUE))
  }
  start <- c(mean(case$x), log(sd(case$x)))
  fit <- optim(start, loss, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000, ndeps = rep(1e-5, 2)))
  list(mean = fit$par[1], sd = exp(fit$par[2]))
}

arguments <- commandArgs(TRUE)
given <- fromJSON(arguments[1], simplifyDataFrame = FALSE)
computed <- sapply(names(given), function(method) lapply(given[[method]], get(method)), simplify = FALSE)
write_json(computed, arguments[2], digits = NA, na = "null", auto_unbox = FALSE)
