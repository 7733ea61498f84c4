import '../notices/words.ts';
import './words.ts';
import type { OwnStanding, SessionClient } from '@cowatch/shared/client';
import { type Access, type Door, RIGHTS } from '@cowatch/shared/protocol';
import { Link2, ScrollText } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { AlertText } from '../../../ui/alert-text.tsx';
import { Button } from '../../../ui/button.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { LazyConfirmDialog } from '../../../ui/overlays/lazy-dialogs.tsx';
import { RightRow } from './right-row.tsx';

const ModerationDialog = lazyPart(() => import('./moderation-dialog.tsx'), 'ModerationDialog', { failure: 'over' });

/** What hosts set: who may do what, who comes in, and what was done about people. */
export function HostSettings({ client }: { readonly client: SessionClient }) {
  const { t } = useTranslation();
  const access = useClientValue(client, (state) => state.access);
  const you = useClientValue(client, (state) => state.you);
  const [reading, setReading] = useState(false);
  if (!access || !you || you.role === 'member') return null;
  return (
    <>
      <Rights client={client} access={access} you={you} />
      <Doorway client={client} door={access.door ?? 'open'} />
      <NewLink client={client} />
      <Button className="justify-start" icon={<ScrollText aria-hidden className="size-4.5" />} onClick={() => setReading(true)}>
        {t('hosts.more')}
      </Button>
      {reading ? <ModerationDialog open client={client} onClose={() => setReading(false)} /> : null}
    </>
  );
}

function Rights(props: { readonly client: SessionClient; readonly access: Access; readonly you: OwnStanding }) {
  const { t } = useTranslation();
  return (
    <Section title={t('hosts.rights')}>
      <ul className="divide-y divide-line">
        {RIGHTS.map((right) => (
          <li key={right}>
            <RightRow {...props} right={right} label={t(`hosts.right.${right}`)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Who comes in by the link. */
function Doorway({ client, door }: { readonly client: SessionClient; readonly door: Door }) {
  const { t } = useTranslation();
  const name = useId();
  // What was chosen shows at the press, and stands or falls with the answer.
  const [chosen, setChosen] = useState<Door | null>(null);
  const choose = (value: Door) => {
    setChosen(value);
    void client.setDoor(value).then(() => setChosen(null));
  };
  const choices: readonly { readonly value: Door; readonly label: string; readonly text?: string }[] = [
    { value: 'open', label: t('hosts.doorOpen') },
    { value: 'knock', label: t('hosts.doorKnock'), text: t('hosts.doorKnockText') },
    { value: 'locked', label: t('hosts.doorLocked'), text: t('hosts.doorLockedText') },
  ];
  return (
    <Section title={t('hosts.door')}>
      <div role="radiogroup" aria-label={t('hosts.door')}>
        {choices.map(({ value, label, text }) => (
          <label key={value} className="flex min-h-11 cursor-pointer items-start gap-3 py-2.5 text-sm">
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === (chosen ?? door)}
              onChange={() => choose(value)}
              className="mt-0.5 size-5 shrink-0 accent-accent"
            />
            <span>
              <span className="font-semibold">{label}</span>
              {text ? <span className="block text-xs text-muted">{text}</span> : null}
            </span>
          </label>
        ))}
      </div>
    </Section>
  );
}

/** Another link in place of one that came into the wrong hands. It asks first: the old one does not come back. */
function NewLink({ client }: { readonly client: SessionClient }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<'idle' | 'done' | 'failed'>('idle');
  return (
    <>
      <Button className="justify-start" icon={<Link2 aria-hidden className="size-4.5" />} onClick={() => setAsking(true)}>
        {t('hosts.newLink')}
      </Button>
      <p role="status" className="px-1 text-sm text-muted empty:hidden">
        {outcome === 'done' ? t('hosts.newLinkDone') : null}
      </p>
      {outcome === 'failed' ? <AlertText>{t('notice.refused')}</AlertText> : null}
      <LazyConfirmDialog
        open={asking}
        title={t('hosts.newLinkAsk')}
        text={t('hosts.newLinkText')}
        confirmLabel={t('hosts.newLinkDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => void client.renewLink().then(({ ok }) => setOutcome(ok ? 'done' : 'failed'))}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mb-2">
      <h2 id={id} className="text-sm font-semibold text-muted">
        {title}
      </h2>
      {children}
    </section>
  );
}
