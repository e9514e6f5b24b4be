import { msBetween } from '../../core/index.ts';
import { type ParentSpec, type PlainRecord, priceTicks } from '../../model/index.ts';
import {
  cancelAndEnd,
  type ParentAction,
  type ParentMachine,
  type ParentView,
  totalsOf,
} from '../parent-machine.ts';
import { MAX_TICKS } from '../parents/prices.ts';
import {
  checkTerms,
  flagTerm,
  numberTerm,
  type TermDeclaration,
  wordTerm,
} from '../parents/terms.ts';
import { parentSeed } from './jitter.ts';
import type { SlicePlan } from './slices.ts';
import { SLICE, type WorkLots, type WorkTerms, workTowards } from './work.ts';

/** Terms that every algorithm has. */
const COMMON: readonly TermDeclaration[] = [
  { name: 'durationMs', kind: 'integer', min: 100, max: 86_400_000 },
  { name: 'limitPrice', kind: 'integer', min: 1, max: MAX_TICKS, default: null },
  { name: 'reachBps', kind: 'number', min: 0, max: 1_000, default: 10 },
  { name: 'style', kind: 'word', words: ['take', 'rest'], default: 'take' },
  { name: 'atDeadline', kind: 'word', words: ['take', 'end'] },
  { name: 'graceMs', kind: 'integer', min: 0, max: 600_000, default: 5_000 },
  { name: 'seed', kind: 'integer', min: 0, max: 4_294_967_295, default: 0 },
  { name: 'reduceOnly', kind: 'flag', default: false },
];

/** Terms of those that cut the quantity into slices. */
export const SLICE_TERMS: readonly TermDeclaration[] = [
  { name: 'slices', kind: 'integer', min: 1, max: 1_000, default: 12 },
  { name: 'sizeJitter', kind: 'number', min: 0, max: 1, default: 0.5 },
  { name: 'timeJitter', kind: 'number', min: 0, max: 1, default: 0.5 },
];

/** What an algorithm wants done at one moment, and what it must remember. */
export interface Plan extends WorkLots {
  /** Remembered at once; absent: nothing new. */
  readonly memory?: PlainRecord;
  /** Remembered when a child goes out. */
  readonly onSubmit?: PlainRecord;
}

/** An algorithm: how much is due when. All else is common to them. */
export interface AlgorithmDefinition {
  readonly kind: string;
  readonly terms: readonly TermDeclaration[];
  /** What happens to the rest at the end of `durationMs`, unless the terms say otherwise. */
  readonly atDeadline: 'take' | 'end';
  /** Names of terms that are lists, judged by `check`. */
  readonly lists?: readonly string[];
  /** What the declarations cannot say. */
  readonly check?: (spec: ParentSpec) => string | null;
  /** `elapsed` is the share of the duration that has passed, from 0 to below 1. */
  readonly plan: (spec: ParentSpec, memory: PlainRecord, view: ParentView, elapsed: number) => Plan;
}

function workTerms({ terms }: ParentSpec): WorkTerms {
  const limit = numberTerm(terms, 'limitPrice', null);
  return {
    style: wordTerm(terms, 'style', 'take') === 'rest' ? 'rest' : 'take',
    limitPrice: limit === null ? null : priceTicks(limit),
    reachBps: numberTerm(terms, 'reachBps', 10),
    reduceOnly: flagTerm(terms, 'reduceOnly', false),
  };
}

/** The slices of a spec, with the shares that are due after each. */
export function slicePlan(
  { quantity, terms }: ParentSpec,
  view: Pick<ParentView, 'openedAt'>,
  cumulative: (k: number, slices: number) => number,
): SlicePlan {
  const slices = Math.min(quantity, numberTerm(terms, 'slices', 12));
  return {
    quantity,
    slices,
    cumulative: (k) => cumulative(k, slices),
    sizeJitter: numberTerm(terms, 'sizeJitter', 0.5),
    timeJitter: numberTerm(terms, 'timeJitter', 0.5),
    seed: parentSeed(numberTerm(terms, 'seed', 0), view.openedAt),
  };
}

/** The end of the time: the rest is taken within the grace, or left. */
function atDeadline(
  { kind, atDeadline: usual }: AlgorithmDefinition,
  spec: ParentSpec,
  view: ParentView,
  lateMs: number,
): readonly ParentAction[] {
  const { terms, quantity } = spec;
  const takes = wordTerm(terms, 'atDeadline', usual) === 'take';
  if (takes && lateMs < numberTerm(terms, 'graceMs', 5_000)) {
    return workTowards(spec, view, workTerms(spec), { due: quantity, overdue: quantity });
  }
  const left = quantity - totalsOf(view, SLICE).filled;
  if (left <= 0) return workTowards(spec, view, workTerms(spec), { due: 0, overdue: 0 });
  return cancelAndEnd(
    view,
    `the time of the ${kind} is over: ${left} of ${quantity} lots unfilled`,
  );
}

const withoutLists = (spec: ParentSpec, lists: readonly string[]): ParentSpec => ({
  ...spec,
  terms: Object.fromEntries(Object.entries(spec.terms).filter(([name]) => !lists.includes(name))),
});

/** The machine of an algorithm. */
export function algorithmMachine(definition: AlgorithmDefinition): ParentMachine {
  const declared = [...COMMON, ...definition.terms].map((term) =>
    term.name === 'atDeadline'
      ? ({ ...term, default: definition.atDeadline } as TermDeclaration)
      : term,
  );
  return {
    kind: definition.kind,
    protective: false,
    check: (spec) =>
      checkTerms(withoutLists(spec, definition.lists ?? []), declared) ??
      definition.check?.(spec) ??
      null,
    decide(spec, memory, view) {
      const durationMs = numberTerm(spec.terms, 'durationMs', 1);
      const elapsedMs = Math.max(0, msBetween(view.openedAt, view.now));
      if (elapsedMs >= durationMs)
        return atDeadline(definition, spec, view, elapsedMs - durationMs);
      const plan = definition.plan(spec, memory, view, elapsedMs / durationMs);
      const actions = workTowards(spec, view, workTerms(spec), plan);
      const sends = actions.some(({ kind }) => kind === 'submit');
      const known = { ...plan.memory, ...(sends ? plan.onSubmit : undefined) };
      if (Object.keys(known).length === 0) return actions;
      return [{ kind: 'remember', memory: { ...memory, ...known } }, ...actions];
    },
  };
}
