/** The part of `localStorage` that is used; tests pass a map. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A storage that forgets on reload: for pages whose storage is closed (private windows, strict settings). */
export function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      values.set(key, value);
    },
    removeItem: (key) => {
      values.delete(key);
    },
  };
}

/** This device's storage, or one in memory where the browser closes it to the page. Writing never throws. */
export function deviceStorage(): KeyValueStorage {
  let storage: Storage;
  try {
    storage = window.localStorage;
    storage.getItem('cowatch');
  } catch {
    return memoryStorage();
  }
  return {
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => {
      try {
        storage.setItem(key, value);
      } catch {
        // Full: what would have been remembered is a comfort, not a duty.
      }
    },
    removeItem: (key) => storage.removeItem(key),
  };
}

/** A list that was kept as JSON. It may be from another version, or from a curious hand: what does not fit is left out. */
export function readList<T>(storage: KeyValueStorage, key: string, fits: (value: unknown) => value is T): readonly T[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter(fits) : [];
  } catch {
    return [];
  }
}
