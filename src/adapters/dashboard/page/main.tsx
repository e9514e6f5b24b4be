import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/tables.css';
import './styles/tiles.css';
import { App } from './app.tsx';

render(<App />, document.getElementById('app')!);
