import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** `import { Play, X as Close } from 'lucide-react';` */
const IMPORT = /^import \{([^}]*)\} from 'lucide-react';/gm;

/** `export { default as Play, default as PlayIcon } from './icons/play.mjs';` */
const EXPORT = /^export \{([^}]*)\} from '\.\/icons\/([\w-]+)\.mjs';/gm;

/** Which pictures a module of the package is: `…/icons/play.mjs`; null for its other modules. */
export const iconOf = (id: string): string | null => /[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/]([\w-]+)\.mjs/.exec(id)?.[1] ?? null;

/** The pictures that some modules of our own import, by the names of their files in the package. */
export function iconsOf(modules: Iterable<string>): ReadonlySet<string | null> {
  const fileOf = filesByName();
  const icons = new Set<string>();
  for (const module of modules) {
    for (const [, names = ''] of readFileSync(module, 'utf8').matchAll(IMPORT)) {
      for (const name of names.split(',')) {
        const icon = fileOf.get(name.trim().split(/\s+as\s+/)[0] ?? '');
        if (icon !== undefined) icons.add(icon);
      }
    }
  }
  return icons;
}

/** A picture has several names; what it is in is named after one of them. */
function filesByName(): ReadonlyMap<string, string> {
  const { resolve } = createRequire(import.meta.url);
  const text = readFileSync(resolve('lucide-react').replace(/cjs[\\/]lucide-react\.\w+$/, 'esm/lucide-react.mjs'), 'utf8');
  return new Map(
    [...text.matchAll(EXPORT)].flatMap(([, names = '', icon = '']) =>
      names.split(',').map((name): [string, string] => [name.replace('default as', '').trim(), icon]),
    ),
  );
}
