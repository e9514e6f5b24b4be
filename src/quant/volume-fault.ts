/** Says which volume is below 0: one would turn flows and means inside out; else null. */
export function volumeFault(volume: Float64Array): string | null {
  for (let i = 0; i < volume.length; i += 1) {
    if (volume[i]! < 0) return `volume[${i}] is ${volume[i]}; a volume may not be below 0`;
  }
  return null;
}
