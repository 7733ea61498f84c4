/**
 * What an answer promises: `kept` is absent where all that it tells or acknowledges is durable, and false where it is in
 * memory only so far. It is written down as soon as the database takes it.
 */
export interface Kept {
  readonly kept?: false;
}
