import { banner, findFfmpeg, ownVersion } from './banner.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { FolderInUseError } from './platform/database/embedded/folder-lock.ts';
import { SchemaTooNewError } from './platform/database/migrate.ts';
import { ListenError } from './platform/http/listen.ts';
import { createLogger, type Logger } from './platform/log/log.ts';
import { endInOrder } from './platform/shutdown/shutdown.ts';
import { createResumeFeature } from './resume/index.ts';
import { startServer } from './server.ts';
import { createSessionsFeature } from './sessions/index.ts';

/** Every room of the house. */
const FEATURES = [createSessionsFeature, createResumeFeature];

/** What an operator can mend; anything else is a fault of this program and is shown whole. */
const MENDABLE = [ConfigError, FolderInUseError, SchemaTooNewError, ListenError];

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ level: config.logLevel });
  warnOfWhatIsNotUsed(config, log);
  const [server, ffmpeg] = await Promise.all([startServer({ config, log, features: FEATURES }), findFfmpeg()]);
  endInOrder({ log, stop: server.stop, rescue: server.flush });
  const { port, database, redis } = server;
  process.stdout.write(banner({ config, port, database, redis, ffmpeg, version: ownVersion() }));
}

function warnOfWhatIsNotUsed(config: Config, log: Logger): void {
  if (config.s3 !== null) log.warn('S3 storage is set up, and nothing in this version stores media');
  if (config.streamLimit !== null) log.warn('STREAM_LIMIT is set, and nothing in this version limits streams');
}

try {
  await main();
} catch (error) {
  const mendable = error instanceof Error && MENDABLE.some((kind) => error instanceof kind);
  const text = mendable ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Cowatch cannot start.\n${text}\n`);
  process.exit(1);
}
