import { Moon, Sun, SunMoon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, menuChoice } from '../../ui/overlays/menu.tsx';
import { currentTheme, setTheme, type Theme } from '../theme.ts';

const ICONS = { system: SunMoon, dark: Moon, light: Sun } as const;

/** Dark, light, or like the device. */
export function ThemeSwitch() {
  const { t } = useTranslation();
  const [theme, setShown] = useState<Theme>(currentTheme);
  const Icon = ICONS[theme];
  return (
    <Menu
      label={t('app.theme')}
      trigger={<IconButton label={t('app.theme')} icon={<Icon aria-hidden className="size-5" />} />}
      entries={[
        menuChoice<Theme>({
          label: t('app.theme'),
          value: theme,
          options: [
            { value: 'system', label: t('app.themeSystem') },
            { value: 'dark', label: t('app.themeDark') },
            { value: 'light', label: t('app.themeLight') },
          ],
          onChange: (next) => {
            setTheme(next);
            setShown(next);
          },
        }),
      ]}
    />
  );
}
