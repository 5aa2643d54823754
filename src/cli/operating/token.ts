import { Option } from '@commander-js/extra-typings';
import { randomBytes } from 'node:crypto';
import { accessToken, TOKEN_BYTES, tokenHash } from '../../contracts/values/access-token.js';
import { TextSchema } from '../../contracts/values/schemas.js';
import { ROLES } from '../../domain/security/roles.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import type { Program } from '../session/flags.js';

/** Makes credentials; they are in force once their hash is in the configuration. */
export function addToken(program: Program, run: CliRun): void {
  program
    .command('token')
    .description('tokens for the API, the pages and Bull Board')
    .command('create')
    .description('make a token; it is shown this once, its hash goes into security.tokens')
    .addOption(
      new Option('--role <role>', 'what its bearer may do').choices(ROLES).makeOptionMandatory(),
    )
    .requiredOption('--name <name>', 'whose it is, as events will say')
    .option('--json', 'one JSON document on standard output')
    .action(({ role, name, json }) => {
      const checked = TextSchema.max(200).safeParse(name);
      if (!checked.success || name.trim() !== name) {
        throw new UsageError('name: expected one line of at most 200 letters, no blanks around it');
      }
      const token = accessToken(randomBytes(TOKEN_BYTES));
      const entry = { name, role, hash: tokenHash(token) };
      if (json) {
        run.out.json({ token, ...entry });
        return;
      }
      // The token alone on standard output, for a pipe into a vault; the rest is no secret.
      run.out.line(token);
      run.out.note('The token is not shown again. For security.tokens in the configuration:');
      run.out.note(`- { name: ${JSON.stringify(name)}, role: ${role}, hash: "${entry.hash}" }`);
    });
}
