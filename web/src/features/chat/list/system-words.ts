import '../chat-panel-words.ts';
import type { SystemNote } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';
import { formatTime, waitWords } from '../../../lib/format-time.ts';
import { isolated } from '../../../lib/isolated.ts';

/** What happened in the party, in a sentence. */
export function systemWords(t: TFunction, note: SystemNote): string {
  switch (note.what) {
    case 'played':
    case 'paused':
    case 'loaded':
      return t(`system.${note.what}`, { name: namesWords(t, note.names) });
    case 'jumped':
      return t('system.jumped', { name: namesWords(t, note.names), time: formatTime(note.positionS) });
    case 'rate':
      return t('system.rate', { name: namesWords(t, note.names), rate: note.rate });
    case 'joined':
    case 'left':
      return t(`system.${note.what}`, { names: namesWords(t, note.names, note.more), count: note.names.length + note.more });
    case 'queued': {
      const [title = ''] = note.titles;
      const count = note.titles.length + note.more;
      const name = namesWords(t, note.names);
      if (count > 1) return t('system.queuedMany', { name, count });
      return title === '' ? t('system.queuedUntitled', { name }) : t('system.queued', { name, title: isolated(title) });
    }
    case 'cleared':
      return note.by === null ? t('system.clearedPlain') : t('system.cleared', { name: isolated(note.by) });
    case 'settings': {
      const { slowMs } = note.settings;
      if (slowMs === 0) return t('system.slowOff');
      const time = waitWords(slowMs, document.documentElement.lang);
      return note.by === null ? t('system.slowCrowd', { time }) : t('system.slow', { name: isolated(note.by), time });
    }
  }
}

/** "Ana", "Ana and Ben", "Ana, Ben and 3 more". */
export function namesWords(t: TFunction, names: readonly string[], more = 0): string {
  const [first = '', second = '', third = '', ...rest] = names.map(isolated);
  if (more === 0 && rest.length === 0) {
    if (third !== '') return t('chat.three', { first, second, third });
    return second === '' ? first : t('chat.two', { first, second });
  }
  return second === '' ? t('chat.oneMore', { first, count: more }) : t('chat.many', { first, second, count: names.length + more - 2 });
}
