# Reading: raw CSV to text, text to strict numbers and to the days that a date allows.

missing_text <- function(x) is.na(x) | x == ""

read_settings <- function(folder) {
  lines <- readLines(file.path(folder, "cut.yaml"), encoding = "UTF-8", warn = FALSE)
  lines <- sub("[ \t]+#.*$", "", lines[!grepl("^[ \t]*(#|$)", lines)])
  pattern <- "^([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*$"
  lines <- lines[grepl(pattern, lines, perl = TRUE)]
  keys <- sub(pattern, "\\1", lines, perl = TRUE)
  if (anyDuplicated(keys)) stop("cut.yaml: key given twice: ", keys[anyDuplicated(keys)])
  as.list(setNames(gsub("^['\"]|['\"]$", "", sub(pattern, "\\2", lines, perl = TRUE)), keys))
}

# NULL for a domain that has no file or no record: both count as "not there".
read_domain <- function(folder, domain, required) {
  files <- list.files(folder, full.names = TRUE)
  files <- files[tolower(basename(files)) == paste0(domain, ".csv")]
  if (length(files) == 0) return(NULL)
  if (length(files) > 1) stop(domain, ": more than one CSV file for this domain")
  frame <- read_text_csv(files)
  absent <- setdiff(required, names(frame))
  if (length(absent)) stop(domain, ".csv: required column missing: ", paste(absent, collapse = ", "))
  if (nrow(frame) == 0) NULL else frame
}

# Every cell stays text: a reader that guesses turns the id "001" into 1 and "NA" into nothing.
read_text_csv <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  if (length(bytes) >= 3 && identical(bytes[1:3], as.raw(c(0xEF, 0xBB, 0xBF)))) bytes <- bytes[-(1:3)]
  bytes[bytes == as.raw(0)] <- as.raw(1) # R would cut the text at a NUL; as a control character it is caught below
  text <- gsub("\r\n", "\n", rawToChar(bytes), fixed = TRUE, useBytes = TRUE)
  Encoding(text) <- "UTF-8"
  if (!validUTF8(text)) stop(basename(path), ": must be UTF-8")
  frame <- read.csv(
    text = text, colClasses = "character", na.strings = character(0), check.names = FALSE,
    quote = "\"", fill = FALSE, comment.char = "", encoding = "UTF-8"
  )
  names(frame) <- toupper(trim_blanks(names(frame)))
  if (anyDuplicated(names(frame))) stop(basename(path), ": column name given twice")
  frame[] <- lapply(frame, clean_cell)
  frame
}

# Only ASCII blanks: a non-breaking space is a wrong character and must stay visible as one.
trim_blanks <- function(x) gsub("^[ \t\r\n]+|[ \t\r\n]+$", "", x, perl = TRUE)

clean_cell <- function(x) {
  x <- trim_blanks(x)
  x[grepl("[\\x01-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]", x, perl = TRUE)] <- ""
  x
}

# A column of the frame, or blanks where the cut does not have it.
column <- function(frame, name) if (name %in% names(frame)) frame[[name]] else rep("", nrow(frame))

has_columns <- function(frame, names) !is.null(frame) && all(names %in% colnames(frame))

# NA for whatever is not plainly a finite decimal number; "-0" is refused as well.
parse_number <- function(text) {
  plain <- grepl("^-?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$", text, perl = TRUE)
  value <- rep(NA_real_, length(text))
  value[plain] <- as.numeric(text[plain])
  value[!is.finite(value) | (value == 0 & startsWith(text, "-"))] <- NA
  value
}

# First and last day (days since 1970) that an ISO 8601 text allows; NA where it is empty or no such date.
parse_date <- function(text) {
  full <- grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?$", text, perl = TRUE)
  month <- grepl("^[0-9]{4}-(0[1-9]|1[0-2])$", text, perl = TRUE)
  year <- grepl("^[0-9]{4}$", text, perl = TRUE)
  first <- last <- rep(NA_real_, length(text))
  first[full] <- last[full] <- day_number(substr(text[full], 1, 10))
  first[month] <- day_number(paste0(text[month], "-01"))
  last[month] <- day_number(paste0(next_month(text[month]), "-01")) - 1
  first[year] <- day_number(paste0(text[year], "-01-01"))
  last[year] <- day_number(paste0(text[year], "-12-31"))
  data.frame(first = first, last = last)
}

day_number <- function(text) as.numeric(as.Date(text, format = "%Y-%m-%d"))

next_month <- function(text) {
  count <- as.integer(substr(text, 1, 4)) * 12L + as.integer(substr(text, 6, 7))
  sprintf("%04d-%02d", count %/% 12L, count %% 12L + 1L)
}

# A complete date or NA: for the domains in which a partial date quarantines the record.
parse_full_date <- function(text) {
  days <- parse_date(text)
  ifelse(days$first == days$last, days$first, NA)
}

date_text <- function(day) ifelse(is.na(day), "", format(as.Date(day, origin = "1970-01-01")))
