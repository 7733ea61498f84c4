import type { KeyValueStorage } from '../../../lib/device-storage.ts';

const CHOSEN_KEY = 'cowatch.panel';
const FOLDED_KEY = 'cowatch.panels-folded';

/** What is remembered of the panels beside a party's picture: whether they are folded on this device, and which one this tab shows. */
export interface PanelMemory {
  readonly chosen: string | null;
  readonly folded: boolean;
  choose(id: string): void;
  fold(folded: boolean): void;
}

/**
 * @param device keeps whether they are folded: how somebody likes their window
 * @param tab keeps which one was chosen: a reload shows it again, a new tab begins anew
 */
export function panelMemory(device: KeyValueStorage, tab: KeyValueStorage): PanelMemory {
  return {
    get chosen() {
      return tab.getItem(CHOSEN_KEY);
    },
    get folded() {
      return device.getItem(FOLDED_KEY) === 'yes';
    },
    choose: (id) => tab.setItem(CHOSEN_KEY, id),
    fold: (folded) => (folded ? device.setItem(FOLDED_KEY, 'yes') : device.removeItem(FOLDED_KEY)),
  };
}

/** The panel where people talk. */
const CHAT = 'chat';

/**
 * The panel that is shown: the one that was chosen; before anybody chose, the chat where there is somebody to talk to, and for
 * one person alone the first, which tells how others come.
 *
 * @param ids of the panels that there are, in their order
 * @param company there has been somebody else here
 */
export function shownPanel(ids: readonly string[], chosen: string | null, company: boolean): string {
  if (chosen !== null && ids.includes(chosen)) return chosen;
  if (company && ids.includes(CHAT)) return CHAT;
  return ids[0] ?? '';
}
