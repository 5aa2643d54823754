/** What a rule can be about: a service, where it runs, and what it is labelled as. */
export interface PolicySubject {
  readonly environment: string;
  readonly service: string;
  readonly labels: Labels;
}

export type Labels = Readonly<Record<string, string>>;

/** Whether everything wanted is there; nothing wanted is always there. */
export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
