import { render } from 'preact';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/board.css';
import './styles/alarm.css';
import './styles/sheet.css';
import './styles/trend.css';
import './styles/act.css';
import './styles/telling.css';
import './styles/duty.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
