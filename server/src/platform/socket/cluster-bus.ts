/**
 * The cluster bus: how instances exchange messages, beside those that go to sockets. Best effort: what cannot be delivered
 * now is lost, and the publisher has another way to heal it.
 */
export interface ClusterBus {
  /** The id of this instance, as the others know it. */
  readonly instanceId: string;
  /** Sends a message to every other instance. */
  publish(event: string, message: unknown): void;
  /** Sends a message to those other instances that have sockets in a room, and costs the rest nothing; in the order of the calls. */
  publishToRoom(room: string, event: string, message: unknown): void;
  /** Calls back for what other instances publish; returns its stop. A message comes from this program, of any version. */
  subscribe(event: string, listener: (message: unknown, instanceId: string) => void): () => void;
  /** Requests an answer of one other instance. @throws CodedError `unavailable` when none comes within so many milliseconds. */
  request(instanceId: string, event: string, message: unknown, timeoutMs: number): Promise<unknown>;
  /**
   * Requests answers of those other instances that have sockets in a room, and costs the rest nothing. Resolves with the
   * answers as soon as all are here, or with those that came within so many milliseconds. Never rejects.
   */
  requestRoom(room: string, event: string, message: unknown, timeoutMs: number): Promise<readonly unknown[]>;
  /** Replies to what other instances request; one handler for each event. Returns its stop. */
  reply(event: string, answer: (message: unknown) => unknown): () => void;
  /**
   * Null where everything that any instance sends to a room from now on reaches the sockets here that are in it; else
   * it resolves when it does, or, where that cannot be had now, soon. Never rejects.
   */
  subscribed(room: string): Promise<void> | null;
}

/** The bus of a single node: there are no other instances. */
export function singleNodeBus(instanceId: string): ClusterBus {
  const nothing = () => () => {};
  return {
    instanceId,
    publish: () => {},
    publishToRoom: () => {},
    subscribe: nothing,
    request: () => Promise.reject(new Error('there are no other instances')),
    requestRoom: () => Promise.resolve([]),
    reply: nothing,
    subscribed: () => null,
  };
}
