// `npm run dev`: both ends from their sources, restarted or reloaded on every change. Open the address that Vite says;
// it passes the API and the sockets on to the server.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureInstalled, ROOT } from './prepare.mjs';

try {
  checkNode();
  await ensureInstalled();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

const port = process.env.PORT || '3000';
const serverArgs = ['--watch', '--watch-preserve-output', '--conditions=source', '--import', 'tsx', 'src/main.ts'];
const server = spawn(process.execPath, serverArgs, {
  cwd: join(ROOT, 'server'),
  stdio: 'inherit',
  env: { ...process.env, PORT: port, DATA_DIR: process.env.DATA_DIR || join(ROOT, 'data') },
});
const vite = spawn(process.execPath, [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')], {
  cwd: join(ROOT, 'web'),
  stdio: 'inherit',
  env: { ...process.env, COWATCH_SERVER_URL: `http://127.0.0.1:${port}` },
});

const children = [server, vite];
let ending = false;

function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(0));
for (const child of children) child.once('exit', (code) => end(code ?? 1));
