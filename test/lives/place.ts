/** One place: what it really runs, and what the router does with it. */
export interface Place {
  /** `null`: nothing, or what half a call left. */
  version: string | null;
  /** Whether a check of that version here finds it bad. */
  bad: boolean;
  /** Whether its process runs. */
  alive: boolean;
  drained: boolean;
  /** As set, whether or not it is drained. */
  share: number;
  /** In maintenance by a person. */
  heldOut: boolean;
  /** Closed by us, to persistent clients too. */
  closed: boolean;
  /** It is not in the router's table: nobody sends it anything. */
  unrouted: boolean;
  /** The name under which the router knows it. */
  name: string;
  /** The name under which what runs there was deployed: whoever has another is locked out. */
  owner: string | null;
}

/** What happens without us. */
export type Move =
  | { readonly kind: 'maint' | 'drain' | 'ready' | 'kill' | 'revive'; readonly target: number }
  /** Shares that nobody of us asked for now: those of a call that comes too late. */
  | { readonly kind: 'weigh'; readonly shares: Readonly<Record<string, number>> }
  /** The router starts anew: all in rotation, equal shares. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'away'; readonly ms: number };
