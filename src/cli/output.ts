import type { AppFailure } from '../app/contracts.ts';
import { type ConfigIssue, renderIssue } from '../core/config/index.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { GlobalOptions } from './global-options.ts';
import type { CliIo } from './io.ts';
import { type Style, styleFor } from './style.ts';

const jsonText = (value: unknown): string => {
  const plain = (_key: string, member: unknown) =>
    typeof member === 'bigint' ? member.toString() : member;
  return `${JSON.stringify(value, plain, 2)}\n`;
};

/** Writes results to stdout, everything else to stderr; with `--json` one JSON document in all. */
export class Output {
  readonly #io: CliIo;
  readonly #json: boolean;
  /** For stdout. */
  readonly style: Style;
  readonly #errorStyle: Style;

  constructor(io: CliIo, options: Pick<GlobalOptions, 'json' | 'color'>) {
    this.#io = io;
    this.#json = options.json;
    this.style = styleFor(io.stdout.isTerminal, io.environment, options.color);
    this.#errorStyle = styleFor(io.stderr.isTerminal, io.environment, options.color);
  }

  /** The result of the command: the value as JSON, or its lines for people. */
  result(value: object, lines: readonly string[]): void {
    this.#io.stdout.write(this.#json ? jsonText(value) : `${lines.join('\n')}\n`);
  }

  /** The help or the version that was asked for; the text ends in a line break. */
  shown(what: 'help' | 'version', text: string): void {
    const lines = text.replace(/\n$/, '');
    this.result({ [what]: lines }, [lines]);
  }

  /** One line of progress. */
  readonly progress = (line: string): void => {
    this.#io.stderr.write(`${line}\n`);
  };

  /** An expected failure; returns its exit code. */
  failure(failure: AppFailure): number {
    const exitCode = exitCodeOf(failure.kind);
    const { kind, message, remedy } = failure;
    this.#error(message, remedy);
    if (this.#json) this.#io.stdout.write(jsonText({ error: { kind, message, remedy, exitCode } }));
    return exitCode;
  }

  /** A configuration that was refused; returns the exit code. */
  configurationRefused(issues: readonly ConfigIssue[]): number {
    const count = issues.length === 1 ? 'one fault' : `${issues.length} faults`;
    this.#error(`the configuration has ${count}`, null);
    for (const issue of issues) this.progress(`  ${renderIssue(issue)}`);
    if (this.#json) {
      const exitCode = EXIT.configuration;
      const message = `the configuration has ${count}`;
      this.#io.stdout.write(
        jsonText({ error: { kind: 'configuration', message, remedy: null, exitCode, issues } }),
      );
    }
    return EXIT.configuration;
  }

  /** A wrong command line, already explained on stderr; returns the exit code. */
  usageRefused(message: string): number {
    const exitCode = EXIT.usage;
    if (this.#json) {
      this.#io.stdout.write(
        jsonText({ error: { kind: 'usage', message, remedy: null, exitCode } }),
      );
    }
    return exitCode;
  }

  /** Something thrown that nobody expected: shown whole, since it is a bug; returns the exit code. */
  bug(thrown: unknown): number {
    const exitCode = EXIT.error;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    this.#error(message, 'This is a bug: please report it with the lines below.');
    if (thrown instanceof Error) this.progress(thrown.stack ?? '');
    if (this.#json) {
      this.#io.stdout.write(jsonText({ error: { kind: 'bug', message, remedy: null, exitCode } }));
    }
    return exitCode;
  }

  #error(message: string, remedy: string | null): void {
    this.progress(`${this.#errorStyle('bad', 'error:')} ${message}`);
    if (remedy !== null) this.progress(`  ${remedy}`);
  }
}
