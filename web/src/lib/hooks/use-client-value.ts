import { useSyncExternalStore } from 'react';

/** A client whose state is replaced when something in it changes. */
export interface Client<State> {
  readonly state: State;
  subscribe(listener: () => void): () => void;
}

const never = () => () => {};

/** One value of a client's state; null without a client. Renders again when it changes: `select` must give the same value for the same state. */
export function useClientValue<State, T>(client: Client<State> | null, select: (state: State) => T): T | null {
  return useSyncExternalStore(client ? (onChange) => client.subscribe(onChange) : never, () => (client ? select(client.state) : null));
}
