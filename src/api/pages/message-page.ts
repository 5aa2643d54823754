import { STATUS_CODES } from 'node:http';
import { html, type Html } from '../http/html.js';
import { layout } from './layout.js';

/** Says in one sentence why there is nothing to see. */
export function messagePage(base: string, status: number, message: string): Html {
  const title = STATUS_CODES[status] ?? 'Error';
  return layout({
    title,
    refresh: null,
    base,
    body: html`<h1>${title}</h1>
      <section><p>${message}</p></section>`,
  });
}
