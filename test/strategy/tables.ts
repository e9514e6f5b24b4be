import type { StrategyDefinition } from '../../src/strategy/index.ts';

/** The parameters of a strategy as docs/strategies.md prints them. */
export const parameterTable = ({ parameters }: StrategyDefinition): string =>
  ['| parameter | unit | allowed | default | what it does |', '|---|---|---|---|---|']
    .concat(
      parameters.map(
        ({ name, unit, min, max, default: standard, description }) =>
          `| \`${name}\` | ${unit} | ${min} to ${max} | ${standard} | ${description} |`,
      ),
    )
    .join('\n');
