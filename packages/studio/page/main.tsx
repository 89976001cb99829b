import '@xyflow/react/dist/base.css';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { createRoot } from 'react-dom/client';
import { hasToken, listen } from './api.ts';
import { change, take } from './store.ts';
import { Studio } from './studio.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root');
if (hasToken) void listen(take, (link) => change({ link }));
else change({ link: 'refused' });
createRoot(root).render(<Studio />);
