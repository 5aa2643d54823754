import { Option } from '@commander-js/extra-typings';
import { ACL_ROLES } from '../../contracts/values/acl-role.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import type { CliRun } from '../session/cli-run.js';
import type { Program } from '../session/flags.js';

export function addAcl(program: Program, run: CliRun): void {
  program
    .command('acl')
    .description(
      'print Redis users, one for each role, as lines for an ACL file (Redis 7 or newer)',
    )
    .addOption(
      new Option('--role <role>', 'only this one')
        .choices([...ACL_ROLES, 'all'] as const)
        .default('all' as const),
    )
    .addOption(new Option('--format <format>', 'lines, or JSON').choices(['acl', 'json'] as const))
    .option('--json', 'the same as --format json')
    .option('--namespace <name>', 'namespace of the keys; else SIGNALBOX_NAMESPACE, else signalbox')
    .action((flags) => {
      const { namespace = DEFAULT_NAMESPACE } = run.connection(flags);
      const roles = flags.role === 'all' ? ACL_ROLES : [flags.role];
      const users = run.ports.redisUsers(roles, namespace);
      if (flags.json === true || flags.format === 'json') {
        // A password that was given is known to whoever gave it.
        run.out.json(
          users.map(({ role, name, rules, madeUp }) => ({
            role,
            name,
            rules,
            ...(madeUp === null ? {} : { password: madeUp }),
          })),
        );
        return;
      }
      for (const { line } of users) run.out.text(line);
      for (const { role, name, madeUp } of users) {
        if (madeUp === null) continue;
        run.out.note(`password of ${name}: ${madeUp}`);
        run.out.note(`  (SIGNALBOX_ACL_PASSWORD_${role.toUpperCase()} sets one of your own)`);
      }
      if (flags.role === 'all') {
        run.out.note('none of this protects anything before the file also says: user default off');
      }
    });
}
