import { createLogger } from '../log/log.ts';
import { endInOrder } from './shutdown.ts';

// A process that ends in the way its argument says.
const how = process.argv[2];
const say = (text: string) => process.stdout.write(`${text}\n`);
const log = createLogger({ level: 'info' });
const alive = setInterval(() => {}, 1000);

endInOrder({
  log,
  async stop() {
    say('stopping');
    if (how === 'hang') await new Promise(() => {});
    say('stopped');
    clearInterval(alive);
  },
  async rescue() {
    say('rescued');
  },
});
if (how === 'throw') setTimeout(() => JSON.parse('{'), 1);
if (how === 'reject') void Promise.reject(new Error('nobody awaits this'));
say('ready');
