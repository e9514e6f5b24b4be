import type { Json } from '../core/index.ts';
import { type Money, money, ZERO_MONEY } from '../model/index.ts';

/** How far the equity is below its peak. */
export interface Drawdown {
  /** Largest equity sampled, raised by deposits made since. */
  readonly peak: Money;
  /** Peak less equity, not below zero. */
  readonly amount: Money;
  /** Amount over peak, 0 to 1 and beyond when the equity is negative; 0 without a peak. */
  readonly fraction: number;
}

/** The drawdown of an equity against a peak. */
function drawdownOf(peak: Money, equity: Money): Drawdown {
  const amount = peak > equity ? money(peak - equity) : ZERO_MONEY;
  return { peak, amount, fraction: peak > 0n ? Number(amount) / Number(peak) : 0 };
}

/** Follows the peak of the equity and the deepest drawdown over `equity-sampled` and deposits. */
export class DrawdownTracker {
  #peak: Money = ZERO_MONEY;
  #equity: Money = ZERO_MONEY;
  #deepest = 0;

  /** Rebuilds the tracker from a snapshot. */
  static restore(snapshot: Json): DrawdownTracker {
    const from = snapshot as {
      readonly peak: string;
      readonly equity: string;
      readonly deepest: number;
    };
    const tracker = new DrawdownTracker();
    tracker.#peak = money(BigInt(from.peak));
    tracker.#equity = money(BigInt(from.equity));
    tracker.#deepest = from.deepest;
    return tracker;
  }

  /** A deposit is no gain: it raises the peak by itself. */
  deposit(amount: Money): void {
    this.#peak = money(this.#peak + amount);
    this.#equity = money(this.#equity + amount);
  }

  /** Takes one sample of the equity. */
  sample(equity: Money): void {
    this.#equity = equity;
    if (equity > this.#peak) this.#peak = equity;
    this.#deepest = Math.max(this.#deepest, drawdownOf(this.#peak, equity).fraction);
  }

  /** Starts anew from the latest sample: what a restore after a drawdown means. */
  rebase(): void {
    this.#peak = this.#equity;
  }

  /** The drawdown of the latest sample. */
  get current(): Drawdown {
    return drawdownOf(this.#peak, this.#equity);
  }

  /** The drawdown that an equity would mean now. */
  at(equity: Money): Drawdown {
    return drawdownOf(equity > this.#peak ? equity : this.#peak, equity);
  }

  /** Largest fraction that any sample showed. */
  get deepest(): number {
    return this.#deepest;
  }

  /** The state as canonical JSON. */
  snapshot(): Json {
    return { peak: this.#peak, equity: this.#equity, deepest: this.#deepest };
  }
}
