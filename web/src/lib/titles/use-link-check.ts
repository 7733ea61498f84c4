import './words.ts';
import { isServedKind, type MediaKind, type MediaRef } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useRef, useState } from 'react';
import { faultWordsAndAdvice } from '../media-fault/fault-words.ts';
import { isFinal, type MediaFault } from '../media-fault/media-fault.ts';
import { type LinkProbe, probeLink } from '../media-fault/probe-link.ts';
import { checkVideoLink, type LinkProblem, type LinkVerdict } from './video-link.ts';

/** What is wrong with a pasted link: its letters, or what is behind it. */
export type LinkTrouble =
  | { readonly kind: 'link'; readonly problem: LinkProblem | 'refused'; readonly service: string }
  | { readonly kind: 'fault'; readonly fault: MediaFault };

export interface LinkCheck {
  readonly checking: boolean;
  readonly trouble: LinkTrouble | null;
  /** What to start with all the same, where that makes sense: others may be able to play what this browser cannot. */
  readonly anyway: MediaRef | null;
  /** The link of a video, after it was tried; null where there is something to say first (`trouble`). */
  check(text: string, onParty?: (sessionId: string) => void): Promise<MediaRef | null>;
  /** Begins to try what was pasted while its owner looks for the button. */
  ahead(text: string): void;
  setTrouble(trouble: LinkTrouble | null): void;
  /** What a text leads to, where it was looked at and can be played; else null. */
  seen(text: string): MediaRef | null;
}

type Video = Extract<LinkVerdict, { readonly kind: 'video' }>;

/** What was found out about a link counts for so long, in milliseconds. */
const FRESH_MS = 15_000;

/** Probes of links: one that was tried a moment ago is not tried again. */
function useProbes() {
  const [found, setFound] = useState<{ readonly url: string; readonly ref: MediaRef } | null>(null);
  const known = useRef<{ readonly url: string; readonly atMs: number; readonly probe: Promise<LinkProbe> } | null>(null);
  const probe = useCallback((verdict: Video) => {
    const { url, mediaKind } = verdict;
    const last = known.current;
    if (last?.url === url && performance.now() - last.atMs < FRESH_MS) return last.probe;
    const next = probeLink(url, mediaKind);
    known.current = { url, atMs: performance.now(), probe: next };
    void next.then((probed) => {
      if (known.current?.probe === next) setFound(probed.plays ? { url, ref: refOf(verdict, probed.kind) } : null);
    });
    return next;
  }, []);
  const forget = useCallback(() => {
    known.current = null;
  }, []);
  return { found, probe, forget };
}

/** Tries links before anything is started with them. */
export function useLinkCheck(): LinkCheck {
  const [checking, setChecking] = useState(false);
  const [trouble, setTroubleNow] = useState<LinkTrouble | null>(null);
  const [anyway, setAnyway] = useState<MediaRef | null>(null);
  const { found, probe, forget } = useProbes();
  /** Counts what was asked: only the last answer is of interest. */
  const asked = useRef(0);
  useEffect(
    () => () => {
      asked.current += 1;
    },
    [],
  );

  const setTrouble = useCallback((next: LinkTrouble | null) => {
    asked.current += 1;
    setChecking(false);
    setTroubleNow(next);
    setAnyway(null);
  }, []);

  const check = useCallback(
    async (text: string, onParty?: (sessionId: string) => void) => {
      const verdict = checkVideoLink(text, window.location);
      setTrouble(null);
      if (verdict.kind === 'party') {
        if (onParty) onParty(verdict.sessionId);
        else setTrouble({ kind: 'link', problem: 'notAVideo', service: '' });
        return null;
      }
      if (verdict.kind === 'problem') {
        setTrouble({ kind: 'link', problem: verdict.problem, service: verdict.service });
        return null;
      }
      const mine = asked.current;
      setChecking(true);
      const probed = await probe(verdict);
      if (mine !== asked.current) return null;
      setChecking(false);
      const ref = refOf(verdict, probed.kind);
      if (probed.plays) return ref;
      // The next try looks anew.
      forget();
      setTroubleNow({ kind: 'fault', fault: probed.fault });
      setAnyway(isFinal(probed.fault) ? null : ref);
      return null;
    },
    [probe, forget, setTrouble],
  );

  const ahead = useCallback(
    (text: string) => {
      const verdict = checkVideoLink(text, window.location);
      if (verdict.kind === 'video') void probe(verdict);
    },
    [probe],
  );

  const seen = useCallback(
    (text: string) => {
      if (found === null) return null;
      const verdict = checkVideoLink(text, window.location);
      return verdict.kind === 'video' && verdict.url === found.url ? found.ref : null;
    },
    [found],
  );

  return { checking, trouble, anyway, check, ahead, setTrouble, seen };
}

/** With what the link turned out to serve, where its address says something else. */
function refOf({ address, mediaKind }: Video, found: MediaKind): MediaRef {
  return !isServedKind(found) || found === mediaKind ? { url: address } : { url: address, kind: found };
}

/** What is wrong and what to do, in words. */
export function troubleWords(t: TFunction, trouble: LinkTrouble): string {
  if (trouble.kind === 'fault') return faultWordsAndAdvice(t, trouble.fault);
  return t(`link.${trouble.problem}`, { service: trouble.service });
}
