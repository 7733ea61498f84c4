export * from './change.ts';
export * from './change-over.ts';
export * from './decide-queue.ts';
export * from './item-id.ts';
export * from './queue-actions.ts';
export * from './queue-record.ts';
export * from './queue-view.ts';
export * from './skip-votes.ts';
