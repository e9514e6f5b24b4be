/** A configuration file that must be refused: its bytes and what the refusal must say. */
export interface MalformedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Texts that must all stand in the rendered issues. */
  readonly says: readonly string[];
}

const of = (name: string, content: string | Uint8Array, ...says: string[]): MalformedFile => ({
  name,
  content,
  says,
});

const json = (value: unknown, ...says: string[]): MalformedFile =>
  of(JSON.stringify(value), JSON.stringify(value), ...says);

const SYNTAX: readonly MalformedFile[] = [
  of('nothing', '', ':1:1: it is empty'),
  of('blanks', ' \n\t\n', ':3:1: it is empty'),
  of('a byte order mark', '\ufeff{}', 'byte order mark'),
  of('UTF-16 with its mark', Buffer.from('\ufeff{}', 'utf16le'), 'it is UTF-16'),
  of('UTF-16 without its mark', Buffer.from('{}', 'utf16le'), ':1:2:', 'double quotes'),
  of('Latin-1', Buffer.from('{"dataDir": "\u00fc"}', 'latin1'), 'it is not UTF-8: byte 14'),
  of('an executable', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), ':1:1:'),
  of('gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), 'it is not UTF-8: byte 2'),
  of('YAML', 'dashboard:\n  port: 8080\n', ':1:1: dashboard is not JSON'),
  of('TOML', '[dashboard]\nport = 8080\n', ':1:2: dashboard is not JSON'),
  of('INI', 'port=8080', ':1:1: port is not JSON'),
  of('XML', '<bot4/>', ':1:1:', '"<"'),
  of('JavaScript', 'export default {}', ':1:1: export is not JSON'),
  of('JSON5 keys', '{dashboard: {}}', ':1:2:', 'double quotes'),
  of('single quotes', "{'dashboard': {}}", ':1:2:', 'double quotes'),
  of('a comment', '{\n  // the page\n}', ':2:3: JSON has no comments'),
  of('a block comment', '/* bot4 */ {}', ':1:1: JSON has no comments'),
  of('a hash comment', '# bot4\n{}', ':1:1: JSON has no comments'),
  of('a comma too many', '{"logLevel": "info",}', ':1:21:', 'comma'),
  of('a comma too many in a list', '{"instruments": [1,]}', ':1:20:', 'comma'),
  of('a comma missing', '{"logLevel": "info" "dataDir": "/"}', ':1:21:', '"," or "}" is missing'),
  of('a colon missing', '{"logLevel" "info"}', ':1:13:', '":" is missing'),
  of('a brace missing', '{"dashboard": {"port": 1}', ':1:26:', 'is missing before the end'),
  of('a bracket missing', '{"instruments": [', ':1:18:', 'a value is missing before the end'),
  of('a quote missing', '{"logLevel: "info"}', ':1:14:', '":" is missing'),
  of('an open text', '{"dataDir": "/srv', ':1:18:', 'closing double quote'),
  of('two documents', '{}\n{}', ':2:1:', 'follows the end'),
  of('text behind', '{} done', ':1:4:', 'follows the end'),
  of('a wrong bracket', '{"instruments": [}', ':1:18:', 'a value is missing before "}"'),
  of('NaN', '{"risk": {"maxLeverage": NaN}}', ':1:26: NaN is not JSON'),
  of('Infinity', '{"risk": {"maxLeverage": Infinity}}', ':1:26: Infinity is not JSON'),
  of('a hexadecimal number', '{"simulator": {"seed": 0xff}}', ':1:25:', '0x'),
  of('an octal number', '{"simulator": {"seed": 017}}', ':1:25:', '01'),
  of('a grouped number', '{"simulator": {"seed": 1_000}}', ':1:25:', '1_'),
  of('a number with a comma', '{"risk": {"maxLeverage": 1,5}}', ':1:28:', 'double quotes'),
  of('a number too large', '{"simulator": {"seed": 1e400}}', 'too large'),
  of('a bare decimal point', '{"risk": {"maxLeverage": .5}}', ':1:26:', '"."'),
  of('Python values', '{"dashboard": {"enabled": True}}', ':1:27: True is not JSON'),
  of(
    'a key twice',
    '{"logLevel": "info",\n "logLevel": "warn"}',
    ':2:2:',
    'stands twice; first in line 1',
  ),
  of(
    'a nested key twice',
    '{"risk": {"maxLeverage": 1, "maxLeverage": 2}}',
    ':1:29:',
    'stands twice',
  ),
  of(
    'too many levels',
    `${'{"risk":'.repeat(40)}1${'}'.repeat(40)}`,
    'nested deeper than 32 levels',
  ),
  of('a control character', '{"dataDir": "/\u0001"}', ':1:15:', 'control character'),
  of('a wrong escape', '{"dataDir": "C:\\data"}', ':1:16:', 'escape'),
  of('above 1 MiB', `{"dataDir": "${'x'.repeat(1_100_000)}"}`, '1100015 bytes', '1048576'),
  of('a list', '[]', ':1:1: the file must hold one object, but it is a list'),
  of('a text', '"bot4"', 'the file must hold one object, but it is a text'),
  of('a number', '42', 'the file must hold one object, but it is a number'),
  of('null', 'null', 'the file must hold one object, but it is null'),
  of('true', 'true', 'the file must hold one object, but it is a boolean'),
];

const UNKNOWN: readonly MalformedFile[] = [
  json({ dashbord: {} }, 'dashbord is not a known setting', 'did you mean dashboard?'),
  json({ Dashboard: {} }, 'did you mean dashboard?'),
  json({ port: 8080 }, 'port is not a known setting', 'did you mean dashboard.port?'),
  json({ seed: 1 }, 'did you mean simulator.seed?'),
  json({ maxLeverage: 1 }, 'did you mean risk.maxLeverage?'),
  json({ dashboard: { prot: 1 } }, 'dashboard.prot', 'did you mean port?'),
  json({ dashboard: { enable: true } }, 'did you mean enabled?'),
  json({ dashboard: { allowedHost: [] } }, 'did you mean allowedHosts?'),
  json({ database: { URL: 'postgres://x' } }, 'did you mean url?'),
  json({ database: { password: 'p' } }, 'database.password is not a known setting'),
  json({ simulator: { sed: 1 } }, 'did you mean seed?'),
  json({ simulator: { makerfee: '0.0002' } }, 'did you mean makerFee?'),
  json({ risk: { maxOrderNotonal: '5' } }, 'did you mean maxOrderNotional?'),
  json({ risk: { max_order_notional: '5' } }, 'did you mean maxOrderNotional?'),
  json({ risk: { maxdrawdown: 0.1 } }, 'risk.maxdrawdown is not a known setting'),
  json({ safety: { maxDrawdown: 0.1 } }, 'safety.maxDrawdown is not a known setting'),
  json({ safety: { reduceAtDrawDown: 0.1 } }, 'did you mean reduceAtDrawdown?'),
  json({ stalAfterMs: 500 }, 'did you mean staleAfterMs?'),
  json({ loglevel: 'info' }, 'did you mean logLevel?'),
  json({ '': 1 }, 'is not a known setting'),
  json({ apiKey: 'k', apiSecret: 's' }, 'apiKey is not', 'apiSecret is not'),
];

const instrument = {
  symbol: 'BTCUSDT',
  tickSize: '0.10',
  stepSize: '0.001',
  strategy: 'avellaneda-stoikov',
  market: { startPrice: '60000' },
};
const withInstrument = (over: object, ...says: string[]): MalformedFile =>
  json({ instruments: [{ ...instrument, ...over }] }, ...says);

const INSTRUMENTS: readonly MalformedFile[] = [
  json({ instruments: [] }, 'instruments has 0 items', 'from 1 to 16'),
  json({ instruments: Array(17).fill(instrument) }, 'instruments has 17 items'),
  json({ instruments: instrument }, 'instruments is an object', 'a list'),
  json({ instruments: ['BTCUSDT'] }, 'instruments[0] is a text', 'an object with the keys'),
  json({ instruments: [{}] }, 'instruments[0].strategy is missing', 'avellaneda-stoikov'),
  json(
    { instruments: [{ strategy: 'momentum-taker' }] },
    'instruments[0].symbol is missing',
    'instruments[0].tickSize is missing',
    'instruments[0].stepSize is missing',
    'instruments[0].market.startPrice is missing',
  ),
  json({ instruments: [instrument, instrument] }, 'instruments[1].symbol', 'each symbol once'),
  withInstrument({ symbol: 'btcusdt' }, 'instruments[0].symbol is "btcusdt"', 'quoted in USDT'),
  withInstrument({ symbol: 'BTCEUR' }, 'instruments[0].symbol is "BTCEUR"'),
  withInstrument({ symbol: 'USDT' }, 'instruments[0].symbol is "USDT"'),
  withInstrument({ symbol: 'BTC/USDT' }, 'instruments[0].symbol is "BTC/USDT"'),
  withInstrument({ tickSize: 0.1 }, 'instruments[0].tickSize is 0.1', 'did you mean "0.1"?'),
  withInstrument({ tickSize: '0' }, 'instruments[0].tickSize is "0"', 'from 0.00000001'),
  withInstrument({ tickSize: '-0.1' }, 'instruments[0].tickSize is "-0.1"'),
  withInstrument({ tickSize: '0.000000001' }, 'instruments[0].tickSize is "0.000000001"'),
  withInstrument({ stepSize: '1e-3' }, 'instruments[0].stepSize is "1e-3"', 'a decimal in quotes'),
  withInstrument({ stepSize: '0.00000001' }, 'instruments[0].stepSize', 'a multiple of'),
  withInstrument({ minNotional: '$5' }, 'instruments[0].minNotional is "$5"'),
  withInstrument({ strategy: 'momentum' }, 'instruments[0].strategy is "momentum"', 'one of'),
  withInstrument({ strategy: 'avelaneda-stoikov' }, 'did you mean "avellaneda-stoikov"?'),
  withInstrument({ strategy: null }, 'instruments[0].strategy is null'),
  withInstrument({ parameters: [] }, 'instruments[0].parameters is a list'),
  withInstrument({ parameters: { riskAverson: 1 } }, 'did you mean riskAversion?'),
  withInstrument({ parameters: { threshold: 0.6 } }, 'instruments[0].parameters.threshold is not'),
  withInstrument(
    { parameters: { riskAversion: -1 } },
    'parameters.riskAversion is -1',
    'a number from',
  ),
  withInstrument(
    { parameters: { riskAversion: '1' } },
    'parameters.riskAversion is "1"',
    'did you mean 1?',
  ),
  withInstrument({ market: {} }, 'instruments[0].market.startPrice is missing'),
  withInstrument(
    { market: { startPrice: '60000.05' } },
    'market.startPrice',
    'a multiple of tickSize',
  ),
  withInstrument({ market: { startPrice: '1' } }, 'market.startPrice', 'at least 100 ticks'),
  withInstrument(
    { market: { startPrice: '60000', dailyVolatility: 2 } },
    'market.dailyVolatility is 2',
  ),
  withInstrument({ market: { startPrice: '60000', volatility: 0.1 } }, 'market.volatility is not'),
  withInstrument({ ticksize: '0.1' }, 'instruments[0].ticksize is not', 'did you mean tickSize?'),
];

const CONTRADICTIONS: readonly MalformedFile[] = [
  json(
    { risk: { maxOrderNotional: '26000' } },
    'risk.maxOrderNotional',
    'risk.maxPositionNotional',
  ),
  json({ risk: { maxPositionNotional: '76000' } }, 'risk.maxPositionNotional', 'which is 75000'),
  json({ simulator: { makerFee: '0.001' } }, 'simulator.makerFee', 'which is 0.0005'),
  json({ safety: { reduceAtDrawdown: 0.3 } }, 'safety.emergencyAtDrawdown is 0.2', 'which is 0.3'),
  json({ safety: { emergencyAtDrawdown: 0.1 } }, 'safety.emergencyAtDrawdown is 0.1'),
  json(
    { simulator: { impactPermanentBps: 1 } },
    'simulator.impactPermanentBps is 1',
    'simulator.impactModel "almgren-chriss" beside it',
  ),
  json({ simulator: { impactHalfLifeMs: 5 } }, 'simulator.impactHalfLifeMs is 5'),
  json(
    { simulator: { queueModel: 'exact' } },
    'simulator.queueModel is "exact"',
    'simulator.orderRecordFile beside it',
  ),
  json(
    { simulator: { orderRecordFile: '/orders' } },
    'simulator.orderRecordFile is "/orders"',
    'simulator.queueModel "exact" beside it',
  ),
  json(
    { simulator: { impactModel: 'almgren-chriss', impactPermanentBps: 2.5 } },
    'simulator.impactPermanentBps is 2.5',
    'at most twice simulator.impactRate, which is 2 bps',
  ),
  json({ database: { mode: 'url' } }, 'database.mode is "url", but no URL is given'),
  json({ risk: { maxOrderNotional: '4' } }, 'instruments[0].minNotional', 'which is 4'),
];

/** Files that are wrong in ways that no schema could generate. */
export const MALFORMED_FILES: readonly MalformedFile[] = [
  ...SYNTAX,
  ...UNKNOWN,
  ...INSTRUMENTS,
  ...CONTRADICTIONS,
];
