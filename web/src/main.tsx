import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import './app/words.ts';
import i18next from 'i18next';
import { applyTheme, currentTheme } from './app/theme.ts';
import './app/styles.css';

document.documentElement.lang = i18next.language;
applyTheme(currentTheme());

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
