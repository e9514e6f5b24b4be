/**
 * Reads `--cycles N --seed S --json` of a campaign; ends the process with code 2 for anything else.
 * `standard` gives the options that the campaign has, with what each is when it is not given.
 */
export function campaignOptions(name, standard, what) {
  const argv = process.argv.slice(2).filter((word) => word !== name);
  const found = { cycles: 50, seed: 1, ...standard, json: false };
  const fail = () => {
    const more = Object.entries(standard)
      .filter(([option]) => option !== 'cycles' && option !== 'seed')
      .map(([option, value]) => ` [--${option} N (${value} by default)]`);
    console.error(
      `usage: npm run campaign:${name} -- [--cycles N (${what}, 1 or more, ${standard.cycles} by ` +
        `default)] [--seed S (0 to 2147483648, 1 by default)]${more.join('')} [--json]`,
    );
    process.exit(2);
  };
  for (let i = 0; i < argv.length; i += 1) {
    const option = argv[i].slice(2);
    if (argv[i] === '--json') found.json = true;
    else if (argv[i].startsWith('--') && Object.hasOwn(found, option)) {
      i += 1;
      const value = Number(argv[i]);
      const isGood = Number.isInteger(value) && value >= (option === 'seed' ? 0 : 1);
      if (!isGood || value > 2 ** 31) fail();
      found[option] = value;
    } else fail();
  }
  return found;
}

/** Prints the result, one JSON object or a line for each figure, and gives the exit code. */
export function report(result, { json }, isBroken) {
  if (json) console.log(JSON.stringify(result));
  else {
    for (const [name, value] of Object.entries(result)) {
      console.log(
        `${name.padEnd(18)} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
      );
    }
  }
  return isBroken ? 1 : 0;
}

/** The generator of a campaign's random choices, from its seed (splitmix32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
