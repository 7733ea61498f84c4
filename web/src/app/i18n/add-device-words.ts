import i18next from 'i18next';
import { enDevices } from './en.devices.ts';

// Fetched with what is seldom seen: devices are named once.
i18next.addResourceBundle('en', 'translation', enDevices, true, true);
