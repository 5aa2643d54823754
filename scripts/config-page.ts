import { configTables, contentsOf } from './config-reference/config-tables.js';
import { PROSE } from './config-reference/prose.js';
import { SECTIONS } from './config-reference/sections.js';

/** The smallest useful configuration; a test reads it. */
export const SMALL_EXAMPLE = `services:
  api:                                   # the service's name
    driver:                              # how a version is put on a target
      kind: command
      argv: [./deploy.sh, "{target.host}", "{version}"]
    targets:                             # where it runs
      - { id: web-1, address: "10.0.0.11:8080" }
      - { id: web-2, address: "10.0.0.12:8080" }
    checks:                              # what says that it is good
      - { kind: http, url: "http://{target.address}/healthz" }
`;

/** The page on the configuration: a contents list, an example, and every field. */
export const configPage = (): string => `# Configuration

The configuration tells workers and servers what can be deployed, where, how and under which rules. It is read from \`signalbox.config.yaml\` (or \`.yml\`, \`.json\`, \`.ts\`, \`.js\`, \`.mjs\`) in the working folder, or from \`--config <file>\` or \`SIGNALBOX_CONFIG\`. In TypeScript \`defineConfig\` of \`signalbox/config\` types it; editors check the others with [config.schema.json](config.schema.json).

\`\`\`yaml
${SMALL_EXAMPLE.trimEnd()}
\`\`\`

With this, \`signalbox deploy api 1.4.2\` runs \`./deploy.sh 10.0.0.11 1.4.2\`, then the same for \`web-2\`, and asks both for \`/healthz\`. If one is not healthy, the version from before is deployed again.

\`signalbox config check\` names every problem of a configuration with its line. \`signalbox config show api\` prints what holds for a service, with all defaults and without secrets.

Contents:

${contentsOf(['How values are written', ...SECTIONS.map(({ heading }) => heading), ...PROSE.map(({ heading }) => heading)])}

## How values are written

- **duration**: milliseconds, or text such as \`250ms\`, \`30s\`, \`5m\`, \`2h\`, \`1d\`; at most 30 days where nothing else is said.
- **number or percentage**: a number of targets, or a part of them such as \`25%\`.
- **text**, **list**, **name → …**: as YAML and JSON have them. \`a.b\` is the field \`b\` within \`a\`, \`a[]\` each entry of a list.
- **default**: “required” must be given; “–” means none.
- **secret**: \`env:NAME\` is read from the worker’s environment, \`file:/path\` from its disk, each time it is used. The value itself stands nowhere in the configuration.

${configTables()}

${PROSE.map(({ heading, text }) => `## ${heading}\n\n${text}`).join('\n\n')}
`;
