import type { Plugin } from 'vite';

/**
 * Leaves out the dialog that lists the keyboard shortcuts of media-chrome: the player has its own (`nohotkeys`), so that it
 * is never opened. What the controller takes from that module beside it names keys for those shortcuts.
 */
export function noShortcutsDialog(): Plugin {
  return {
    name: 'cowatch:no-shortcuts-dialog',
    apply: 'build',
    load: {
      filter: { id: /[\\/]media-chrome[\\/]dist[\\/]media-keyboard-shortcuts-dialog\.js$/ },
      handler: () => 'export const getHotkeyToken = (key) => (key === " " ? "nospace" : "no".concat(key.toLowerCase()));',
    },
  };
}
