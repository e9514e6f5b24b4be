import { msBetween } from '../../src/core/index.ts';
import type { Amendment } from '../../src/execution/index.ts';
import { type DomainEvent, lowersExposure, notional } from '../../src/model/index.ts';
import type { CampaignWorld } from './world.ts';

/** A limit counts as exceeded beyond this share: the price may move between two looks. */
const LIMIT_TOLERANCE = 1.005;

const e8 = (value: bigint): number => Number(value) / 1e8;

/**
 * Watches every event as it is recorded for what may never happen, whatever the venue does. Gives
 * what is broken, in plain words.
 */
export class LiveChecks {
  readonly broken: string[] = [];
  readonly #fills = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #sentAt: bigint[] = [];

  /** The service starts again from a journal, which may have lost its end. */
  restart(journal: readonly DomainEvent[]): void {
    this.#fills.clear();
    for (const event of journal) {
      if (event.kind === 'order-filled') this.#fills.add(event.fill.tradeId);
    }
  }

  /** Judges one event, which the state knows already. */
  onEvent(event: DomainEvent, world: CampaignWorld): void {
    if (event.kind === 'order-filled') this.#onFill(event);
    if (event.kind === 'order-submitted') this.#onSubmitted(event, world);
    if (event.kind === 'amend-requested') this.#onAmend(event, world);
  }

  #onFill({ fill }: Extract<DomainEvent, { readonly kind: 'order-filled' }>): void {
    if (this.#fills.has(fill.tradeId)) this.broken.push(`trade ${fill.tradeId} is recorded twice`);
    this.#fills.add(fill.tradeId);
  }

  #onAmend(event: Amendment, { state, instruments }: CampaignWorld): void {
    const { clientOrderId: id, amendment } = event;
    const order = state.orders.get(id);
    const limits = state.risk.limits;
    if (order?.amend?.number !== amendment || order.cancelRequested) {
      this.broken.push(`amend ${amendment} of ${id} goes out beside something else`);
      return;
    }
    const { request } = order;
    const instrument = instruments.find((one) => one.id === request.instrument)!;
    const { buyLots, sellLots } = state.orders.reserved(request.instrument);
    const { lots } = state.portfolio.position(request.instrument);
    const worst = request.side === 'buy' ? lots + buyLots : sellLots - lots;
    const value = e8(notional(instrument, event.price, worst as never));
    const raises = !lowersExposure(request, event);
    if (raises && !request.reduceOnly && state.safety.mode !== 'NORMAL') {
      this.broken.push(`amend ${amendment} of ${id} raises exposure in ${state.safety.mode}`);
    }
    if (raises && value > e8(limits.maxPositionNotional) * LIMIT_TOLERANCE) {
      this.broken.push(`amend ${amendment} of ${id} exceeds maxPositionNotional: ${value}`);
    }
  }

  #onSubmitted(
    event: Extract<DomainEvent, { readonly kind: 'order-submitted' }>,
    world: CampaignWorld,
  ): void {
    const { clientOrderId: id, request } = event;
    // Taken over from the venue by reconciliation: sent by an earlier run.
    if (request.strategy === 'recovered') return;
    if (this.#ids.has(id)) this.broken.push(`order ${id} is submitted twice`);
    this.#ids.add(id);
    const { state, config } = world;
    const mode = state.safety.mode;
    if (!request.reduceOnly && mode !== 'NORMAL') {
      const { buyLots, sellLots } = state.orders.reserved(request.instrument);
      const { lots } = state.portfolio.position(request.instrument);
      const closable = request.side === 'buy' ? -lots : lots;
      const pending = request.side === 'buy' ? buyLots : sellLots;
      if (pending > closable) this.broken.push(`order ${id} opens exposure in ${mode}`);
    }
    const { limits } = state.risk;
    const instrument = config.instruments.find((one) => one.instrument.id === request.instrument)!;
    const value = (lots: number): number =>
      e8(notional(instrument.instrument, request.price, lots as never));
    const over = (what: string, found: number, limit: number): void => {
      if (found > limit * LIMIT_TOLERANCE) {
        this.broken.push(`order ${id} exceeds ${what}: ${found} of ${limit}`);
      }
    };
    over('maxOrderNotional', value(request.quantity), e8(limits.maxOrderNotional));
    over('maxOpenOrders', state.orders.openCount, limits.maxOpenOrders);
    const { buyLots, sellLots } = state.orders.reserved(request.instrument);
    const { lots } = state.portfolio.position(request.instrument);
    if (!request.reduceOnly) {
      const worst = Math.max(lots + buyLots, sellLots - lots);
      over('maxPositionNotional', value(worst), e8(limits.maxPositionNotional));
    }
    this.#sentAt.push(event.at);
    const within = this.#sentAt.filter((at) => msBetween(at as never, event.at) < 1_000).length;
    over(
      'maxOrdersPerSecond and orderBurst',
      within,
      limits.maxOrdersPerSecond + limits.orderBurst,
    );
  }
}

/** Whether everything that works at the venue is reserved here; else what is not. */
export function unreserved(world: CampaignWorld): readonly string[] {
  const broken: string[] = [];
  const account = world.venue.accountNow();
  for (const { id } of world.instruments) {
    const { buyLots, sellLots, reduceOnlyBuyLots, reduceOnlySellLots } =
      world.state.orders.reserved(id);
    const here = { buy: buyLots + reduceOnlyBuyLots, sell: sellLots + reduceOnlySellLots };
    const there = { buy: 0, sell: 0 };
    for (const open of account.openOrders) {
      if (open.instrument === id) there[open.side] += open.quantity - open.filled;
    }
    for (const side of ['buy', 'sell'] as const) {
      if (here[side] >= there[side]) continue;
      broken.push(`${there[side]} lots to ${side} of ${id} work, ${here[side]} are reserved`);
    }
  }
  return broken;
}

/** Compares our books with the venue's truth once nothing is under way; gives what differs. */
export function differingBooks(world: CampaignWorld): readonly string[] {
  const { state, venue, events, sent } = world;
  const account = venue.accountNow();
  const broken: string[] = [];
  const held = new Map([...account.positions].filter(([, lots]) => lots !== 0));
  for (const id of new Set([...held.keys(), ...state.portfolio.lots().keys()])) {
    const [here, there] = [state.portfolio.position(id).lots, held.get(id) ?? 0];
    if (here !== there) broken.push(`position of ${id}: ${here} here, ${there} at the venue`);
  }
  if (state.portfolio.cash !== account.cash) {
    broken.push(`cash: ${state.portfolio.cash} here, ${account.cash} at the venue`);
  }
  if (state.orders.openCount > 0) broken.push(`${state.orders.openCount} orders are not final`);
  if (account.openOrders.length > 0) broken.push(`${account.openOrders.length} work at the venue`);
  const booked = new Set(
    events.flatMap((event) => (event.kind === 'order-filled' ? [event.fill.tradeId] : [])),
  );
  const there = new Set(account.fills.map((fill) => fill.tradeId));
  for (const id of there) if (!booked.has(id)) broken.push(`trade ${id} of the venue is missing`);
  for (const id of booked) if (!there.has(id)) broken.push(`trade ${id} is not at the venue`);
  for (const [id, end] of account.ended) {
    const order = state.orders.get(id);
    if (!sent.has(id)) broken.push(`the venue knows ${id}, which was never sent`);
    else if (order !== null && order.status !== end) {
      broken.push(`order ${id} is ${order.status} here and ${end} at the venue`);
    }
  }
  for (const [id, times] of sent) if (times > 1) broken.push(`order ${id} was sent ${times} times`);
  return broken;
}
