// `npm run backup -- <file>` and `npm run restore -- <file>`: the server's other commands.

import { checkNode, ensureBuilt, ensureInstalled } from './prepare.mjs';

try {
  checkNode();
  await ensureInstalled();
  await ensureBuilt({ web: false });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
const { runCommand } = await import('../server/dist/cli/main.js');
process.exitCode = await runCommand(process.argv.slice(2));
