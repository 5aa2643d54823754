/** A promise that was broken, with the first thing that shows it. */
export interface Violation {
  /** The guarantee, in a few words. */
  readonly check: string;
  /** The deployment, service or target it was broken for. */
  readonly subject: string;
  readonly said: string;
}
