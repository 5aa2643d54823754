/**
 * How one release of the shop behaves: how often it fails and how long it takes.
 *
 * ERROR_RATE=0.05        share of answers that are errors
 * LATENCY_MS=20          median time of an answer; times are log-normal, with a tail as real ones have
 * LATENCY_FACTOR=1.3     multiplies every time
 * SEED=7                 the same seed, version and target: the same errors and times, in the same order
 * BY_VERSION='{"2.0.0":{"ERROR_RATE":"0.05"}}'   any of these for one version only
 */
import { createHash } from 'node:crypto';

/** Of the logarithm of a time: the slowest in a hundred take 2.5 times the median. */
const SPREAD = 0.4;

export function behaviourOf(environment, version) {
  const own = JSON.parse(environment.BY_VERSION ?? '{}')[version] ?? {};
  const settings = { ...environment, ...own };
  return {
    errorRate: numberFrom(settings.ERROR_RATE, 0, 'ERROR_RATE'),
    latencyMs: numberFrom(settings.LATENCY_MS, 0, 'LATENCY_MS'),
    latencyFactor: numberFrom(settings.LATENCY_FACTOR, 1, 'LATENCY_FACTOR'),
    seed: settings.SEED ?? '1',
  };
}

/** The behaviour with what a query string says instead: `?error_rate=1&latency_ms=50&latency_factor=2`. */
export const overridden = (behaviour, query) => ({
  ...behaviour,
  errorRate: numberFrom(query.get('error_rate'), behaviour.errorRate, 'error_rate'),
  latencyMs: numberFrom(query.get('latency_ms'), behaviour.latencyMs, 'latency_ms'),
  latencyFactor: numberFrom(query.get('latency_factor'), behaviour.latencyFactor, 'latency_factor'),
});

function numberFrom(text, otherwise, name) {
  if (text === undefined || text === null || text === '') return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`${name}: expected a number of 0 or more, got ${JSON.stringify(text)}`);
}

/** What becomes of the answer with this number, of one stream of answers. */
export function fateOf({ errorRate, latencyMs, latencyFactor, seed }, stream, number) {
  const draw = (what) => {
    const digest = createHash('sha256').update(`${seed}/${stream}/${number}/${what}`).digest();
    return (digest.readUIntBE(0, 6) + 0.5) / 2 ** 48;
  };
  // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
  const normal = Math.sqrt(-2 * Math.log(draw('radius'))) * Math.cos(2 * Math.PI * draw('angle'));
  return {
    fails: draw('error') < errorRate,
    delayMs: latencyMs * latencyFactor * Math.exp(SPREAD * normal),
  };
}
