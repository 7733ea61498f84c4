import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

/** Languages that the emoji picker can be searched in. */
const LANGUAGES = ['en'];

/** Where the pages find them: `/emoji/en/data.json` and `/emoji/en/messages.json`, as emojibase names them. */
const FOLDER = 'emoji';

interface EmojiEntry {
  readonly emoji: string;
  readonly group?: number;
  readonly subgroup?: number;
  readonly version: number;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | readonly number[] }[];
}

/** The names and search words of all emojis, served from here: no page asks another host for them. A third of what the package holds is what the picker reads. */
export function emojiData(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  const read = (path: string): unknown => JSON.parse(readFileSync(resolve(`emojibase-data/${path}`), 'utf8'));
  const files = new Map<string, () => string>(
    LANGUAGES.flatMap((language) => [
      [`${FOLDER}/${language}/data.json`, () => JSON.stringify((read(`${language}/data.json`) as EmojiEntry[]).map(whatIsRead))],
      [`${FOLDER}/${language}/messages.json`, () => JSON.stringify(read(`${language}/messages.json`))],
    ]),
  );
  return {
    name: 'cowatch:emoji-data',
    generateBundle() {
      for (const [fileName, content] of files) this.emitFile({ type: 'asset', fileName, source: content() });
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const content = files.get((request.url ?? '').slice(1).replace(/\?.*$/, ''));
        if (!content) return next();
        response.setHeader('content-type', 'application/json');
        response.end(content());
      });
    },
  };
}

function whatIsRead({ emoji, group, subgroup, version, label, tags, skins }: EmojiEntry) {
  return { emoji, group, subgroup, version, label, tags, skins: skins?.map(({ emoji: toned, tone }) => ({ emoji: toned, tone })) };
}
