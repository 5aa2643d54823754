/** What somebody else has made of a flag since it was written last. */
export interface ForeignChange {
  /** What was found, in a sentence part: `switched off (its state is "DISABLED")`. */
  readonly found: string;
  /** Tells this content of the flag from any other. */
  readonly mark: string;
}
