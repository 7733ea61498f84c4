import { loadConfig } from '../../config.ts';
import { createMachineClock } from '../clock/cluster-clock.ts';
import { HealthRegistry } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createSocketServer } from '../socket/socket-server.ts';
import { createHttpApp } from './http-app.ts';

// A server in a process of its own, whose descriptors can be used up.

const config = loadConfig({ DATA_DIR: '/nonexistent' });
const log = createLogger({ level: 'info' });
const metrics = createMetrics({ processMetrics: false });
const health = new HealthRegistry();
const app = await createHttpApp({
  config,
  log,
  metrics,
  health,
  registerApi: (api) => {
    api.get('/any', () => ({}));
  },
});
const sockets = createSocketServer({
  config,
  log,
  metrics,
  clock: createMachineClock(),
  identify: () => ({ viewerId: 'ana', deviceId: null }),
});
sockets.attach(app.server);
health.serving();
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
