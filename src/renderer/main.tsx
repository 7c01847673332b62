import './platform/zod-without-eval';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './tokens.css';
import './base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { startConnection } from './bridge/connection';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
startConnection();
createRoot(root).render(<App />);
