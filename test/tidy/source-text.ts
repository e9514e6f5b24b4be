/** A source text without what is not code; every character keeps its place. */
export interface Stripped {
  /** Comments are blank. */
  readonly code: string;
  /** Comments and what stands inside of strings, templates and regular expressions are blank. */
  readonly bare: string;
}

const DIVIDES = /[\w$)\]}'"`<>]/;
const BEFORE_REGEX = /(?:\b(?:return|typeof|case|in|of|do|else|void|yield|await)|=>)$/;

/** Walks through a source text once, character by character. */
class Stripper {
  readonly #source: string;
  readonly #language: 'ts' | 'cpp';
  readonly #code: string[];
  readonly #bare: string[];
  /** Depth of braces at each `${` that is open. */
  readonly #templates: number[] = [];
  #depth = 0;
  #at = 0;

  constructor(source: string, language: 'ts' | 'cpp') {
    this.#source = source;
    this.#language = language;
    this.#code = source.split('');
    this.#bare = source.split('');
  }

  run(): Stripped {
    while (this.#at < this.#source.length) this.#step();
    return { code: this.#code.join(''), bare: this.#bare.join('') };
  }

  #step(): void {
    const char = this.#source[this.#at]!;
    const two = this.#source.slice(this.#at, this.#at + 2);
    if (two === '//') this.#comment(this.#find('\n', 0));
    else if (two === '/*') this.#comment(this.#find('*/', 2));
    else if (this.#language === 'cpp' && this.#raw()) return;
    else if (char === '"' || (char === "'" && !this.#separatesDigits())) this.#quoted(char);
    else if (this.#language === 'cpp') this.#at += 1;
    else if (char === '`') this.#template();
    else if (char === '/' && this.#regex()) return;
    else this.#brace(char);
  }

  /** Where `text` ends, seen from here; the end of the source where it does not come. */
  #find(text: string, skipped: number): number {
    const found = this.#source.indexOf(text, this.#at + skipped);
    return found < 0 ? this.#source.length : found + (text === '\n' ? 0 : text.length);
  }

  #blank(target: string[], from: number, to: number): void {
    for (let i = from; i < to; i += 1) if (target[i] !== '\n') target[i] = ' ';
  }

  #comment(end: number): void {
    this.#blank(this.#code, this.#at, end);
    this.#blank(this.#bare, this.#at, end);
    this.#at = end;
  }

  /** `1'000` in C++. */
  #separatesDigits(): boolean {
    return this.#language === 'cpp' && /[0-9A-Fa-f]/.test(this.#source[this.#at - 1] ?? '');
  }

  /** A string ends at its quote, or where its line does. */
  #quoted(quote: string): void {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== quote && this.#source[end] !== '\n') {
      end += this.#source[end] === '\\' ? 2 : 1;
    }
    this.#blank(this.#bare, this.#at + 1, Math.min(end, this.#source.length));
    this.#at = end + 1;
  }

  #raw(): boolean {
    const opening = /^R"([^\s()\\]{0,16})\(/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (opening === null || /\w/.test(this.#source[this.#at - 1] ?? '')) return false;
    const end = this.#find(`)${opening[1]}"`, 0);
    this.#blank(this.#bare, this.#at + 2, end - 1);
    this.#at = end;
    return true;
  }

  /** From a backtick, or the brace that closes `${`, to the next `${` or the closing backtick. */
  #template(): void {
    let end = this.#at + 1;
    const opens = (): boolean => this.#source.startsWith('${', end);
    while (end < this.#source.length && this.#source[end] !== '`' && !opens()) {
      end += this.#source[end] === '\\' ? 2 : 1;
    }
    this.#blank(this.#bare, this.#at + 1, Math.min(end, this.#source.length));
    if (opens()) {
      this.#templates.push(this.#depth);
      end += 1;
    }
    this.#at = end + 1;
  }

  #regex(): boolean {
    const before = this.#bare
      .slice(Math.max(0, this.#at - 200), this.#at)
      .join('')
      .trimEnd();
    if (DIVIDES.test(before.at(-1) ?? '') && !BEFORE_REGEX.test(before)) return false;
    const rest = this.#source.slice(this.#at, this.#find('\n', 0));
    const literal = /^\/(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])+\//.exec(rest);
    if (literal === null) return false;
    this.#blank(this.#bare, this.#at + 1, this.#at + literal[0].length - 1);
    this.#at += literal[0].length;
    return true;
  }

  #brace(char: string): void {
    if (char === '}' && this.#templates.at(-1) === this.#depth) {
      this.#templates.pop();
      this.#template();
      return;
    }
    if (char === '{') this.#depth += 1;
    if (char === '}') this.#depth -= 1;
    this.#at += 1;
  }
}

/** Blanks comments and the inside of texts, also of those that look like each other. */
export const strip = (source: string, language: 'ts' | 'cpp' = 'ts'): Stripped =>
  new Stripper(source, language).run();

/** One module that a source names. */
export interface ModuleUse {
  readonly specifier: string;
  /** What is taken from it by name; null for everything, or not to be told. */
  readonly names: readonly string[] | null;
}

const namesOf = (clause: string | undefined): readonly string[] | null => {
  const braces = /^(?:type\s+)?\{([^}]*)\}\s*$/.exec(clause ?? '');
  if (braces === null) return null;
  return braces[1]!
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s+\w+$/, ''),
    )
    .filter((name) => name !== '');
};

/** Modules of imports, re-exports, dynamic imports and `require`, as far as they are literal. */
export function modulesOf(source: string): ModuleUse[] {
  const { bare } = strip(source);
  const quoted = `(['"])([^'"\\n]*)['"]`;
  const pattern = new RegExp(
    `(?:\\b(?:import|export)\\s+([^'";]*?)\\bfrom\\s*|\\bimport\\s*\\(\\s*|\\brequire(?:\\.resolve)?\\s*\\(\\s*|^\\s*import\\s*)${quoted}`,
    'dgm',
  );
  return [...bare.matchAll(pattern)].map((match) => {
    const [from, to] = match.indices![3]!;
    return { specifier: source.slice(from, to), names: namesOf(match[1]) };
  });
}

/** The paths that a C++ source includes. */
export const includesOf = (source: string): string[] =>
  [...strip(source, 'cpp').code.matchAll(/^\s*#\s*include\s+["<]([^">]+)[">]/gm)].map(
    (match) => match[1]!,
  );
