/** A part of the page: what is said before its tables. */
export interface Section {
  /** Of its schema; none is the configuration itself. */
  readonly title: string | null;
  readonly heading: string;
  /** Where it stands. */
  readonly at: string;
  readonly about: string;
  /** A piece of a configuration in YAML, from its first line on; a test reads it. */
  readonly example: string;
  /** What each kind is good for, where there are kinds. */
  readonly kinds?: Readonly<Record<string, string>>;
}
