import { type Look, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { Face } from '../../../ui/face.tsx';
import { TextField } from '../../../ui/fields/text-field.tsx';
import { GATE_CARD } from '../../../ui/gate.ts';
import { TitlePicture, type TitlePictureProps } from '../../../ui/title-picture.tsx';
import { LookButton } from '../people/look-button.tsx';

/** What the server asks of a name: one character that can be seen. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

export interface JoinGateProps {
  readonly partyName: string;
  /** What it watches; null where that is not told. */
  readonly film: Pick<TitlePictureProps, 'contentId' | 'name' | 'sessionId'> | null;
  /** What that is called; null where the party's name says it already. */
  readonly filmName: string | null;
  /** Null where that is not told. */
  readonly memberCount: number | null;
  /** How some of them look. */
  readonly faces: readonly Look[];
  readonly initialName: string;
  readonly initialLook: Look;
  readonly joining: boolean;
  /** They were in, and left on purpose. */
  readonly wasIn: boolean;
  /** The press is the gesture after which the browser lets the video sound. */
  readonly onJoin: (name: string, look: Look) => void;
}

/** What stands before the blurred picture: a name and one button. */
export function JoinGate(props: JoinGateProps) {
  const { partyName, film, filmName, memberCount, faces, initialName, initialLook, joining, wasIn, onJoin } = props;
  const { t } = useTranslation();
  const [name, setName] = useState(initialName);
  const [look, setLook] = useState(initialLook);
  const [missing, setMissing] = useState(false);
  const trimmed = name.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (joining) return;
    const visible = VISIBLE.test(trimmed);
    setMissing(!visible);
    if (visible) onJoin(trimmed, look);
  }

  return (
    <div className="absolute inset-0 flex scheme-dark items-center justify-center overflow-y-auto bg-black/15 p-4 text-text">
      <form
        noValidate
        onSubmit={submit}
        aria-labelledby="gate-heading"
        className={`${GATE_CARD} phone-landscape:max-w-lg phone-landscape:gap-2.5 phone-landscape:p-4`}
      >
        <div>
          {memberCount === null ? null : <Company faces={faces} memberCount={memberCount} />}
          <div className="mt-1 flex items-start justify-between gap-4">
            <div className="min-w-0">
              <h1 id="gate-heading" className="text-2xl leading-tight font-bold text-balance wrap-anywhere">
                {partyName}
              </h1>
              {filmName === null ? null : <p className="mt-1 line-clamp-2 text-sm text-muted wrap-anywhere">{filmName}</p>}
            </div>
            {film === null ? null : <TitlePicture {...film} className="mt-1 w-24" />}
          </div>
        </div>
        <TextField
          label={t('gate.nameLabel')}
          hint={t('gate.nameHint')}
          error={missing ? t('gate.nameMissing') : null}
          name="nickname"
          autoComplete="nickname"
          enterKeyHint="go"
          maxLength={NAME_MAX_CHARS}
          end={<LookButton dark look={look} onLook={setLook} />}
          value={name}
          onChange={(event) => {
            setName(event.target.value);
            setMissing(false);
          }}
        />
        <Button type="submit" variant="primary" size="lg" busy={joining} className="min-w-0">
          <span className="truncate">{trimmed ? t(wasIn ? 'gate.backIn' : 'gate.join', { name: trimmed }) : t('gate.joinPlain')}</span>
        </Button>
        <p role="status" className="sr-only">
          {joining ? t('gate.joining') : ''}
        </p>
      </form>
    </div>
  );
}

/** Who is here already: how many, and how some of them look. */
function Company({ faces, memberCount }: { readonly faces: readonly Look[]; readonly memberCount: number }) {
  const { t } = useTranslation();
  return (
    <p className="flex items-center gap-2.5 text-sm font-semibold text-accent">
      {faces.length > 0 ? (
        <span className="flex shrink-0 -space-x-2 rtl:space-x-reverse">
          {faces.map((face) => (
            <Face key={`${face.colour} ${face.emoji}`} look={face} className="size-8 animate-fade text-base ring-2 ring-surface" />
          ))}
        </span>
      ) : null}
      {memberCount > 0 ? t('gate.headingWatching', { count: memberCount }) : t('gate.headingNobody')}
    </p>
  );
}
