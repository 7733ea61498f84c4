export * from './drift-ladder.ts';
export * from './latency-book.ts';
export * from './median.ts';
export * from './thresholds.ts';
