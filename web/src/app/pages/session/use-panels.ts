import { useCallback, useMemo, useState } from 'react';
import { tabStorage } from '../../../lib/device-storage.ts';
import { storage } from '../../device.ts';
import { type PanelMemory, panelMemory } from './panel-choice.ts';
import { UnreadTotal } from './unread-total.ts';

export type PanelsState = ReturnType<typeof usePanels>;

/** Which panel was chosen and whether the panels are folded, as this device and this tab remember it. */
export function usePanels() {
  const [memory] = useState<PanelMemory>(() => panelMemory(storage, tabStorage()));
  const [unread] = useState(() => new UnreadTotal());
  const [chosen, setChosen] = useState(memory.chosen);
  const [folded, setFolded] = useState(memory.folded);
  const [called, setCalled] = useState(false);

  const choose = useCallback(
    (id: string) => {
      memory.choose(id);
      setChosen(id);
    },
    [memory],
  );
  const fold = useCallback(
    (fold: boolean) => {
      memory.fold(fold);
      setFolded(fold);
    },
    [memory],
  );
  /** The panel is chosen, and the keyboard goes there. */
  const call = useCallback(
    (id: string) => {
      choose(id);
      setCalled(true);
    },
    [choose],
  );
  const answered = useCallback(() => setCalled(false), []);
  const actions = useMemo(() => ({ choose, fold, call, answered, unread }), [choose, fold, call, answered, unread]);
  return useMemo(() => ({ chosen, folded, called, ...actions }), [chosen, folded, called, actions]);
}
