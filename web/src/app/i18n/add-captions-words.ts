import i18next from 'i18next';
import { enCaptions } from './en.captions.ts';

// Fetched with captions: most films have none.
i18next.addResourceBundle('en', 'translation', enCaptions, true, true);
