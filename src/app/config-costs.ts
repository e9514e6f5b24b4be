import type {
  FeeTier,
  ImpactModel,
  MarginTier,
  SettlementRules,
} from '../adapters/simulator/index.ts';
import { money, parseE8 } from '../model/index.ts';
import type { ConfigSettings } from './config-schema.ts';

/** 1e-8 units of a decimal that the schema accepted. */
const e8 = (text: string | undefined): bigint => parseE8(text ?? '') ?? 0n;

/** The fee tiers that "volume:maker:taker" texts name. */
export const feeTiersOf = (texts: readonly string[]): readonly FeeTier[] =>
  texts.map((text) => {
    const [volume, maker, taker] = text.split(':');
    return { fromVolume: money(e8(volume)), makerFeeE8: e8(maker), takerFeeE8: e8(taker) };
  });

/** The margin tiers that "value:rate" texts name; "rest" is the end. */
export const marginTiersOf = (texts: readonly string[]): readonly MarginTier[] =>
  texts.map((text) => {
    const [upTo, rate] = text.split(':');
    return { upTo: upTo === 'rest' ? null : money(e8(upTo)), rateE8: e8(rate) };
  });

/** The permanent part of the impact from its setting in bps; 0 where it is left out. */
export const permanentImpactE8 = (bps: number | undefined): bigint =>
  BigInt(Math.round((bps ?? 0) * 10_000));

/** What an order of a backtest pays for taking. */
const impactOf = (simulator: ConfigSettings['simulator']): ImpactModel => ({
  kind: simulator.impactModel,
  rateE8: e8(simulator.impactRate),
  reference: money(e8(simulator.impactReference)),
  permanentE8: permanentImpactE8(simulator.impactPermanentBps),
  halfLifeMs: simulator.impactHalfLifeMs ?? 0,
});

/** What the simulated venue charges and when it liquidates, from settings that the rules accepted. */
export function buildCosts(simulator: ConfigSettings['simulator']): {
  readonly feeTiers: readonly FeeTier[];
  readonly settlement: SettlementRules;
  readonly impact: ImpactModel;
  readonly fundingFile: string | null;
  readonly fundingFileUtcOffsetHours: number;
} {
  const { fundingRate, fundingIntervalHours, deleverageAtMove, deleverageShare } = simulator;
  return {
    feeTiers: feeTiersOf(simulator.feeTiers),
    impact: impactOf(simulator),
    fundingFile: simulator.fundingFile ?? null,
    fundingFileUtcOffsetHours: simulator.fundingFileUtcOffsetHours,
    settlement: {
      funding: {
        kind: 'constant',
        rateE8: e8(fundingRate),
        intervalHours: fundingIntervalHours,
      },
      borrowRateE8: e8(simulator.borrowRate),
      marginTiers: marginTiersOf(simulator.marginTiers),
      liquidationFeeE8: e8(simulator.liquidationFee),
      deleveraging:
        deleverageAtMove === 0 ? null : { atMove: deleverageAtMove, share: deleverageShare },
    },
  };
}
