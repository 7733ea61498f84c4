import { join } from 'node:path';
import { banner, findFfmpeg, ownVersion } from './banner.ts';
import { type Config, loadConfig } from './config.ts';
import { FEATURES } from './features.ts';
import { BUILDS_FOLDER, keepBuild } from './platform/http/page-builds.ts';
import { WEB_ROOT } from './platform/http/pages.ts';
import { createLogger, type Logger } from './platform/log/log.ts';
import { OperatorError } from './platform/operator-error.ts';
import { endInOrder } from './platform/shutdown/shutdown.ts';
import { startServer } from './server.ts';

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ level: config.logLevel });
  warnOfWhatIsNotUsed(config, log);
  // What is found before there is anything to end in order ends the process as a failed start does.
  let onFatal: (error: OperatorError) => void = cannotStart;
  const [server, ffmpeg] = await Promise.all([
    startServer({ config, log, features: FEATURES, onFatal: (error) => onFatal(error) }),
    findFfmpeg(),
  ]);
  const endFor = endInOrder({ log, stop: server.stop, rescue: server.flush });
  onFatal = ({ message }) => endFor(message);
  void keepBuild(WEB_ROOT, join(config.dataDir, BUILDS_FOLDER), log);
  const { port, database, redis } = server;
  process.stdout.write(banner({ config, port, database, redis, ffmpeg, version: ownVersion() }));
}

function warnOfWhatIsNotUsed(config: Config, log: Logger): void {
  if (config.s3 !== null) log.warn('S3 storage is set up, and nothing in this version stores media');
  if (config.streamLimit !== null) log.warn('STREAM_LIMIT is set, and nothing in this version limits streams');
}

/** What an operator can mend is said in words; anything else is a fault of this program and is shown whole. */
function cannotStart(error: unknown): never {
  const isMendable = error instanceof OperatorError || !(error instanceof Error);
  const text = isMendable ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message);
  process.stderr.write(`Cowatch cannot start.\n${text}\n`);
  process.exit(1);
}

await main().catch(cannotStart);
