import type { ResumeClient, SentTitle, SoloClient } from '@cowatch/shared/client';
import type { ResumeDevice } from '@cowatch/shared/resume';
import { useState } from 'react';
import { refusalWords } from './device-words.ts';

export interface SendTo {
  readonly send: (device: ResumeDevice) => void;
  /** The last one that did not take it, and why not: a key of the catalogue. */
  readonly problem: { readonly device: ResumeDevice; readonly words: ReturnType<typeof refusalWords> } | null;
  readonly dismiss: () => void;
}

/** Sends what plays here to another of one's own devices. Once that has begun, this one stands still by itself. */
export function useSendTo(resume: ResumeClient | null, title: Omit<SentTitle, 'positionMs'>, solo: SoloClient | null): SendTo {
  const [problem, setProblem] = useState<SendTo['problem']>(null);
  const send = async (device: ResumeDevice) => {
    const positionMs = Math.round((solo?.positionS() ?? 0) * 1000);
    setProblem(null);
    const answer = await resume?.devices.command(device.id, { kind: 'open', ...title, positionMs });
    if (answer && !answer.ok) setProblem({ device, words: refusalWords(answer.error, 'open') });
  };
  return { send: (device) => void send(device), problem, dismiss: () => setProblem(null) };
}
