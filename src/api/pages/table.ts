import { html, type Html, type HtmlValue } from '../http/html.js';

/** A browser grows slow with more; the JSON has them all. */
export const MOST_ROWS = 1_000;

export interface Column<Row> {
  readonly title: string;
  /** Class of its cells. */
  readonly kind?: 'time' | 'number' | 'name' | 'short' | 'text';
  readonly cell: (row: Row) => HtmlValue;
}

export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Html =>
  html`<table>
    <thead>
      <tr>
        ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map(({ cell, kind = '' }) => html`<td class="${kind}">${cell(row)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

/** @param some which ones are left out: `earlier`, `more` … */
export const leftOut = (all: number, shown: number, some: string): Html | null =>
  all <= shown
    ? null
    : html`<p class="soft">
        ${all - shown} ${some} are not shown; ask with <code>Accept: application/json</code> for
        all.
      </p>`;
