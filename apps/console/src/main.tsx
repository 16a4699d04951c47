import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import './shell/colors.css';
import './app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const place = document.getElementById('root');
if (place === null) throw new Error('the page has no place for the application');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
