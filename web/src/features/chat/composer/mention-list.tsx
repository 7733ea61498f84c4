import type { Member } from '@cowatch/shared/protocol';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../ui/cx.ts';
import { Face } from '../../../ui/face.tsx';
import type { Completion } from './use-completion.ts';

export interface MentionListProps {
  /** The box names it as its own. */
  readonly id: string;
  readonly completion: Completion<Member>;
}

/** Who may be meant by the name that is being typed. The keyboard stays in the box. */
export function MentionList({ id, completion }: MentionListProps) {
  const { t } = useTranslation();
  const { offered, index, take } = completion;
  if (offered.length === 0) return null;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t('chat.mentions')}
      className="absolute inset-x-0 bottom-full z-20 mb-1 animate-rise card p-1.5 shadow-2xl"
    >
      {offered.map((member, at) => (
        <div
          key={member.memberId}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === index}
          className={cx(
            'flex min-h-11 cursor-pointer items-center gap-2.5 rounded-lg px-3 text-sm font-medium',
            at === index && 'bg-raised',
          )}
          // The box keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            take(member);
          }}
        >
          <Face look={member.look} className="size-7 text-sm" />
          <bdi className="truncate">{member.name}</bdi>
        </div>
      ))}
    </div>
  );
}
