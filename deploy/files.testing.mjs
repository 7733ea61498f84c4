// What the tests of this folder read the project's files with.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

export const readText = (path) => readFileSync(join(ROOT, path), 'utf8');

/** The one document of a YAML file, with merge keys applied. Throws where it is no good YAML. */
export function readYaml(path) {
  const [document, ...others] = parseAllDocuments(readText(path), { merge: true });
  if (document === undefined || others.length > 0) throw new Error(`${path} must hold one document`);
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS();
}

/** Every environment variable that the server knows, as its configuration declares them. */
export function knownVariables() {
  const source = readText('server/src/config.ts');
  const start = source.indexOf('const environmentSchema = z.object({');
  const schema = source.slice(start, source.indexOf('\n});', start));
  const names = [...schema.matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)].map(([, name]) => name);
  if (!names.includes('PORT')) throw new Error('the variables are not where they are looked for');
  return names;
}

/** Longest orderly end of an instance, in seconds. */
export function shutdownSeconds() {
  const source = readText('server/src/platform/shutdown/shutdown.ts');
  const ms = /SHUTDOWN_TIMEOUT_MS = ([\d_]+)/.exec(source)?.[1];
  return Number(ms?.replaceAll('_', '')) / 1000;
}
