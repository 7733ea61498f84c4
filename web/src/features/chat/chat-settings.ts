import { Listeners } from '@cowatch/shared/listeners';
import { useSyncExternalStore } from 'react';
import { type KeyValueStorage, storage } from '../../lib/device-storage.ts';

const KEY = 'cowatch.chat';

/** How somebody likes the chat on this device. */
export interface ChatSettingsState {
  /** New lines are read aloud to who listens to the page. */
  readonly aloud: boolean;
  /** New lines are shown over the video where there is no panel beside it. */
  readonly over: boolean;
}

/** How the chat is liked on this device, and remembered there. */
export class OwnChatSettings {
  readonly #storage: KeyValueStorage;
  readonly #changes = new Listeners();
  state: ChatSettingsState;

  constructor(kept: KeyValueStorage) {
    this.#storage = kept;
    const off = (kept.getItem(KEY) ?? '').split(' ');
    this.state = { aloud: !off.includes('no-aloud'), over: !off.includes('no-over') };
  }

  readonly subscribe = this.#changes.add;

  set(change: Partial<ChatSettingsState>): void {
    this.state = { ...this.state, ...change };
    const { aloud, over } = this.state;
    const off = [...(aloud ? [] : ['no-aloud']), ...(over ? [] : ['no-over'])].join(' ');
    if (off === '') this.#storage.removeItem(KEY);
    else this.#storage.setItem(KEY, off);
    this.#changes.emit();
  }
}

export const ownChatSettings = new OwnChatSettings(storage);

export const useOwnChatSettings = () => useSyncExternalStore(ownChatSettings.subscribe, () => ownChatSettings.state);
