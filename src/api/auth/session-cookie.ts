import type { Session } from '../../domain/security/credentials.js';

const NAME = 'signalbox_session';
/** Not sent along from pages of others, and not to be read by scripts. */
const attributes = (base: string): string => `Path=${base}/; HttpOnly; SameSite=Strict`;

/** The session that a browser brings, or `null`. */
export function sessionIn(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return null;
}

/**
 * @param base the path we are under
 * @param secure a browser sends it by https only
 */
export function sessionCookie(
  { text, until }: Session,
  now: number,
  { base, secure }: { readonly base: string; readonly secure: boolean },
): string {
  const age = Math.max(0, Math.floor((until - now) / 1_000));
  return `${NAME}=${text}; ${attributes(base)}; Max-Age=${age}${secure ? '; Secure' : ''}`;
}

export const noSessionCookie = (base: string): string => `${NAME}=; ${attributes(base)}; Max-Age=0`;
