import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startI18n } from './app/i18n/index.ts';
import { applyTheme, currentTheme } from './app/theme.ts';
import './app/styles.css';

startI18n();
applyTheme(currentTheme());

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
