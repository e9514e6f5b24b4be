import type { ParentSpec, PlainRecord } from '../../model/index.ts';

/** One term of a kind of parent order, with what it may be. A default makes it optional. */
export type TermDeclaration =
  | {
      readonly name: string;
      readonly kind: 'number' | 'integer';
      readonly min: number;
      readonly max: number;
      readonly default?: number | null;
    }
  | {
      readonly name: string;
      readonly kind: 'word';
      readonly words: readonly string[];
      readonly default?: string;
    }
  | { readonly name: string; readonly kind: 'flag'; readonly default?: boolean };

const allowedOf = (term: TermDeclaration): string => {
  if (term.kind === 'flag') return 'true or false';
  if (term.kind === 'word') return term.words.join(', ');
  return `${term.min} to ${term.max}${term.kind === 'integer' ? ', whole' : ''}`;
};

function fits(term: TermDeclaration, value: unknown): boolean {
  if (value === null) return 'default' in term && term.default === null;
  if (term.kind === 'flag') return typeof value === 'boolean';
  if (term.kind === 'word') return typeof value === 'string' && term.words.includes(value);
  const inside = typeof value === 'number' && value >= term.min && value <= term.max;
  return inside && (term.kind === 'number' || Number.isInteger(value));
}

/** Why a spec's terms are not those declared: the first fault, with value and what is allowed. */
export function checkTerms(
  { kind, terms }: ParentSpec,
  declarations: readonly TermDeclaration[],
): string | null {
  for (const name of Object.keys(terms)) {
    if (declarations.some((term) => term.name === name)) continue;
    const known = declarations.map((term) => term.name).join(', ');
    return `${kind} has no term ${name}; allowed: ${known}`;
  }
  for (const term of declarations) {
    const value = terms[term.name];
    if (value === undefined && term.default !== undefined) continue;
    if (value !== undefined && fits(term, value)) continue;
    const shown = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    return `${term.name} of ${kind} ${shown}; allowed: ${allowedOf(term)}`;
  }
  return null;
}

/** A number among the terms; `otherwise` where it is left out or null. */
export function numberTerm<T extends number | null>(
  terms: PlainRecord,
  name: string,
  otherwise: T,
): number | T {
  const value = terms[name];
  return typeof value === 'number' ? value : otherwise;
}

/** A word among the terms; `otherwise` where it is left out. */
export function wordTerm(terms: PlainRecord, name: string, otherwise: string): string {
  const value = terms[name];
  return typeof value === 'string' ? value : otherwise;
}

/** A flag among the terms; `otherwise` where it is left out. */
export function flagTerm(terms: PlainRecord, name: string, otherwise: boolean): boolean {
  const value = terms[name];
  return typeof value === 'boolean' ? value : otherwise;
}
