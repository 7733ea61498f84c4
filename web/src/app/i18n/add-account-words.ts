import i18next from 'i18next';
import { enAccount } from './en.account.ts';

// Fetched with the pages that are about accounts: nobody else needs so many words.
i18next.addResourceBundle('en', 'translation', enAccount, true, true);
