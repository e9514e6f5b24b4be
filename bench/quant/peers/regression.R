# Answers one request a line, "<what> <repeats>": seconds a run and a check value. Data come as JSON-free
# files of numbers, one a line, from the folder in the first argument.
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name, columns = 1) {
  values <- scan(file.path(folder, name), quiet = TRUE)
  if (columns == 1) values else matrix(values, ncol = columns, byrow = TRUE)
}
has <- function(package) suppressWarnings(suppressMessages(require(package, character.only = TRUE, quietly = TRUE)))
x <- read("x", 50); y <- read("y"); series <- read("series"); ics <- read("mixed", 3)
scores <- read("scores"); labels <- read("labels"); nile <- read("level")
tasks <- list(
  arima = function() arima(series, order = c(1, 0, 1), method = "ML")$loglik,
  airline = function() arima(USAccDeaths, order = c(0, 1, 1), seasonal = c(0, 1, 1), method = "ML")$loglik,
  isotonic = function() sum(isoreg(scores, labels)$yf^2),
  platt = function() coef(glm(labels ~ scores, family = binomial))[[2]],
  pca = function() prcomp(x)$sdev[1]^2,
  level = function() StructTS(nile, "level")$coef[["level"]]
)
if (has("glmnet")) tasks$net <- function() {
  fit <- glmnet(x, y, alpha = 0.5, thresh = 1e-12)
  sum(fit$beta[, 40]^2)
}
if (has("fastICA")) tasks$ica <- function() {
  set.seed(1)
  nrow(fastICA(ics, 3, fun = "logcosh", method = "C", tol = 1e-8, maxit = 500)$S)
}
input <- file("stdin", "r")
cat("ready", paste(names(tasks), collapse = " "), "\n")
flush(stdout())
while (length(line <- readLines(input, 1)) > 0) {
  words <- strsplit(line, " ")[[1]]
  task <- tasks[[words[1]]]
  repeats <- as.integer(words[2])
  start <- proc.time()[["elapsed"]]
  begin <- Sys.time()
  for (k in seq_len(repeats)) value <- task()
  took <- as.numeric(difftime(Sys.time(), begin, units = "secs"))
  cat(format(took / repeats, digits = 9), format(value, digits = 12), "\n")
  flush(stdout())
}
