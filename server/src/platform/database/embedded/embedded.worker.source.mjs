// Starts the thread from its TypeScript source, in development and tests: tsx does not follow into threads by itself.
import { register } from 'tsx/esm/api';

register();
await import('./embedded.worker.ts');
