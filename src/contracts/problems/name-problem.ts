import { z } from 'zod';
import { SERVICE_NAME_PATTERN } from '../../domain/model/ids.js';

/** What a name is of, as a person is told. */
export type Named = 'service' | 'environment';

const RULE = 'use a-z, 0-9, `-`, `.`, `_`, begin and end with a letter or digit, at most 63';

/** Why a text is no name, with the spelling that would be one. */
export function nameProblem(text: string, of: Named): string {
  const shown = text.length <= 80 ? text : `${text.slice(0, 80)}…`;
  const corrected = correctedName(text);
  const meant = corrected === null ? '' : ` (did you mean \`${corrected}\`?)`;
  // JSON escapes what would steer a terminal.
  const said = JSON.stringify(shown).slice(1, -1);
  return `\`${said}\` is not a valid ${of} name: ${RULE}${meant}`;
}

/** Lower case, without accents, with a dash for what can't stand in it. */
function correctedName(text: string): string | null {
  const corrected = text
    .slice(0, 200)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '');
  return SERVICE_NAME_PATTERN.test(corrected) ? corrected : null;
}

/** The name of a service or an environment, as text. */
export const nameText = (of: Named) =>
  z
    .string()
    .regex(SERVICE_NAME_PATTERN, { error: ({ input }) => nameProblem(String(input), of) })
    // For the JSON Schema; the pattern has it already.
    .meta({ maxLength: 63 });

/** Such a name as a key of the configuration, where `*` stands for all others. */
export const keyText = (of: Named) =>
  z.string().regex(new RegExp(`^(?:\\*|${SERVICE_NAME_PATTERN.source.slice(1, -1)})$`), {
    error: ({ input }) => nameProblem(String(input), of),
  });
