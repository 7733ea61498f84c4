export * from './clock-filter.ts';
export * from './slewed-clock.ts';
