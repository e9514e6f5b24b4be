import { err, ok, type Result } from '../result.ts';

/** A value read from JSON text, with the place where it stands. */
export interface JsonNode {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  readonly content:
    | { readonly kind: 'scalar'; readonly value: null | boolean | number | string }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> };
}

/** Why a text is not acceptable JSON, and where. Line and column are 1-based. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Deepest nesting of arrays and objects that is read. */
export const MAX_JSON_DEPTH = 32;

class Stop extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const STRING_RUN = /[ !#-[\]-\uffff]+/y;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  readonly duplicates: JsonProblem[] = [];
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    this.#space();
    if (this.#at === this.#text.length) throw this.#stop('it is empty; write at least {}');
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#stop(`${this.#found()} follows the end of the value`);
    }
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_JSON_DEPTH) throw this.#stop(`nested deeper than ${MAX_JSON_DEPTH} levels`);
    const { line, column } = this.#place();
    const char = this.#text[this.#at];
    if (char === '{') return { line, column, content: this.#object(depth) };
    if (char === '[') return { line, column, content: this.#array(depth) };
    return { line, column, content: { kind: 'scalar', value: this.#scalar() } };
  }

  #scalar(): null | boolean | number | string {
    const char = this.#text[this.#at];
    if (char === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== null) {
      const next = this.#text[this.#at];
      if (next !== undefined && /[\w.+]/.test(next)) {
        throw this.#stop(`a number may not be written like "${number}${next}"`);
      }
      const value = Number(number);
      if (!Number.isFinite(value)) throw this.#stop(`the number ${number} is too large`);
      return value;
    }
    const place = this.#place();
    const word = this.#match(WORD);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (word !== null) {
      throw new Stop({ ...place, message: `${word} is not JSON; texts stand in double quotes` });
    }
    if (char === "'") throw this.#stop('texts stand in double quotes, not single ones');
    throw this.#stop(`a value is missing before ${this.#found()}`);
  }

  #object(depth: number): JsonNode['content'] {
    const members = new Map<string, JsonNode>();
    const places = new Map<string, number>();
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return { kind: 'object', members };
    for (;;) {
      const place = this.#place();
      if (this.#text[this.#at] !== '"') {
        throw this.#stop(`a key in double quotes is missing before ${this.#found()}`);
      }
      const key = this.#string();
      const earlier = places.get(key);
      if (earlier !== undefined) {
        this.duplicates.push({
          ...place,
          message: `the key ${JSON.stringify(key)} stands twice; first in line ${earlier}`,
        });
      }
      places.set(key, place.line);
      this.#space();
      if (!this.#take(':')) throw this.#stop(`":" is missing before ${this.#found()}`);
      this.#space();
      members.set(key, this.#value(depth + 1));
      if (this.#endOfList('}', 'object')) return { kind: 'object', members };
    }
  }

  #array(depth: number): JsonNode['content'] {
    const items: JsonNode[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.#value(depth + 1));
      if (this.#endOfList(']', 'array')) return { kind: 'array', items };
    }
  }

  #endOfList(closing: '}' | ']', what: string): boolean {
    this.#space();
    if (this.#take(closing)) return true;
    if (!this.#take(',')) {
      throw this.#stop(`"," or "${closing}" is missing before ${this.#found()}`);
    }
    this.#space();
    if (this.#text[this.#at] === closing) {
      throw this.#stop(`a comma may not stand before the "${closing}" that ends the ${what}`);
    }
    return false;
  }

  #string(): string {
    let value = '';
    this.#at += 1;
    for (;;) {
      value += this.#match(STRING_RUN) ?? '';
      const char = this.#text[this.#at];
      if (char === undefined || char === '\n' || char === '\r') {
        throw this.#stop('the closing double quote is missing');
      }
      if (char === '"') {
        this.#at += 1;
        return value;
      }
      if (char !== '\\') throw this.#stop('a control character stands in a text; escape it');
      value += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const short = SHORT_ESCAPES[letter];
    if (short !== undefined) {
      this.#at += 2;
      return short;
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !/^[\da-fA-F]{4}$/.test(hex)) {
      throw this.#stop(`"\\${letter}" is not an escape sequence of JSON`);
    }
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #space(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '\n') {
        this.#at += 1;
        this.#line += 1;
        this.#lineStart = this.#at;
      } else if (char === ' ' || char === '\t' || char === '\r') {
        this.#at += 1;
      } else {
        break;
      }
    }
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === '//' || two === '/*' || two.startsWith('#')) {
      throw this.#stop('JSON has no comments');
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #found(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(code));
  }

  #place(): { line: number; column: number } {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #stop(message: string): Stop {
    return new Stop({ ...this.#place(), message });
  }
}

/**
 * Reads one JSON document and keeps the place of every value.
 *
 * Errors:  the first syntax error with line and column; or, when the syntax is sound, every key
 *          that stands twice in its object.
 * Source:  RFC 8259, with duplicate names refused and nesting limited to `MAX_JSON_DEPTH`.
 */
export function readJson(text: string): Result<JsonNode, readonly JsonProblem[]> {
  const reader = new Reader(text);
  try {
    const node = reader.document();
    return reader.duplicates.length > 0 ? err(reader.duplicates) : ok(node);
  } catch (error) {
    if (error instanceof Stop) return err([...reader.duplicates, error.problem]);
    throw error;
  }
}
