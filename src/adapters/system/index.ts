export { SystemClock } from './clock.ts';
export { type ProcessVitals, VitalSigns } from './process-vitals.ts';
