import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../shared/src/', import.meta.url));

/** `import {…} from '…'`, `export {…} from '…'`, `import '…'`: what is named, if anything is, and from where. */
const STATEMENT = /^(?:import|export)\s+(type\s)?(?:([^'"();]*?)\s*from\s+)?'([^']+)';/gm;

interface Import {
  readonly file: string;
  /** The exports that are wanted; null for all. */
  readonly names: readonly string[] | null;
  /** Passes on all that the file exports. */
  readonly star?: boolean;
}

/**
 * The modules of our own that some module needs at once, itself left out: what it imports statically, and what those do.
 * Types count for nothing; of a module that only passes on what others export, only what is wanted counts.
 */
export function staticImports(root: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = ({ file, names }: Import) => {
    const text = readFileSync(file, 'utf8');
    const statements = statementsOf(file, text);
    if (file.endsWith('index.ts') && names !== null) {
      found.add(file);
      for (const { file: from, names: passed, star } of statements) {
        const wanted = star ? names.filter((name) => exportsIt(from, name)) : passed?.filter((it) => names.includes(it));
        if (wanted === undefined || wanted.length > 0) visit({ file: from, names: wanted ?? null });
      }
      return;
    }
    if (found.has(file)) return;
    found.add(file);
    for (const each of statements) visit(each);
  };
  visit({ file: root, names: null });
  found.delete(root);
  return found;
}

function statementsOf(file: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].flatMap(([, type, clause, from = '']) => {
    const target = type === undefined ? fileOf(file, from) : null;
    if (target === null) return [];
    if (clause === '*') return [{ file: target, names: null, star: true }];
    const braces = /\{([^}]*)\}/.exec(clause ?? '')?.[1];
    const names = braces
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => name.split(/\s+as\s+/)[0] ?? name);
    return names?.length === 0 ? [] : [{ file: target, names: names ?? null }];
  });
}

const exportsIt = (file: string, name: string) =>
  new RegExp(`^export (?:async )?(?:const|function|class) ${name}\\b`, 'm').test(readFileSync(file, 'utf8'));

/** The file of our own that is meant; null for packages and for what is no program. */
function fileOf(importer: string, from: string): string | null {
  const shared = /^@cowatch\/shared\/(\w+)$/.exec(from)?.[1];
  const file = shared ? join(SHARED, shared, 'index.ts') : resolve(dirname(importer), from);
  return (shared || from.startsWith('.')) && /\.tsx?$/.test(file) && existsSync(file) ? file : null;
}
