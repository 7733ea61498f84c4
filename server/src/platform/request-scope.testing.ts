import { clockPingSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { createMachineClock } from './clock/cluster-clock.ts';
import { HealthRegistry } from './health/health.ts';
import { createHttpApp } from './http/http-app.ts';
import { createLogger } from './log/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { endInOrder } from './shutdown/shutdown.ts';
import { createSocketServer } from './socket/socket-server.ts';

// A server whose requests leave behind what nobody catches, in every way that is known.

const config = loadConfig({ DATA_DIR: '/nonexistent' });
const log = createLogger({ level: 'info' });
const metrics = createMetrics({ processMetrics: false });
const later = (work: () => void) => void setTimeout(work, 1);
const reject = () => void Promise.reject(new Error('left behind'));
const fail = () => {
  throw new Error('left behind');
};

const app = await createHttpApp({
  config,
  log,
  metrics,
  health: new HealthRegistry(),
  registerApi(api) {
    const body = z.strictObject({ how: z.enum(['reject', 'throw']), answers: z.boolean() });
    api.post('/leave', { schema: { body } }, async (request, reply) => {
      const { how, answers } = request.body;
      if (answers) reply.send({ well: true });
      later(how === 'reject' ? reject : fail);
      // Who does not answer leaves it to what was left behind.
      if (!answers) await new Promise(() => {});
      return reply;
    });
    api.get('/leave', { onRequest: async () => reject() }, () => ({ well: true }));
  },
});
const sockets = createSocketServer({
  config,
  log,
  metrics,
  clock: createMachineClock(),
  identify: () => ({ viewerId: 'ana', deviceId: null }),
});
sockets.onCommand('clock:ping', {
  schema: clockPingSchema,
  limit: { bucket: 'clock', perS: 10, burst: 10 },
  handle() {
    later(reject);
    return new Promise(() => {});
  },
});
sockets.attach(app.server);
endInOrder({ log, stop: () => app.close(), rescue: async () => {} });
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
