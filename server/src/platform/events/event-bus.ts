import { Listeners } from '@cowatch/shared/listeners';
import type { Logger } from '../log/log.ts';

/**
 * Every event by name, with what it carries. A feature adds its own where it emits them:
 * `declare module '../platform/events/event-bus.ts' { interface EventMap { 'queue.advanced': QueueAdvanced } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging.
export interface EventMap {}

export type EventName = keyof EventMap;

/** Listener of an event. It is called in the step that emitted it: whatever takes long is not awaited. */
export type EventListener<E extends EventName> = (event: EventMap[E]) => void | Promise<void>;

/**
 * Typed event bus of one instance: features hear of each other without importing each other. An event is emitted on the
 * instance where it happened, once; what every instance must know goes over the cluster bus.
 */
export interface EventBus {
  /** Subscribes; returns its stop. A listener that throws or rejects is logged, and harms no other. */
  on<E extends EventName>(name: E, listener: EventListener<E>): () => void;
  /** Calls the listeners in the order in which they subscribed. Costs one look-up where there are none. Never throws. */
  emit<E extends EventName>(name: E, event: EventMap[E]): void;
}

export function createEventBus(log: Logger): EventBus {
  const listeners = new Map<string, Listeners<[event: never]>>();
  const failed = (error: unknown, name: string) => log.error({ err: error, event: name }, 'an event listener failed');
  return {
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Listeners<[event: never]>((error) => failed(error, name));
      listeners.set(name, ofName);
      // One entry a subscription: the same function may subscribe twice, and each stop ends its own.
      return ofName.add((event) => {
        const result = listener(event);
        if (result instanceof Promise) result.catch((error) => failed(error, name));
      });
    },
    emit(name, event) {
      listeners.get(name)?.emit(event as never);
    },
  };
}
