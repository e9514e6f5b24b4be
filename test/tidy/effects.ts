import { modulesOf, strip } from './source-text.ts';

/** What rooms without effects may take from Node: functions of their arguments. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'createHmac', 'hash'],
};

/** What single files may take beside that. */
const PURE_FOR: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'src/native/load.ts': { 'node:module': ['createRequire'] },
};

const NOT_A_MEMBER = '(?<![.\\w$#])';

const BANNED: readonly (readonly [RegExp, string])[] = [
  [
    /\bDate\s*\.\s*now\b|\bDate\s*\[|(?<![.\w$])(?<!\bnew\s+)Date\s*\(|\bnew\s+Date\b(?!\s*\(\s*[^)\s])|=\s*Date\b(?!\s*\.)/,
    'a clock',
  ],
  [new RegExp(`${NOT_A_MEMBER}(?:performance\\s*(?:\\.|\\?\\.|\\[)|Temporal\\s*\\.)`), 'a clock'],
  [
    /\bMath\s*\.\s*random\b|\brandom(?:Bytes|UUID|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
    'randomness',
  ],
  [new RegExp(`${NOT_A_MEMBER}crypto\\s*(?:\\.|\\?\\.|\\[)`), 'randomness'],
  [/\b(?:set|clear)(?:Timeout|Interval|Immediate)\b|\bAtomics\s*\.\s*wait/, 'a timer'],
  [new RegExp(`${NOT_A_MEMBER}fetch\\s*\\(|=\\s*fetch\\b`), 'I/O'],
  [/\b(?:WebSocket|EventSource|XMLHttpRequest|BroadcastChannel)\b/, 'I/O'],
  [new RegExp(`${NOT_A_MEMBER}console\\s*(?:\\.|\\?\\.|\\[)`), 'the console'],
  [
    new RegExp(`${NOT_A_MEMBER}process\\s*(?:\\?\\.)?\\s*\\[|=\\s*process\\b(?!\\s*[.?])`),
    'process',
  ],
  [/\bglobalThis\b|\beval\s*\(|\bnew\s+Function\b/, 'what no check can follow'],
  [/\bimport\s*\(\s*(?!['"])/, 'an import that no check can follow'],
];

/** `process` may also be a field of ours; what Node's has is banned. */
const processMembers = (bare: string): string[] =>
  [...bare.matchAll(new RegExp(`${NOT_A_MEMBER}process\\s*\\??\\.\\s*(\\w+)`, 'g'))]
    .map((match) => match[1]!)
    .filter((member) => member in process)
    .map((member) => `process.${member}`);

const moduleFaults = (path: string, source: string): string[] =>
  modulesOf(source)
    .filter(({ specifier }) => !specifier.startsWith('.'))
    .flatMap(({ specifier, names }) => {
      const allowed = [...(PURE[specifier] ?? []), ...(PURE_FOR[path]?.[specifier] ?? [])];
      if (names === null) return [`all of ${specifier}`];
      return names
        .filter((name) => !allowed.includes(name))
        .map((name) => `${name} of ${specifier}`);
    });

/** What a file uses that only adapters, app and cli may: clocks, randomness, timers, I/O. */
export function effectsOf(path: string, source: string): string[] {
  const { bare } = strip(source);
  const banned = BANNED.filter(([pattern]) => pattern.test(bare)).map(([, what]) => what);
  return [...banned, ...processMembers(bare), ...moduleFaults(path, source)];
}
