/** FNV-1a's start and factor, for 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Heights between 0.15 and 1 that look like a piece of sound: always the same for the same name, other for another.
 *
 * @param count of bars, at least 1
 */
export function soundBars(name: string, count: number): readonly number[] {
  let seed = FNV_OFFSET;
  for (let at = 0; at < name.length; at += 1) seed = Math.imul(seed ^ name.charCodeAt(at), FNV_PRIME) >>> 0;
  const phase = (seed % 1000) / 160;
  const waves = 2 + (seed % 5);
  return Array.from({ length: count }, (_, index) => {
    // A small generator of even numbers, so that neighbours differ; two slow waves make it breathe.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const place = index / count;
    const breath = 0.55 + 0.45 * Math.sin(phase + place * waves * Math.PI) * Math.sin(place * Math.PI);
    return 0.15 + 0.85 * Math.min(1, Math.max(0, breath * (0.45 + 0.55 * (seed / 2 ** 32))));
  });
}
