import type { Outline } from '../../domain/fleet/worker-sign.js';

const HIDDEN = '(hidden)';
/** Fields whose values may be secret, with all that is below them. */
const SECRET = /^(?:env|headers|.*(?:pass|secret|token|credential|cookie|auth|apikey|key).*)$/i;
/** `--token=…`, `PASSWORD=…`, and `--token` before the value. */
const SECRET_ARGUMENT = /^(-{0,2}[\w.-]*(?:pass|secret|token|credential|auth|key)[\w.-]*)(=.*)?$/is;
const USER_INFO = /\/\/[^/@\s]*@/g;
const MOST_TEXT = 200;
const MOST_LINES = 300;

/** Each setting by its path, as text that may be shown: what may be a secret is hidden. */
export function outlineOf(settings: object): Outline {
  const lines: [string, string][] = [];
  walk('', settings, lines);
  return Object.fromEntries(lines.slice(0, MOST_LINES));
}

function walk(path: string, value: unknown, lines: [string, string][]): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((each: unknown, at) => {
      const flag = SECRET_ARGUMENT.exec(String(value[at - 1] ?? ''));
      const follows = flag !== null && flag[2] === undefined && flag[1]?.startsWith('-');
      if (follows) lines.push([`${path}[${at}]`, HIDDEN]);
      else walk(`${path}[${at}]`, each, lines);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const below = path === '' ? name : `${path}.${name}`;
      if (!SECRET.test(name)) walk(below, inner, lines);
      else hide(below, inner, lines);
    }
  } else {
    lines.push([path, shown(value)]);
  }
}

/** The names below a secret field are shown, as `env.PORT`; their values are not. */
function hide(path: string, value: unknown, lines: [string, string][]): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) lines.push([path, HIDDEN]);
  else for (const name of Object.keys(value)) lines.push([`${path}.${name}`, HIDDEN]);
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const argument = SECRET_ARGUMENT.exec(value);
  if (argument?.[2] !== undefined) return `${argument[1]}=${HIDDEN}`;
  return value.replaceAll(USER_INFO, `//${HIDDEN}@`).slice(0, MOST_TEXT);
}
