export * from './clock-filter.ts';
export * from './ramp.ts';
export * from './slewed-clock.ts';
