/** A promise that is settled by hand. */
export function deferred<T = void>(): {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is ready run; nothing in it waits for time. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

/** What has become of a promise so far. */
export async function stateOf<T>(promise: Promise<T>): Promise<T | 'pending'> {
  await settle();
  return Promise.race([promise, Promise.resolve('pending' as const)]);
}
