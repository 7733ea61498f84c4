/** Time-out: true where the work is done within `waitMs` milliseconds, false where it takes longer; throws what it throws in time. */
export async function settlesWithin(work: Promise<unknown>, waitMs: number): Promise<boolean> {
  if (waitMs === Number.POSITIVE_INFINITY) return work.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, waitMs, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
