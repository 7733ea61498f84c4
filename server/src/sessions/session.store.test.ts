import { sessionStoreContract } from './session.store.contract.ts';
import { createMemorySessionStore } from './session.store.memory.ts';

sessionStoreContract('memory', createMemorySessionStore);
