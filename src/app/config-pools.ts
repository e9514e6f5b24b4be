import { fewestOrders } from '../adapters/simulator/index.ts';
import type { PoolSizes } from '../native/index.ts';
import type { ConfigSettings } from './config-schema.ts';

/** What is pre-faulted where the settings ask for it and name no sizes. */
const PREFAULTED_POOLS: PoolSizes = {
  orders: 1_000_000,
  ticks: 10_000_000,
  signals: 100_000,
};

/** What the service needs at least for so many instruments, and takes by default. */
export const usualPools = (instruments: number): PoolSizes => ({
  orders: fewestOrders(instruments),
  ticks: 16_384,
  signals: 1024,
});

/** The sizes of the pools that the settings ask for. */
export function poolSizes({ machine, instruments }: ConfigSettings): PoolSizes {
  const { orders, ticks, signals } = machine.pools;
  const otherwise = machine.prefault ? PREFAULTED_POOLS : usualPools(instruments.length);
  return {
    orders: orders ?? otherwise.orders,
    ticks: ticks ?? otherwise.ticks,
    signals: signals ?? otherwise.signals,
  };
}
