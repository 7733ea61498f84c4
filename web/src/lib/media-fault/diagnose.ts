import type { LinkLook, MediaKind } from '@cowatch/shared/protocol';
import { callApi } from '../http/http.ts';
import { lackedCodec } from './codecs.ts';
import { faultOfStatus, type MediaFault } from './media-fault.ts';
import { type Reading, readAddress } from './read-address.ts';
import { faultOfDash, faultOfHls } from './streams.ts';

/** What is the matter with an address that does not play. */
export interface Diagnosis {
  /** Null where nothing is found to be in the way. */
  readonly fault: MediaFault | null;
  /** What it turns out to be, where the address says something else; a player of that kind may play it. */
  readonly kind: 'file' | 'hls' | 'dash' | null;
}

/** Longest wait for a diagnosis, in milliseconds: a person waits for the sentence. */
const DIAGNOSIS_MS = 6000;

const of = (fault: MediaFault | null, kind: Diagnosis['kind'] = null): Diagnosis => ({ fault, kind });

/**
 * Finds out why an address does not play: from what the other site lets this page see, and where that is nothing, from
 * what our server sees there. Never rejects.
 *
 * @param kind as the party plays it
 */
export async function diagnose(url: string, kind: MediaKind): Promise<Diagnosis> {
  const signal = AbortSignal.timeout(DIAGNOSIS_MS);
  return judge(url, kind, await readAddress(absolute(url), signal), signal);
}

/** The same from a reading that there is already. */
export async function judge(url: string, kind: MediaKind, reading: Reading, signal: AbortSignal): Promise<Diagnosis> {
  switch (reading.kind) {
    case 'read': {
      const fault = faultOfStatus(reading.status);
      if (fault) return of(fault);
      const { what } = reading.head;
      if (what === 'hls') return of(await faultOfHls(reading, signal), kind === 'hls' || kind === 'mux' ? null : 'hls');
      if (what === 'dash') return of(faultOfDash(reading), kind === 'dash' ? null : 'dash');
      return ofFile(reading.head, kind);
    }
    case 'hidden':
      return ofLook(await look(url), kind);
    case 'silent':
      return of({ cause: 'silent' });
    case 'unreachable':
      return of({ cause: (await isOnline()) ? 'unreachable' : 'offline' });
  }
}

function ofFile({ what, codecs, foreign }: Pick<LinkLook, 'what' | 'codecs' | 'foreign'>, kind: MediaKind): Diagnosis {
  if (what === 'page' || what === 'other') return of({ cause: 'notAVideo' });
  if (foreign !== null) return of({ cause: 'codec', part: 'file', codec: foreign });
  return of(lackedCodec(codecs), kind === 'file' ? null : 'file');
}

/** This page was shown nothing: what our server sees is believed where it saw something. */
function ofLook({ outcome, status, what, codecs, foreign }: LinkLook, kind: MediaKind): Diagnosis {
  const isStream = kind === 'hls' || kind === 'dash' || kind === 'mux' || what === 'hls' || what === 'dash';
  const fault = outcome === 'answered' && status !== null ? faultOfStatus(status) : null;
  if (fault) return of(fault);
  // Players read streams as pages do, and were not let either.
  if (isStream && (what === null || what === 'hls' || what === 'dash')) return of({ cause: 'ownSite' });
  if (what === null) return of(null);
  return ofFile({ what, codecs, foreign }, kind);
}

async function look(url: string): Promise<LinkLook> {
  try {
    return await callApi<LinkLook>('GET', `/media/look?url=${encodeURIComponent(absolute(url))}`);
  } catch {
    return { outcome: 'unseen', status: null, what: null, codecs: [], foreign: null, cors: null };
  }
}

/** Does this device reach anything at all? Our own server is asked. */
async function isOnline(): Promise<boolean> {
  if (!navigator.onLine) return false;
  return fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(3000) }).then(
    () => true,
    () => false,
  );
}

const absolute = (url: string) => new URL(url, window.location.href).href;
