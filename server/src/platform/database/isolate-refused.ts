import { refusesEntry } from './database-errors.ts';

/** Outcome of one entry of a group. */
export type Settled<Result> =
  | { readonly kind: 'written'; readonly result: Result }
  /** The store takes others, and not this one: writing it again is of no use. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The store is away, or takes nothing now: nothing is known of the entry, which may even have been written. */
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Isolation<Item, Result> {
  /** Writes a group down, all or none; the answers are in its order. */
  write(items: readonly Item[]): Promise<readonly Result[]>;
  /** Probe write: writes something that is known to be right, and takes it back. Throws where the store takes nothing at all. */
  verify?(): Promise<unknown>;
  /** Whether an error is the store's refusal of an entry; where left out, as the database says. */
  refuses?(error: unknown): boolean;
}

/**
 * Writes a group, and where the store refuses it halves it until the entries are found that it is refused for: one entry
 * among n costs about 2 log2(n) writes, and the others are written. With `verify` no entry is refused before the store has
 * taken a sample in its place: a fault that refuses everything, such as a missing column, is not the fault of what people
 * said. Never rejects.
 */
export async function writeIsolated<Item, Result>(
  items: readonly Item[],
  { write, verify = async () => {}, refuses = refusesEntry }: Isolation<Item, Result>,
): Promise<readonly Settled<Result>[]> {
  const settled: Settled<Result>[] = [];
  let failure: { readonly error: unknown } | null = null;
  let verified = false;

  const settle = async (part: readonly Item[]): Promise<void> => {
    if (failure === null) {
      try {
        for (const result of await write(part)) settled.push({ kind: 'written', result });
        return;
      } catch (error) {
        if (!refuses(error)) failure = { error };
        else if (part.length > 1) {
          const middle = part.length >> 1;
          await settle(part.slice(0, middle));
          await settle(part.slice(middle));
          return;
        } else {
          if (!verified)
            failure = await verify().then(
              () => null,
              (sampleError: unknown) => ({ error: sampleError }),
            );
          verified = failure === null;
          if (verified) {
            settled.push({ kind: 'refused', error });
            return;
          }
        }
      }
    }
    const { error } = failure as { readonly error: unknown };
    for (const _ of part) settled.push({ kind: 'failed', error });
  };

  if (items.length > 0) await settle(items);
  return settled;
}
