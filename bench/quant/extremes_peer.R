# Answers each line "<repeats>" with the microseconds of one fExtremes::gpdFit; data in the first line.
suppressMessages(library(fExtremes))
input <- file('stdin', 'r')
x <- as.numeric(strsplit(readLines(input, 1), ' ')[[1]])
u <- as.numeric(readLines(input, 1))
fit <- gpdFit(x, u)
cat(fit@fit$llh, fit@fit$par.ests, '\n')
flush(stdout())
while (length(line <- readLines(input, 1)) > 0) {
  repeats <- as.integer(line)
  begin <- proc.time()[['elapsed']]
  for (i in seq_len(repeats)) gpdFit(x, u)
  cat((proc.time()[['elapsed']] - begin) / repeats * 1e6, '\n')
  flush(stdout())
}
