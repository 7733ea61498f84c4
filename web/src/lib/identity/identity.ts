import { Listeners } from '@cowatch/shared/listeners';
import type { Me } from '@cowatch/shared/protocol';
import { type KeyValueStorage, memoryStorage, storage, tabStorage } from '../device-storage.ts';

const VIEWER_KEY = 'cowatch.viewer';
const TOKEN_KEY = 'cowatch.tab-token';

/**
 * Who is here, kept once for the whole page: the server's last word, the viewer that this browser remembers from one visit to
 * the next, and the token of a tab that has an identity of its own. It asks nothing itself: `api.ts` beside it does.
 */
export class Identity {
  readonly #device: KeyValueStorage;
  readonly #tab: KeyValueStorage;
  /** The guest of this tab alone, where the browser's other tabs are not theirs. */
  readonly #guestOfTab = memoryStorage();
  readonly #changed = new Listeners();
  readonly #replaced = new Listeners();
  #token: string | undefined;
  #me: Me | null = null;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #comesBackAs: string | null = null;
  #forgetful: boolean;

  /**
   * @param device what all tabs of the browser share
   * @param tab what outlives a reload of this tab
   * @param forgetful this browser keeps no cookies
   */
  constructor(device: KeyValueStorage, tab: KeyValueStorage, forgetful = false) {
    this.#device = device;
    this.#tab = tab;
    this.#forgetful = forgetful;
    this.#token = tab.getItem(TOKEN_KEY) ?? undefined;
  }

  /** Who is here, as the server said last; null until it has. */
  get me(): Me | null {
    return this.#me;
  }

  /** Calls back when the server says something else of who is here; returns its stop. */
  readonly subscribe = (listener: () => void): (() => void) => this.#changed.add(listener);

  /** Calls back when somebody else is here than was; returns its stop. */
  onReplaced(listener: () => void): () => void {
    return this.#replaced.add(listener);
  }

  /** Takes the server's word. */
  heard(me: Me, nowMs = performance.now()): void {
    const isAnother = this.#me !== null && this.#me.viewerId !== me.viewerId;
    this.#me = me;
    this.#heardAtMs = nowMs;
    this.#changed.emit();
    if (isAnother && !this.#forgetful) this.#replaced.emit();
  }

  /** Did the server say who is here within so many milliseconds? */
  isFresh(withinMs: number, nowMs = performance.now()): boolean {
    return nowMs - this.#heardAtMs < withinMs;
  }

  /** The token of this tab; undefined where the browser's cookie says who is here. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The same, for what takes a token where there is one. */
  ownToken(): { readonly token?: string } {
    return this.#token === undefined ? {} : { token: this.#token };
  }

  keepToken(token: string): void {
    this.#token = token;
    this.#tab.setItem(TOKEN_KEY, token);
  }

  /** The next who is here gets a token of this tab. */
  dropToken(): void {
    this.#token = undefined;
    this.#tab.removeItem(TOKEN_KEY);
    this.#me = null;
    this.#changed.emit();
  }

  /** Who was here last; null where nobody was. A tab with an identity of its own says nothing of who the others are. */
  get viewerId(): string | null {
    return this.#viewers.getItem(VIEWER_KEY);
  }

  remember(viewerId: string): void {
    this.#viewers.setItem(VIEWER_KEY, viewerId);
  }

  /** Nobody knows who is here until the server says so. */
  forget(): void {
    this.#viewers.removeItem(VIEWER_KEY);
  }

  /** What was erased leaves no viewer behind, neither of this tab nor of the browser. */
  forgetEverywhere(): void {
    this.#guestOfTab.removeItem(VIEWER_KEY);
    this.#device.removeItem(VIEWER_KEY);
  }

  get #viewers(): KeyValueStorage {
    return this.#token === undefined ? this.#device : this.#guestOfTab;
  }

  /** Somebody is who they were on an earlier visit: their cookie is kept. */
  noteComesBack(viewerId: string): void {
    this.#comesBackAs = viewerId;
  }

  /** Does this browser bring somebody back to the server? Undefined while that is not known of them. */
  isKept(viewerId: string): boolean | undefined {
    if (this.#token !== undefined) return true;
    if (this.#forgetful) return false;
    return this.#comesBackAs === viewerId ? true : undefined;
  }

  /** This browser is somebody new at every request. */
  noteForgetful(): void {
    this.#forgetful = true;
  }
}

export const identity = new Identity(storage, tabStorage(), globalThis.navigator?.cookieEnabled === false);
