import { type CostTerms, ExecutionLedger } from '../../execution/index.ts';
import type { DomainEvent, Instrument } from '../../model/index.ts';
import { VolumeProfiles } from './worked-entries.ts';

/** What past events tell about executing: the ledger of costs, and where in the day volume trades. */
export class ExecutionMemory {
  readonly ledger: ExecutionLedger;
  readonly volumes = new VolumeProfiles();

  constructor(instruments: readonly Instrument[], costs: CostTerms) {
    this.ledger = new ExecutionLedger(instruments, costs);
  }

  /** Takes an event in; to be called for every one, replayed ones included. */
  readonly observe = (event: DomainEvent): void => {
    this.ledger.observe(event);
    this.volumes.observe(event);
  };
}
