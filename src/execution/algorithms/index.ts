import type { ParentMachine } from '../parent-machine.ts';
import { ADAPTIVE } from './adaptive.ts';
import { PARTICIPATION } from './participation.ts';
import { SHORTFALL } from './shortfall.ts';
import { SNIPER } from './sniper.ts';
import { TWAP } from './twap.ts';
import { VWAP } from './vwap.ts';

export {
  flatProfile,
  learnVolumeProfile,
  sliceVolumes,
  type VolumeProfile,
  VolumeTally,
} from './volume-profile.ts';

/** The algorithms that work a quantity over time. */
export const ALGORITHMS: readonly ParentMachine[] = [
  TWAP,
  VWAP,
  PARTICIPATION,
  SHORTFALL,
  ADAPTIVE,
  SNIPER,
];
