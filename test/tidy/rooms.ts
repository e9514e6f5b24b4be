/** The contexts of the domain. */
export const contexts = [
  'market',
  'features',
  'quant',
  'learn',
  'strategy',
  'portfolio',
  'risk',
  'execution',
  'safety',
  'audit',
  'store',
  'observe',
  'tuning',
  'research',
];

/** Which `src/` room may import which other rooms. */
export const mayImport: Record<string, readonly string[]> = {
  core: [],
  model: ['core'],
  native: ['core', 'model'],
  market: ['core', 'model', 'native'],
  quant: ['core', 'model', 'native'],
  features: ['core', 'model', 'native', 'market', 'quant'],
  learn: ['core', 'model', 'native', 'market', 'quant', 'features'],
  portfolio: ['core', 'model', 'quant'],
  strategy: ['core', 'model', 'features', 'learn', 'portfolio', 'quant'],
  safety: ['core', 'model', 'audit'],
  audit: ['core', 'model'],
  store: ['core', 'model'],
  observe: ['core', 'model'],
  risk: ['core', 'model', 'native', 'portfolio', 'quant', 'safety'],
  execution: ['core', 'model', 'risk', 'safety', 'audit'],
  tuning: ['core', 'model', 'quant', 'learn', 'portfolio'],
  research: ['core', 'model', 'native', ...contexts.filter((c) => c !== 'research')],
  app: ['core', 'model', 'native', 'adapters', ...contexts],
  cli: ['app', 'core'],
};

/** Which `native/` room may include which. */
const mayInclude: Record<string, readonly string[]> = {
  core: [],
  simd: ['core'],
  ring: ['core'],
  decode: ['core'],
  gpio: ['core'],
  kernels: ['simd', 'core'],
  book: ['core', 'ring'],
  match: ['core', 'ring', 'book'],
  engine: ['core', 'ring', 'book', 'kernels/table.h'],
};

/** The room of a path below `src/`. */
export const roomOf = (path: string): string => path.split('/')[1]!;

/** Why one TypeScript file may not import another; null when it may. */
export function directionFault(from: string, to: string): string | null {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)];
  const entry = to.split('/').slice(2).join('/');
  if (fromRoom === 'adapters') {
    const [own, other] = [from.split('/')[2], to.split('/')[2]];
    if (toRoom === 'adapters')
      return own === other ? null : `adapter ${own} imports adapter ${other}`;
    if (['core', 'model', 'native'].includes(toRoom)) return null;
    return entry === 'ports.ts' ? null : `an adapter may enter ${toRoom} only through its ports.ts`;
  }
  if (fromRoom === toRoom) return null;
  if (!(mayImport[fromRoom] ?? []).includes(toRoom)) return `${fromRoom} may not import ${toRoom}`;
  if (toRoom === 'adapters' && !/^[^/]+\/index\.ts$/.test(entry)) {
    return `adapter ${entry.split('/')[0]} is entered only through its index.ts`;
  }
  if (contexts.includes(toRoom) && !['index.ts', 'ports.ts'].includes(entry)) {
    return `${toRoom} is entered only through its index.ts`;
  }
  return null;
}

/** True when a file of `native/` may include `target`; both are paths below `native/`. */
export function mayBeIncluded(path: string, target: string): boolean {
  const room = path.split('/')[0]!;
  if (room === 'binding') return true;
  if (/^(node_api|napi|js_native_api)/.test(target)) return false;
  const toRoom = target.split('/')[0]!;
  if (!target.includes('/') || toRoom === room) return true;
  if (toRoom === 'binding') return false;
  if (!(toRoom in mayInclude)) return true;
  const allowed = mayInclude[room] ?? [];
  return allowed.includes(toRoom) || allowed.includes(target);
}
