import { LOOK_COLOURS, LOOK_EMOJI, type Look } from '@cowatch/shared/protocol';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { Face, faceHue } from '../../../ui/face.tsx';

export interface LookPickerProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
}

/** A colour and an emoji, to choose from. What somebody else in the party looks like exactly gets another colour there. */
export function LookPicker({ look: first, onLook }: LookPickerProps) {
  const { t } = useTranslation();
  // What was chosen shows at once, and not only when the others have heard of it.
  const [look, setLook] = useState(first);
  const choose = (chosen: Look) => {
    setLook(chosen);
    onLook(chosen);
  };
  const words = t('look.colours').split(' ');
  const emoji = LOOK_EMOJI.includes(look.emoji) ? LOOK_EMOJI : [look.emoji, ...LOOK_EMOJI];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <Face look={look} className="size-12 text-2xl" />
        <p className="text-sm text-muted">{t('look.text')}</p>
      </div>
      <Choices legend={t('look.colour')}>
        {(name) =>
          Array.from({ length: LOOK_COLOURS }, (_, colour) => (
            <Choice
              key={words[colour]}
              name={name}
              label={words[colour] ?? ''}
              chosen={colour === look.colour}
              onChoose={() => choose({ ...look, colour })}
            >
              <span style={faceHue(colour)} className="face-dot size-7 rounded-full" />
            </Choice>
          ))
        }
      </Choices>
      <Choices legend={t('look.emoji')} className="max-h-46 overflow-y-auto">
        {(name) =>
          emoji.map((each) => (
            <Choice key={each} name={name} label={each} chosen={each === look.emoji} onChoose={() => choose({ ...look, emoji: each })}>
              <span className="text-xl leading-none">{each}</span>
            </Choice>
          ))
        }
      </Choices>
    </div>
  );
}

interface ChoicesProps {
  readonly legend: string;
  readonly className?: string;
  readonly children: (name: string) => ReactNode;
}

function Choices({ legend, className, children }: ChoicesProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-semibold">{legend}</legend>
      <div className={cx('flex flex-wrap', className)}>{children(name)}</div>
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

/** One of a row; the arrow keys go from one to the next. */
function Choice({ name, label, chosen, onChoose, children }: ChoiceProps) {
  return (
    <label
      className={cx(
        'relative inline-flex size-11 cursor-pointer items-center justify-center rounded-control border-2 hover:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-accent',
        chosen ? 'border-text' : 'border-transparent',
      )}
    >
      <input
        type="radio"
        name={name}
        aria-label={label}
        checked={chosen}
        onChange={onChoose}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
      {children}
    </label>
  );
}
