import { failed, type Outcome, type SourceAnswer } from './ask-source.js';

const EXCERPT = 300;

/**
 * What a status other than 2xx means for whoever asked; `null` for 2xx. Too many
 * requests and a broken server pass with time, all else needs somebody to change something.
 *
 * @param reason the source's own, where it gave one
 */
export function statusFailure(
  { status, body, place }: SourceAnswer,
  reason: string | null = null,
): Outcome | null {
  if (status >= 200 && status < 300) return null;
  const said = reason ?? body.trim().slice(0, EXCERPT);
  const passes = status === 429 || status === 408 || status >= 500;
  return failed(
    passes ? 'metric/unreachable' : 'metric/rejected',
    `${place} answered ${status}${said === '' ? '' : `: ${said}`}`,
  );
}
