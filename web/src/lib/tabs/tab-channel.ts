/** Over which tabs of this browser tell each other something. The one that tells does not hear it. */
export interface TabChannel extends EventTarget {
  postMessage(message: unknown): void;
  close(): void;
}

/** A channel of that name; where the browser closes it to the page (storage and cookies blocked), one that nobody hears. */
export function openTabChannel(name: string): TabChannel {
  try {
    return new BroadcastChannel(name);
  } catch {
    return Object.assign(new EventTarget(), { postMessage() {}, close() {} });
  }
}
