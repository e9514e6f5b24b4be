// A part of a campaign in a process of its own: NAME SEED COUNT; progress and result as JSON lines.
import { loadAddon } from '../../src/native/index.ts';
import { ambiguityCampaign } from './ambiguity.ts';
import type { CampaignPart, CampaignResult } from './campaign.ts';
import { reconciliationCampaign } from './reconciliation.ts';
import { record, replay } from './replay.ts';
import { simulationCampaign } from './simulations.ts';

const CAMPAIGNS: Readonly<Record<string, (part: CampaignPart) => CampaignResult>> = {
  sim: simulationCampaign,
  reconcile: reconciliationCampaign,
  ambiguous: ambiguityCampaign,
};

const [name = '', seed, count, path = ''] = process.argv.slice(2);
const finish = (result: unknown): void => console.log(JSON.stringify({ result }));
if (name === 'targets') finish(loadAddon().supportedTargets);
else if (name === 'record') finish(record(path, Number(seed), Number(count)));
else if (name === 'replay') finish(replay(path));
else {
  const campaign = CAMPAIGNS[name];
  if (campaign === undefined) throw new Error(`no campaign is called ${name}`);
  const progress = (done: number, failures: number): void =>
    console.log(JSON.stringify({ progress: { done, failures } }));
  finish(campaign({ seed: Number(seed), count: Number(count), progress }));
}
