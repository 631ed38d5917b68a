import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { startTexts } from './i18n.js';
import './console.css';

await startTexts();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
