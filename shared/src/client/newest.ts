/** Lets a map keep the newest of its keys, so many of them. */
export function keepNewest(map: Map<unknown, unknown>, max: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= max) break;
    map.delete(oldest);
  }
}
