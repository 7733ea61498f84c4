/**
 * How instances speak with each other, beside the messages that go to sockets. Best effort: what cannot be delivered
 * now is lost, and whoever tells something has another way to heal it.
 */
export interface BetweenInstances {
  /** Who this instance is to the others. */
  readonly instanceId: string;
  /** Tells every other instance. */
  tell(event: string, message: unknown): void;
  /** Tells those other instances that have sockets in a room, and costs the rest nothing; in the order of the calls. */
  tellThoseIn(room: string, event: string, message: unknown): void;
  /** Calls back for what other instances tell; returns its stop. What is told comes from this program, of any version. */
  onTold(event: string, listener: (message: unknown, instanceId: string) => void): () => void;
  /** Asks one other instance. @throws CodedError `unavailable` when no answer comes within so many milliseconds. */
  ask(instanceId: string, event: string, message: unknown, timeoutMs: number): Promise<unknown>;
  /**
   * Asks those other instances that have sockets in a room, and costs the rest nothing. Resolves with their answers as
   * soon as all are here, or with those that came within so many milliseconds. Never rejects.
   */
  askThoseIn(room: string, event: string, message: unknown, timeoutMs: number): Promise<readonly unknown[]>;
  /** Answers what other instances ask; one listener for each event. */
  onAsked(event: string, answer: (message: unknown) => unknown): () => void;
  /**
   * Null where everything that any instance sends to a room from now on reaches the sockets here that are in it; else
   * it resolves when it does, or, where that cannot be had now, soon. Never rejects.
   */
  listening(room: string): Promise<void> | null;
}

/** There are no other instances. */
export function aloneAs(instanceId: string): BetweenInstances {
  const nothing = () => () => {};
  return {
    instanceId,
    tell: () => {},
    tellThoseIn: () => {},
    onTold: nothing,
    ask: () => Promise.reject(new Error('there are no other instances')),
    askThoseIn: () => Promise.resolve([]),
    onAsked: nothing,
    listening: () => null,
  };
}
