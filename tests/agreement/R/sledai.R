# Disease activity in its parts, from the raw cut: items, BILAG grades, steroids, states, selection, missing values.

plan$sledai_systems <- c(
  rep("Central nervous system", 7), "Vascular", rep("Musculoskeletal", 2), rep("Renal", 4), rep("Mucocutaneous", 3),
  rep("Serosal", 2), rep("Immunological", 2), "Constitutional", rep("Haematological", 2)
)
plan$sledai_codes <- sprintf("SLED01%02d", 1:24)
plan$major_items <- c(1:8, 11:14, 18:19, 22)
plan$doris_prednisone <- 5
plan$lldas <- c(sledai = 4, pga = 1, prednisone = 7.5)
plan$steroid_limits <- c(7.5, 5)
plan$prednisone_factors <- c(
  BETAMETHASONE = 8.333333, CORTISONE = 0.2, DEXAMETHASONE = 6.666667, HYDROCORTISONE = 0.25,
  METHYLPREDNISOLONE = 1.25, PREDNISOLONE = 1, PREDNISONE = 1, TRIAMCINOLONE = 1.25
)
plan$doses_a_day <- c(BID = 2, ONCE = 1, QD = 1, QID = 4, QOD = 0.5, TID = 3)
plan$truncation <- 8
plan$correlations <- c("0.5", "0.6", "0.7", "0.8", "0.9")

# 1 present, 0 absent, NA not assessed: subjects x items on the day whose total stands for the week.
items_at <- function(cut, subjects, totals, week) {
  results <- select_results(cut, subjects, "SELENA-SLEDAI", plan$sledai_codes)
  weight <- plan$sledai_weights[results$item]
  valid <- is_consistent(results) & (results$value == 0 | results$value == weight)
  results <- resolve_same_day(results, valid %in% TRUE)
  wide <- spread_items(results, 24, results$value)
  day <- choose_assessment(totals, subjects, week)$DATE
  row <- match(paste(subjects$USUBJID, day), paste(wide$days$USUBJID, wide$days$DATE))
  (wide$items[row, , drop = FALSE] > 0) * 1
}

system_present <- function(items, columns) {
  part <- items[, columns, drop = FALSE]
  any_present <- rowSums(part, na.rm = TRUE) > 0
  ifelse(any_present, 1, ifelse(rowSums(is.na(part)) == 0, 0, NA))
}

fate_rows <- function(before, after, system, code = "") {
  known <- !is.na(before) & !is.na(after)
  b <- before[known] == 1
  a <- after[known] == 1
  counts <- c(PRESENT_BEFORE = sum(b), RESOLVED = sum(b & !a), PERSISTING = sum(b & a), NEW = sum(!b & a),
              PRESENT_AFTER = sum(a))
  group <- if (code == "") "" else "PARAMCD"
  do.call(rbind, lapply(names(counts), function(name) {
    result_rows("SLEDAI.ORGAN", "FAS", name, c(n = counts[[name]], N = sum(known)), "Y", "SYSTEM", system, group, code)
  }))
}

organ_rows <- function(data) {
  due <- data$subjects$FAS & is_due(data$subjects, plan$key_week, data$day)
  at <- function(week) items_at(data$cut, data$subjects, data$assessments$sledai, week)
  first <- at(0)[due, , drop = FALSE]
  last <- at(plan$key_week)[due, , drop = FALSE]
  systems <- do.call(rbind, lapply(unique(plan$sledai_systems), function(name) {
    columns <- which(plan$sledai_systems == name)
    fate_rows(system_present(first, columns), system_present(last, columns), name)
  }))
  rbind(systems, do.call(rbind, lapply(1:24, function(i) {
    fate_rows(first[, i], last[, i], plan$sledai_systems[i], plan$sledai_codes[i])
  })))
}

above_rows <- function(data) {
  values <- values_at(data$assessments$sledai, data$subjects, c(0, plan$key_week))
  pairs <- pair_values(data$subjects, values[[1]], values[[2]], plan$key_week, data$day)
  one <- function(x, week) {
    n <- sum(x > plan$sledai_active_above)
    exact_rows("SLEDAI.CATEGORY", "FAS", "SLEDAI_GT8", n, length(x), "AVISITN", week)
  }
  rbind(one(pairs$base, 0), one(pairs$now, plan$key_week))
}

bilag_rows <- function(data) {
  letters_at <- function(week) choose_assessment(data$assessments$bilag, data$subjects, week)$VALUE
  base <- letters_at(0)
  grades <- plan$bilag_grades
  do.call(rbind, lapply(setdiff(plan$all_weeks, 0), function(week) {
    now <- letters_at(week)
    pair <- which(data$subjects$FAS & is_due(data$subjects, week, data$day) & !is.na(base) & !is.na(now))
    do.call(rbind, lapply(seq_len(plan$bilag_systems), function(i) {
      shift <- table(factor(substr(base[pair], i, i), grades), factor(substr(now[pair], i, i), grades))
      cells <- expand.grid(now = grades, base = grades, stringsAsFactors = FALSE)
      code <- sprintf("BILA01%02d", i)
      rbind(
        result_rows("BILAG.SHIFT", "FAS", code, c(N = length(pair)), "", "AVISITN", week),
        do.call(rbind, Map(function(base, now) {
          result_rows("BILAG.SHIFT", "FAS", code, c(n = shift[base, now]), now, "AVISITN", week, "BASE", base)
        }, cells$base, cells$now))
      )
    }))
  }))
}

# Steroids with the days on which they were taken; an unknown dose stays NA.
derive_steroids <- function(cut, subjects) {
  cm <- cut$cm[cut$cm$USUBJID %in% subjects$USUBJID, ]
  trtsdt <- start_of(cm$USUBJID, subjects)
  drug <- toupper(ifelse(column(cm, "CMDECOD") == "", column(cm, "CMTRT"), column(cm, "CMDECOD")))
  start <- impute_event_day(cm$CMSTDTC, trtsdt)
  end <- parse_date(column(cm, "CMENDTC"))$last
  dose <- parse_number(column(cm, "CMDOSE")) * plan$doses_a_day[toupper(column(cm, "CMDOSFRQ"))] *
    plan$prednisone_factors[drug]
  dose[toupper(column(cm, "CMDOSU")) != "MG"] <- NA
  is_single <- toupper(column(cm, "CMDOSFRQ")) == "ONCE" & nchar(column(cm, "CMENDTC")) < 10 # a pulse, not a course
  end[is_single] <- ifelse(is.na(start), trtsdt, start)[is_single]
  records <- data.frame(
    USUBJID = cm$USUBJID, start = ifelse(is.na(start), trtsdt, start), end = ifelse(end <= cut$day, end, NA),
    dose = unname(dose), is_rescue = column(cm, "CMCAT") == "RESCUE THERAPY"
  )
  records[drug %in% names(plan$prednisone_factors) & records$start <= cut$day, ]
}

# The factors have six decimals, and so have the doses as far as they are compared.
is_more <- function(dose, limit) round(dose - limit, 6) > 0

# NA where no steroid of known dose is recorded at all, or one of unknown dose is taken that day.
dose_on <- function(steroids, subjects, day, is_baseline = FALSE) {
  mapply(function(id, on) {
    mine <- steroids[steroids$USUBJID == id, ]
    if (all(is.na(mine$dose))) return(NA)
    taken <- mine$start <= on & (is.na(mine$end) | mine$end >= on) & !(is_baseline & mine$is_rescue)
    sum(mine$dose[taken])
  }, subjects$USUBJID, day)
}

steroid_rows <- function(data) {
  subjects <- data$subjects
  base <- dose_on(data$steroids, subjects, subjects$TRTSDT, TRUE)
  do.call(rbind, lapply(plan$all_weeks, function(week) {
    day <- subjects$TRTSDT + 7 * week
    dose <- if (week == 0) base else dose_on(data$steroids, subjects, day)
    dose[!is.na(subjects$DEATH) & subjects$DEATH < day] <- NA
    due <- subjects$FAS & is_due(subjects, week, data$day)
    known <- due & !is.na(dose)
    count <- function(name, holds, asked) {
      result_rows("STEROID.BY_WEEK", "FAS", name, count_stats(sum(holds & asked), sum(asked)), "Y", "AVISITN", week)
    }
    spread <- c(n = sum(known), N = sum(due), describe(unname(dose[known])))
    limits <- lapply(plan$steroid_limits, function(x) count(paste0("AT_MOST_", x), !is_more(dose, x), known))
    rows <- rbind(
      result_rows("STEROID.BY_WEEK", "FAS", "PREDNISONE", spread, "", "AVISITN", week), do.call(rbind, limits)
    )
    if (week == 0) return(rows)
    rbind(rows, count("INCREASED", is_more(dose, base), known), count("STOPPED", dose == 0, known & base > 0))
  }))
}

state_rows <- function(data) {
  subjects <- data$subjects
  recorded <- subjects$USUBJID %in% data$steroids$USUBJID[!is.na(data$steroids$dose)]
  previous <- matrix(NA_real_, nrow(subjects), 24)
  complete <- function(items) rowSums(is.na(items)) == 0
  first <- items_at(data$cut, subjects, data$assessments$sledai, 0)
  previous[complete(first), ] <- first[complete(first), ]
  rows <- list()
  for (week in setdiff(plan$all_weeks, 0)) {
    chosen <- lapply(data$assessments, choose_assessment, subjects = subjects, week = week)
    items <- items_at(data$cut, subjects, data$assessments$sledai, week)
    items[!complete(items), ] <- NA
    pga <- to_billionths(chosen$pga$VALUE)
    assessed <- function(parts) {
      latest <- do.call(pmax, c(unname(lapply(chosen[parts], `[[`, "DATE")), na.rm = TRUE))
      ifelse(is.na(latest), subjects$TRTSDT + 7 * week, latest)
    }
    counted <- function(state, date) {
      state <- state %in% TRUE & !(!is.na(subjects$ICE) & date >= subjects$ICE)
      keep <- subjects$FAS & recorded & is_due(subjects, week, data$day)
      count_stats(sum(state[keep]), sum(keep))
    }
    doris_day <- assessed(c("no_serology", "pga"))
    doris <- chosen$no_serology$VALUE == 0 & pga < to_billionths(plan$clinical_remission_pga_below) &
      !is_more(dose_on(data$steroids, subjects, doris_day), plan$doris_prednisone)
    lldas_day <- assessed(c("sledai", "pga"))
    lldas <- chosen$sledai$VALUE <= plan$lldas[["sledai"]] & rowSums(items[, plan$major_items]) == 0 &
      rowSums(items == 1 & previous == 0) == 0 & pga <= to_billionths(plan$lldas[["pga"]]) &
      !is_more(dose_on(data$steroids, subjects, lldas_day), plan$lldas[["prednisone"]])
    rows <- c(rows, list(
      result_rows("SLEDAI.REMISSION", "FAS", "DORIS", counted(doris, doris_day), "Y", "AVISITN", week),
      result_rows("SLEDAI.REMISSION", "FAS", "LLDAS_LIKE", counted(lldas, lldas_day), "Y", "AVISITN", week)
    ))
    previous[complete(items), ] <- items[complete(items), ]
  }
  do.call(rbind, rows)
}

# Maximum likelihood of a normal distribution cut off below the limit, searched on an unbounded scale.
selection_rows <- function(data) {
  x <- data$subjects$SLEDAI_BASE[data$subjects$FAS]
  x <- x[x >= plan$truncation]
  loss <- function(p) {
    sd <- exp(p[2])
    -sum(dnorm(x, p[1], sd, log = TRUE)) + length(x) * pnorm(plan$truncation, p[1], sd, lower.tail = FALSE, log.p = TRUE)
  }
  near <- optim(c(mean(x), log(sd(x))), loss, method = "Nelder-Mead", control = list(maxit = 5000, reltol = 1e-14))
  fit <- optim(near$par, loss, method = "BFGS", control = list(maxit = 1000, reltol = 1e-16, ndeps = c(1e-6, 1e-6)))
  mean_all <- fit$par[1]
  sd_all <- exp(fit$par[2])
  above <- pnorm(plan$truncation, mean_all, sd_all, lower.tail = FALSE)
  gain <- sd_all * dnorm((plan$truncation - mean_all) / sd_all) / above
  method <- "truncated normal"
  rbind(
    result_rows("SLEDAI.RTM", "FAS", "SLEDAI", c(mean = mean_all, sd = sd_all), method = method),
    result_rows("SLEDAI.RTM", "FAS", "SELECTED", c(estimate = above), method = method),
    do.call(rbind, lapply(plan$correlations, function(r) {
      change <- -(1 - as.numeric(r)) * gain
      result_rows("SLEDAI.RTM", "FAS", "SLEDAI", c(estimate = change), "", "CORRELATION", r, method = method)
    }))
  )
}

# The model's covariance; missing totals of subjects due by their conditional means plus delta, and the mean change.
delta_rows <- function(data) {
  weeks <- c(0, plan$weeks)
  values <- values_at(data$assessments$sledai, data$subjects, weeks)
  long <- stack_weeks(data$subjects, values, data$day)
  long$visit <- factor(long$week)
  long$position <- as.integer(long$visit)
  long <- long[order(long$id, long$position), ]
  fit <- gls(value ~ visit, long,
    correlation = corSymm(form = ~ position | id), weights = varIdent(form = ~ 1 | visit), method = "REML",
    control = glsControl(opt = "optim", msMaxIter = 5000, maxIter = 1000, tolerance = 1e-10, msTol = 1e-12)
  )
  blocks <- corMatrix(fit$modelStruct$corStruct)
  correlation <- blocks[[which.max(vapply(blocks, nrow, 0L))]]
  sds <- fit$sigma * c(1, coef(fit$modelStruct$varStruct, unconstrained = FALSE))[match(weeks, c(0, as.numeric(
    names(coef(fit$modelStruct$varStruct, unconstrained = FALSE))
  )))]
  covariance <- outer(sds, sds) * correlation
  centre <- coef(fit)[[1]] + c(0, coef(fit)[-1])
  wide <- do.call(cbind, values)
  due_at <- vapply(weeks, function(week) week == 0 | is_due(data$subjects, week, data$day), logical(nrow(wide)))
  wide[!due_at] <- NA
  due <- data$subjects$FAS & is_due(data$subjects, plan$key_week, data$day)
  wide <- wide[due, , drop = FALSE]
  last <- length(weeks)
  completed <- apply(wide, 1, function(y) {
    if (!is.na(y[last])) return(y[last])
    seen <- !is.na(y)
    centre[last] + covariance[last, seen] %*% solve(covariance[seen, seen], y[seen] - centre[seen])
  })
  missing <- is.na(wide[, last])
  do.call(rbind, lapply(0:8, function(delta) {
    stats <- c(n = sum(missing), N = length(missing), estimate = mean(completed + delta * missing - wide[, 1]))
    result_rows("SLEDAI.DELTA", "FAS", "SLEDAI", stats, "", "AVISITN", plan$key_week, "DELTA", delta)
  }))
}
