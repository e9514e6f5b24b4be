/** One thing that is wrong with the configuration. */
export interface ConfigIssue {
  /** Dotted path of the setting, `instruments[0].tickSize`; empty for the whole. */
  readonly path: string;
  /** Where the value came from. */
  readonly origin: string;
  /** What is wrong, with the value: `is 70000`. */
  readonly problem: string;
  /** What would be right, with range and unit; null when the problem says it. */
  readonly allowed: string | null;
  /** The likely intention, ready to be written; null when there is none. */
  readonly suggestion: string | null;
}

const LONGEST_VALUE = 60;

/** User and password of a URL that stands where no secret was expected. */
const CREDENTIALS = /(:\/\/)[^\s"]*@/g;

/**
 * Shows a value in an error message: as JSON, on one line, cut after 60 characters, without the
 * user and password of URLs.
 */
export function showValue(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replace(CREDENTIALS, '$1…@');
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

/** Writes an issue as one or two lines for people. */
export function renderIssue(issue: ConfigIssue): string {
  const subject = issue.path === '' ? issue.problem : `${issue.path} ${issue.problem}`;
  const allowed = issue.allowed === null ? '' : `; allowed: ${issue.allowed}`;
  const suggestion = issue.suggestion === null ? '' : `\n    did you mean ${issue.suggestion}?`;
  return `${issue.origin}: ${subject}${allowed}${suggestion}`;
}
