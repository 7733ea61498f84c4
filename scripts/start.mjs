// `npm start`: from a fresh checkout to a running server with one command.

import { checkNode, ensureBuilt, ensureInstalled } from './prepare.mjs';

try {
  checkNode();
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`Cowatch cannot start.\n${error.message}\n`);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
// In this very process: so that signals reach the server, and not only whoever started it.
await import('../server/dist/main.js');
