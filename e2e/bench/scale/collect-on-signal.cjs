// Loaded into what is measured, before its own program: on SIGUSR2 it collects its garbage, so that memory is what is kept.

const { isMainThread } = require('node:worker_threads');

if (isMainThread) process.on('SIGUSR2', () => globalThis.gc());
