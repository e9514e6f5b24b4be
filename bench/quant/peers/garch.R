# Fits GARCH(1,1) at every line on stdin, "tseries" or "fGarch", and prints microseconds and
# coefficients (mu, omega, alpha, beta) as JSON. The series is the file named by the argument.
y <- scan(commandArgs(trailingOnly = TRUE)[1], quiet = TRUE)
suppressMessages({ library(tseries); library(fGarch) })
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  start <- Sys.time()
  if (line == "tseries") {
    fit <- garch(y - mean(y), trace = FALSE)
    c <- c(mean(y), coef(fit))
  } else {
    fit <- garchFit(~ garch(1, 1), data = y, trace = FALSE)
    c <- coef(fit)
  }
  us <- as.numeric(difftime(Sys.time(), start, units = "secs")) * 1e6
  cat(sprintf('{"us": %.1f, "c": [%s]}\n', us, paste(sprintf("%.12g", c), collapse = ", ")))
}
