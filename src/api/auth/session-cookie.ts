import type { Session } from '../../domain/security/credentials.js';

const NAME = 'signalbox_session';
/** Not sent along from pages of others, and not to be read by scripts. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** The session that a browser brings, or `null`. */
export function sessionIn(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return null;
}

/** @param secure the browser reached us by https, through a proxy */
export function sessionCookie({ text, until }: Session, now: number, secure: boolean): string {
  const age = Math.max(0, Math.floor((until - now) / 1_000));
  return `${NAME}=${text}; ${ATTRIBUTES}; Max-Age=${age}${secure ? '; Secure' : ''}`;
}

export const NO_SESSION_COOKIE = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
