import { AUTOMATIC_CAUSES, SAFETY_THRESHOLDS } from '../../src/safety/index.ts';

/** The automatic causes as docs/safety.md prints them. */
export const causeTable = (): string =>
  ['| cause | meaning | ends by |', '|---|---|---|']
    .concat(
      Object.entries(AUTOMATIC_CAUSES).map(
        ([id, { meaning, liftsItself }]) =>
          `| \`${id}\` | ${meaning} | ${liftsItself ? 'itself, or a restore' : 'a restore'} |`,
      ),
    )
    .join('\n');

/** The thresholds of safety as docs/safety.md prints them. */
export const thresholdTable = (): string =>
  ['| threshold | unit | allowed | default | what it does |', '|---|---|---|---|---|']
    .concat(
      SAFETY_THRESHOLDS.map(
        ({ name, unit, min, max, default: standard, description }) =>
          `| \`${name}\` | ${unit} | ${min} to ${max} | ${standard} | ${description} |`,
      ),
    )
    .join('\n');
