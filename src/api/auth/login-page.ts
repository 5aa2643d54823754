import type { Identity } from '../../domain/security/roles.js';
import { html, type Html } from '../http/html.js';
import { layout } from '../pages/layout.js';

export const LOGIN_PATH = '/login';
export const LOGOUT_PATH = '/logout';

export interface LoginView {
  /** The path we are under. */
  readonly base: string;
  /** Where one goes on to. */
  readonly next: string;
  /** Who is signed in. */
  readonly identity: Identity | null;
  /** Why it did not work. */
  readonly refusal: string | null;
  /** The session that was brought has ended. */
  readonly ended?: boolean;
  /** One may look without signing in. */
  readonly open?: boolean;
}

/** Asks for a token, or says who one is. */
export const loginPage = ({
  base,
  next,
  identity,
  refusal,
  ended = false,
  open = false,
}: LoginView): Html =>
  layout({
    title: 'Sign in',
    refresh: null,
    base,
    body: html`<h1>Sign in</h1>
      ${refusal === null ? null : html`<section><p class="bad" role="alert">${refusal}</p></section>`}
      ${identity === null ? null : signedIn(base, identity)}
      ${ended ? sessionEnded({ base, next }, open) : null}
      <section>
        <form method="post" action="${base}${LOGIN_PATH}">
          <input type="hidden" name="next" value="${next}" />
          <p>
            <label for="token"
              >Token, as <code>signalbox token create</code> printed it, or a JSON Web Token</label
            >
          </p>
          <p>
            <input
              id="token"
              name="token"
              type="password"
              autocomplete="off"
              size="50"
              required
              autofocus
            />
          </p>
          <p><button type="submit">Sign in</button></p>
        </form>
      </section>`,
  });

const signedIn = (base: string, { name, roles }: Identity): Html =>
  html`<section>
    <form method="post" action="${base}${LOGOUT_PATH}">
      <p>
        Signed in as <b>${name}</b> (${roles.join(', ')}). <button type="submit">Sign out</button>
      </p>
    </form>
  </section>`;

type Place = Pick<LoginView, 'base' | 'next'>;

/** Going on as nobody is a decision: the cookie is taken back only where somebody asks for it. */
const sessionEnded = (place: Place, open: boolean): Html =>
  html`<section>
    <p>Your session has ended. Sign in again${open ? ', or go on without.' : '.'}</p>
    ${open ? withoutSigningIn(place) : null}
  </section>`;

const withoutSigningIn = ({ base, next }: Place): Html =>
  html`<form method="post" action="${base}${LOGOUT_PATH}">
    <input type="hidden" name="next" value="${next}" />
    <p><button type="submit">Go on without signing in</button></p>
  </form>`;
