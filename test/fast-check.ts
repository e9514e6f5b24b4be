import * as fc from 'fast-check';

/**
 * fast-check with one seed for all property tests: a change is judged on the same cases wherever it
 * is tested. `BOT4_PROPERTY_SEED` names another; `npm run campaign:properties` goes through many.
 */
const seed = Number(process.env['BOT4_PROPERTY_SEED'] ?? 20_261_122);
if (!Number.isInteger(seed)) {
  throw new Error(
    `BOT4_PROPERTY_SEED is '${process.env['BOT4_PROPERTY_SEED']}'; allowed: a whole number`,
  );
}
fc.configureGlobal({ seed });

export default fc;
