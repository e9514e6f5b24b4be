/** One step of the schema. Steps are never changed once published, only added. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const INITIAL_SCHEMA = `
CREATE TABLE journal_cursor (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  journal_id text NOT NULL,
  seq        bigint NOT NULL CHECK (seq >= 0),
  entry_at   timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE instruments (
  id           text PRIMARY KEY,
  venue        text NOT NULL,
  symbol       text NOT NULL,
  base         text NOT NULL,
  quote        text NOT NULL,
  tick_size    numeric(38,8) NOT NULL,
  step_size    numeric(38,8) NOT NULL,
  min_notional numeric(38,8) NOT NULL
);

CREATE TABLE orders (
  client_order_id  text PRIMARY KEY,
  submitted_seq    bigint NOT NULL,
  instrument       text NOT NULL,
  strategy         text NOT NULL,
  side             text NOT NULL,
  type             text NOT NULL,
  price_ticks      bigint NOT NULL,
  quantity_lots    bigint NOT NULL,
  time_in_force    text NOT NULL,
  post_only        boolean NOT NULL,
  reduce_only      boolean NOT NULL,
  venue_order_id   text,
  filled_lots      bigint NOT NULL DEFAULT 0,
  filled_tick_lots numeric NOT NULL DEFAULT 0,
  ended            text,
  doubted          boolean NOT NULL DEFAULT false,
  cancel_requested boolean NOT NULL DEFAULT false,
  reason           text,
  created_at       timestamptz NOT NULL,
  updated_at       timestamptz NOT NULL,
  status           text NOT NULL GENERATED ALWAYS AS (
    CASE
      WHEN filled_lots >= quantity_lots THEN 'filled'
      WHEN ended IS NOT NULL THEN ended
      WHEN doubted THEN 'unknown'
      WHEN filled_lots > 0 THEN 'partially-filled'
      WHEN venue_order_id IS NOT NULL THEN 'accepted'
      ELSE 'pending'
    END) STORED
);
CREATE INDEX orders_created_at ON orders USING brin (created_at);
CREATE INDEX orders_working ON orders (instrument)
  WHERE ended IS NULL AND filled_lots < quantity_lots;

CREATE TABLE fills (
  instrument      text NOT NULL,
  trade_id        text NOT NULL,
  seq             bigint NOT NULL UNIQUE,
  at              timestamptz NOT NULL,
  client_order_id text NOT NULL,
  side            text NOT NULL,
  price_ticks     bigint NOT NULL,
  quantity_lots   bigint NOT NULL,
  notional        numeric(38,8) NOT NULL,
  fee             numeric(38,8) NOT NULL,
  liquidity       text NOT NULL,
  PRIMARY KEY (instrument, trade_id)
);
CREATE INDEX fills_at ON fills USING brin (at);
CREATE INDEX fills_order ON fills (client_order_id);

CREATE TABLE positions (
  instrument text PRIMARY KEY,
  lots       bigint NOT NULL,
  cost       numeric(38,8) NOT NULL,
  realised   numeric(38,8) NOT NULL,
  fees       numeric(38,8) NOT NULL,
  fills      bigint NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE cash_flows (
  seq    bigint PRIMARY KEY,
  at     timestamptz NOT NULL,
  amount numeric(38,8) NOT NULL
);

CREATE TABLE equity (
  seq        bigint PRIMARY KEY,
  at         timestamptz NOT NULL,
  equity     numeric(38,8) NOT NULL,
  cash       numeric(38,8) NOT NULL,
  realised   numeric(38,8) NOT NULL,
  unrealised numeric(38,8) NOT NULL,
  fees       numeric(38,8) NOT NULL,
  marks      jsonb NOT NULL
);
CREATE INDEX equity_at ON equity USING brin (at);

CREATE TABLE decisions (
  seq           bigint PRIMARY KEY,
  at            timestamptz NOT NULL,
  instrument    text NOT NULL,
  side          text NOT NULL,
  quantity_lots bigint NOT NULL,
  probability   double precision NOT NULL,
  edge          double precision NOT NULL,
  reason_bits   bigint NOT NULL
);
CREATE INDEX decisions_at ON decisions USING brin (at);

CREATE TABLE bars (
  instrument      text NOT NULL,
  interval_ms     bigint NOT NULL,
  opened_at       timestamptz NOT NULL,
  open_ticks      bigint NOT NULL,
  high_ticks      bigint NOT NULL,
  low_ticks       bigint NOT NULL,
  close_ticks     bigint NOT NULL,
  volume_lots     bigint NOT NULL,
  buy_volume_lots bigint NOT NULL,
  trades          bigint NOT NULL,
  seq             bigint NOT NULL,
  PRIMARY KEY (instrument, interval_ms, opened_at)
);

CREATE TABLE mode_changes (
  seq      bigint PRIMARY KEY,
  at       timestamptz NOT NULL,
  change   text NOT NULL,
  cause_id text NOT NULL,
  mode     text,
  origin   text,
  detail   text,
  due_at   timestamptz
);

CREATE TABLE run_events (
  seq                bigint PRIMARY KEY,
  at                 timestamptz NOT NULL,
  event              text NOT NULL,
  run_epoch          bigint,
  kernel_target      text,
  configuration_hash text,
  version            text,
  detail             text
);

CREATE TABLE refusals (
  seq           bigint PRIMARY KEY,
  at            timestamptz NOT NULL,
  instrument    text NOT NULL,
  strategy      text NOT NULL,
  side          text NOT NULL,
  price_ticks   bigint NOT NULL,
  quantity_lots bigint NOT NULL,
  code          text NOT NULL,
  detail        text NOT NULL
);
CREATE INDEX refusals_at ON refusals USING brin (at);

CREATE TABLE book_states (
  seq          bigint PRIMARY KEY,
  at           timestamptz NOT NULL,
  instrument   text NOT NULL,
  synchronised boolean NOT NULL,
  update_id    numeric,
  reason       text
);

CREATE TABLE entries_set_aside (
  seq   bigint PRIMARY KEY,
  kind  text NOT NULL,
  error text NOT NULL
);

CREATE TABLE journal_gaps (
  first_seq bigint PRIMARY KEY,
  last_seq  bigint NOT NULL,
  reason    text NOT NULL
);
`;

const CHARGES = `
CREATE TABLE charges (
  seq        bigint PRIMARY KEY,
  at         timestamptz NOT NULL,
  charged_at timestamptz NOT NULL,
  charge_id  text NOT NULL,
  cause      text NOT NULL,
  instrument text,
  amount     numeric(38,8) NOT NULL
);
CREATE INDEX charges_at ON charges USING brin (at);
`;

/** Every step of the schema, in order from version 1. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'initial schema', sql: INITIAL_SCHEMA },
  { version: 2, name: 'funding and interest', sql: CHARGES },
];
