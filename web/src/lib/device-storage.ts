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

/**
 * This device's storage, or one in memory where the browser closes it to the page, from the beginning or later on. Nothing
 * of it ever throws: what would have been remembered is a comfort, not a duty.
 */
const deviceStorage = () => orInMemory(() => window.localStorage);

/** The same for this tab: it outlives a reload where the browser lets tabs keep anything. */
export const tabStorage = () => orInMemory(() => window.sessionStorage);

function orInMemory(open: () => KeyValueStorage): KeyValueStorage {
  const memory = memoryStorage();
  const orMemory = <T>(use: (storage: KeyValueStorage) => T): T => {
    try {
      return use(open());
    } catch {
      // Closed (`SecurityError`), or full.
      return use(memory);
    }
  };
  return {
    getItem: (key) => memory.getItem(key) ?? orMemory((storage) => storage.getItem(key)),
    setItem(key, value) {
      memory.removeItem(key);
      orMemory((storage) => storage.setItem(key, value));
    },
    removeItem(key) {
      memory.removeItem(key);
      orMemory((storage) => storage.removeItem(key));
    },
  };
}

/** What this device keeps between visits. */
export const storage = deviceStorage();

/** A list that was kept as JSON. It may be from another version, or from a curious hand: what does not fit is left out. */
export function readList<T>(storage: KeyValueStorage, key: string, fits: (value: unknown) => value is T): readonly T[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter(fits) : [];
  } catch {
    return [];
  }
}
