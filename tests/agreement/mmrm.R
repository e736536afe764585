# Second computation of mixed models for repeated measures: restricted likelihood by nlme::gls.
# Usage: Rscript mmrm.R IN.json OUT.json   (IN: list of cases: structure, formula, data by column; OUT: the same list, fitted)

library(jsonlite)
library(nlme)

correlations <- list(
  us = corSymm(form = ~ position | id),
  ar1 = corAR1(form = ~ position | id),
  ar1h = corAR1(form = ~ position | id),
  cs = corCompSymm(form = ~ position | id),
  csh = corCompSymm(form = ~ position | id)
)

fit <- function(case) {
  d <- as.data.frame(case$data)
  d$visit <- factor(d$week)
  d$position <- as.integer(d$visit)
  d <- d[order(d$id, d$position), ]
  m <- gls(
    as.formula(case$formula), d,
    correlation = correlations[[case$structure]],
    weights = if (case$structure %in% c("us", "ar1h", "csh")) varIdent(form = ~ 1 | visit),
    method = "REML",
    control = glsControl(opt = "optim", msMaxIter = 2000, maxIter = 500, tolerance = 1e-10, msTol = 1e-12)
  )
  list(
    estimate = unname(coef(m)),
    std_error = unname(sqrt(diag(vcov(m)))),
    log_likelihood = as.numeric(logLik(m)),
    variance = m$sigma^2
  )
}

arguments <- commandArgs(trailingOnly = TRUE)
cases <- fromJSON(arguments[1], simplifyDataFrame = FALSE)
write_json(lapply(cases, fit), arguments[2], digits = NA, auto_unbox = TRUE)
