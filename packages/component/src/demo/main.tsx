import { render } from 'preact';
import { AccountPage } from './account-page.tsx';
import './base.css';
import './controls.css';
import './layout.css';

render(<AccountPage />, document.body);
