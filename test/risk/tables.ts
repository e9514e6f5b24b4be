import { RISK_CODES, RISK_LIMITS } from '../../src/risk/index.ts';

/** The codes of risk as docs/risk.md prints them. */
export const codeTable = (): string =>
  ['| code | meaning |', '|---|---|']
    .concat(Object.entries(RISK_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`))
    .join('\n');

/** The limits of risk as docs/risk.md prints them. */
export const limitTable = (): string =>
  ['| limit | unit | allowed | default | what it bounds |', '|---|---|---|---|---|']
    .concat(
      RISK_LIMITS.map(
        ({ name, unit, min, max, default: standard, description }) =>
          `| \`${name}\` | ${unit} | ${min} to ${max} | ${standard} | ${description} |`,
      ),
    )
    .join('\n');
