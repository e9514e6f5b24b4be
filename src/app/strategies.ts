import type { InstrumentId } from '../model/index.ts';
import { findStrategy, type Strategy } from '../strategy/index.ts';
import type { Bot4Config } from './config.ts';
import { AppFailure } from './contracts.ts';

/**
 * Makes the strategy of every configured instrument, for a trader.
 *
 * Errors: throws `AppFailure` naming a strategy that does not exist.
 */
export const strategiesOf = ({
  instruments,
}: Pick<Bot4Config, 'instruments'>): ReadonlyMap<InstrumentId, Strategy> =>
  new Map(
    instruments.map(({ instrument, strategy, parameters }) => {
      const definition = findStrategy(strategy);
      if (definition === null) {
        throw new AppFailure('configuration', `no strategy is called ${strategy}`);
      }
      return [instrument.id, definition.create(parameters, instrument)];
    }),
  );
