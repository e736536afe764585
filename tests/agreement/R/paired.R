# Statistics of paired changes, each by the R function that the plan's methods name as the reference.

suppressMessages({
  library(coin)
  library(exactRankTests)
})

paired_t <- function(pairs) {
  names <- c("estimate", "conf.low", "conf.high", "statistic", "df", "p.value")
  absent <- setNames(rep(NA_real_, 6), names)
  change <- pairs$now - pairs$base
  if (nrow(pairs) < plan$fewest_pairs) return(absent)
  # Equal changes have no spread: the mean is known, its uncertainty is not.
  if (sd(rounded_change(pairs)) == 0) return(replace(absent, "estimate", mean(change)))
  test <- t.test(pairs$now, pairs$base, paired = TRUE, conf.level = plan$level)
  setNames(c(mean(change), test$conf.int, test$statistic, test$parameter, test$p.value), names)
}

signed_rank <- function(pairs) {
  if (nrow(pairs) < plan$fewest_pairs) return(c(statistic = NA, p.value = NA))
  change <- rounded_change(pairs)
  change <- change[change != 0]
  if (length(change) == 0) return(c(statistic = 0, p.value = 1))
  if (length(change) > plan$exact_rank_pairs) {
    test <- wilcox.test(change, exact = FALSE, correct = TRUE)
  } else {
    test <- suppressWarnings(wilcox.exact(change, exact = TRUE)) # warns of ties, which it takes into account
    confirm_rank_p(change, test$p.value)
  }
  c(statistic = unname(test$statistic), p.value = test$p.value)
}

# Two packages compute the exact distribution by different algorithms; a difference would be an error in one.
confirm_rank_p <- function(change, p) {
  zero <- rep(0, length(change))
  other <- wilcoxsign_test(change ~ zero, zero.method = "Wilcoxon", distribution = "exact")
  if (abs(as.numeric(pvalue(other)) - p) > 1e-9) stop("coin and exactRankTests disagree on a signed-rank p value")
}

# k-th smallest and k-th largest of the sorted values; k = 0 has no such value.
limits_at <- function(sorted, k) if (k > 0) c(sorted[k], sorted[length(sorted) + 1 - k]) else c(NA, NA)

hodges_lehmann <- function(pairs) {
  change <- rounded_change(pairs)
  n <- length(change)
  if (n == 0) return(c(estimate = NA, conf.low = NA, conf.high = NA))
  walsh <- outer(change, change, "+") / 2
  walsh <- sort(walsh[lower.tri(walsh, diag = TRUE)])
  limits <- limits_at(walsh, signed_rank_quantile(n))
  c(estimate = median(walsh), conf.low = limits[1], conf.high = limits[2])
}

signed_rank_quantile <- function(n) {
  tail <- (1 - plan$level) / 2
  if (n <= plan$exact_rank_pairs) return(qsignrank(tail, n))
  floor(n * (n + 1) / 4 + qnorm(tail) * sqrt(n * (n + 1) * (2 * n + 1) / 24))
}

# All pairwise differences of two groups: their median, and the limits of the tie-free rank-sum distribution.
hodges_lehmann_shift <- function(x, y) {
  if (length(x) == 0 || length(y) == 0) return(c(estimate = NA, conf.low = NA, conf.high = NA))
  differences <- sort(outer(x, y, "-"))
  limits <- limits_at(differences, qwilcox((1 - plan$level) / 2, length(x), length(y)))
  c(estimate = median(differences), conf.low = limits[1], conf.high = limits[2])
}

spearman <- function(x, y) {
  absent <- c(estimate = NA, conf.low = NA, conf.high = NA)
  n <- length(x)
  if (n < plan$fewest_pairs || length(unique(x)) == 1 || length(unique(y)) == 1) return(absent)
  r <- cor(x, y, method = "spearman")
  if (n <= 3 || abs(r) >= 1) return(replace(absent, "estimate", r))
  half <- qnorm(1 - (1 - plan$level) / 2) * sqrt((1 + r^2 / 2) / (n - 3))
  c(estimate = r, conf.low = tanh(atanh(r) - half), conf.high = tanh(atanh(r) + half))
}

# Of the pairs that changed, as many one way as the other; nobody changed at all is no evidence against that.
mcnemar_exact <- function(better, worse, n_pairs) {
  if (n_pairs < plan$fewest_pairs) return(c(p.value = NA))
  c(p.value = if (better + worse == 0) 1 else binom.test(better, better + worse)$p.value)
}

# All rows of one parameter's change: both weeks, the change, and the three ways to test or estimate it.
change_rows <- function(analysis_id, parameter, pairs) {
  rows <- function(stats, ...) result_rows(analysis_id, "FAS", parameter, stats, ...)
  rbind(
    rows(describe(pairs$base), group1 = "AVISITN", group1_level = 0),
    rows(describe(pairs$now), group1 = "AVISITN", group1_level = plan$key_week),
    rows(c(N = nrow(pairs), describe(pairs$now - pairs$base))),
    rows(paired_t(pairs), method = "paired t"),
    rows(signed_rank(pairs), method = "Wilcoxon signed-rank"),
    rows(hodges_lehmann(pairs), method = "Hodges-Lehmann")
  )
}

# Geometric means are shown beside results that are compared on a logarithmic scale.
geometric_mean_rows <- function(analysis_id, parameter, pairs) {
  rows <- function(x, week) {
    mean <- if (length(x)) 10^mean(x) else NA
    result_rows(analysis_id, "FAS", parameter, c(mean = mean), "", "AVISITN", week, method = "geometric mean")
  }
  rbind(rows(pairs$base, 0), rows(pairs$now, plan$key_week))
}

# Ratio of geometric means; a zero has no logarithm and its pair is left out.
ratio_rows <- function(parameter, pairs) {
  pairs <- pairs[pairs$base > 0 & pairs$now > 0, ]
  test <- paired_t(data.frame(base = log(pairs$base), now = log(pairs$now)))
  rbind(
    result_rows("IMM.RATIO", "FAS", parameter, c(N = nrow(pairs))),
    result_rows("IMM.RATIO", "FAS", parameter, exp(test[c("estimate", "conf.low", "conf.high")]), method = "paired t")
  )
}

# Holm's adjustment within one family; a p value that does not exist does not count.
adjusted_rows <- function(analysis_id, pairs_by_parameter) {
  p <- vapply(pairs_by_parameter, function(pairs) signed_rank(pairs)[["p.value"]], 0)
  adjusted <- p.adjust(p, "holm", n = sum(!is.na(p)))
  do.call(rbind, lapply(names(p), function(parameter) {
    rbind(
      result_rows(analysis_id, "FAS", parameter, c(p.value = p[[parameter]]), method = "Wilcoxon signed-rank"),
      result_rows(analysis_id, "FAS", parameter, c(p.adjusted = adjusted[[parameter]]), method = "Holm")
    )
  }))
}
