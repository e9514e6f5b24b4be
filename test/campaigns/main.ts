// A part of a campaign in a process of its own: NAME SEED COUNT; progress and result as JSON lines.
import { ambiguityCampaign } from './ambiguity.ts';
import type { CampaignPart, CampaignResult } from './campaign.ts';
import { reconciliationCampaign } from './reconciliation.ts';
import { simulationCampaign } from './simulations.ts';

const CAMPAIGNS: Readonly<Record<string, (part: CampaignPart) => CampaignResult>> = {
  sim: simulationCampaign,
  reconcile: reconciliationCampaign,
  ambiguous: ambiguityCampaign,
};

const [name = '', seed, count] = process.argv.slice(2);
const campaign = CAMPAIGNS[name];
if (campaign === undefined) throw new Error(`no campaign is called ${name}`);
const result = campaign({
  seed: Number(seed),
  count: Number(count),
  progress: (done, failures) => console.log(JSON.stringify({ progress: { done, failures } })),
});
console.log(JSON.stringify({ result }));
