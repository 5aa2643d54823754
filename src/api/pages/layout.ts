import { html, Html } from '../http/html.js';

const STYLE = new Html(`
:root { color-scheme: light dark; --line: #d8dee6; --soft: #5d6b7a; --panel: #fff; --page: #f4f6f9; --text: #17202b;
  --good: #1a7f45; --bad: #c22f2f; --busy: #1f5fbf; --warn: #a15c00; --idle: #5d6b7a; }
@media (prefers-color-scheme: dark) { :root { --line: #2c3541; --soft: #94a1b1; --panel: #1a212b; --page: #11161d; --text: #e4e9ef;
  --good: #58c584; --bad: #f27c7c; --busy: #7cb0ff; --warn: #e0a84f; --idle: #94a1b1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main, nav { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
nav { padding-top: 1rem; }
a { color: var(--busy); }
h1 { font-size: 1.5rem; margin: .75rem 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0; overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
ol { margin: .5rem 0 0; padding-left: 1.75rem; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--soft); font-weight: 500; }
th, td { padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.short, td.text { overflow-wrap: anywhere; min-width: 8.5rem; }
td.text { min-width: 15rem; }
td.time, td.number, td.name { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; color: var(--soft); }
code, pre { font: .92em ui-monospace, monospace; }
pre { margin: .25rem 0 .75rem; padding: .5rem .75rem; background: var(--page); border: 1px solid var(--line); border-radius: .35rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30rem; overflow-y: auto; }
.soft { color: var(--soft); }
.state { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; white-space: nowrap; vertical-align: middle; font-weight: 500; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); } .warn { color: var(--warn); } .idle { color: var(--idle); }
`);

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Seconds until a browser looks again, or `null` where nothing will change. */
  readonly refresh: number | null;
  /** The path we are under. */
  readonly base: string;
  /** Whether there is something to sign in with, or out of. */
  readonly signIn?: boolean;
}

export const layout = ({ title, body, refresh, base, signIn = false }: Page): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh === null ? null : html`<meta http-equiv="refresh" content="${refresh}" />`}
        <title>${title} · Signalbox</title>
        <link rel="icon" href="data:," />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <nav>
          <a href="${base}/queues">← Queues</a
          >${signIn ? html` · <a href="${base}/login">Sign in or out</a>` : null}
        </nav>
        <main>${body}</main>
      </body>
    </html>`;
